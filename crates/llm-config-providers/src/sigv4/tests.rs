//! Our signatures against AWS's own: the published vectors, and the signer of its SDK for Rust.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign as sign_by_oracle};
use aws_sigv4::sign::v4::SigningParams;
use http::Method;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use zeroize::Zeroizing;

use super::{Scope, sign};
use crate::auth::SigningPair;
use crate::request::Request;

const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const TOKEN: &str = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267";

fn pair(session_token: Option<&str>) -> SigningPair {
    SigningPair {
        key_id: Zeroizing::new("AKIDEXAMPLE".to_owned()),
        secret: Zeroizing::new(SECRET.to_owned()),
        session_token: session_token.map(|token| Zeroizing::new(token.to_owned())),
    }
}

fn request(method: &str, url: &str, headers: &[(&'static str, &str)], body: &str) -> Request {
    let header = |(name, value): &(&'static str, &str)| {
        (HeaderName::from_static(name), HeaderValue::from_str(value).expect("a header"))
    };
    let mut all = HeaderMap::new();
    all.extend(headers.iter().map(header));
    Request {
        method: Method::from_bytes(method.as_bytes()).expect("a method"),
        url: url.parse().expect("a URL"),
        headers: all,
        body: body.as_bytes().to_vec(),
        key_header: None,
    }
}

fn ours(request: Request, session_token: Option<&str>, scope: Scope<'_>) -> String {
    let signed = sign(request, &pair(session_token), scope);
    signed.headers[AUTHORIZATION].to_str().expect("ASCII").to_owned()
}

/// `aws-signing-test-suite/v4/{name}/header-signature.txt` (Amazon, Apache-2.0, shipped with
/// aws-sigv4 1.6.4).
#[track_caller]
fn check_vector(name: &str, request: Request, session_token: Option<&str>, signature: &str) {
    let time = "2015-08-30T12:36:00Z".parse().expect("a time");
    let found = ours(request, session_token, Scope { region: "us-east-1", service: "service", time });
    assert!(found.ends_with(&format!("Signature={signature}")), "{name}: {found}");
}

#[test]
fn the_published_vectors_are_met() {
    let get = |path: &str| request("GET", &format!("https://example.amazonaws.com{path}"), &[], "");
    let vectors = [
        ("get-vanilla", "/", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        (
            "get-vanilla-query-order-encoded",
            "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
            "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac",
        ),
        (
            "get-slashes-normalized",
            "//example//",
            "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84",
        ),
    ];
    for (name, path, signature) in vectors {
        check_vector(name, get(path), None, signature);
    }
    check_vector(
        "get-vanilla-with-session-token",
        get("/"),
        Some(TOKEN),
        "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
    );
    check_vector(
        "post-vanilla-query",
        request("POST", "https://example.amazonaws.com/?Param1=value1", &[], ""),
        None,
        "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11",
    );
    check_vector(
        "get-header-value-trim",
        request(
            "GET",
            "https://example.amazonaws.com/",
            &[("my-header1", "value1"), ("my-header2", "\"a   b   c\"")],
            "",
        ),
        None,
        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
    );
    check_vector(
        "post-x-www-form-urlencoded",
        request(
            "POST",
            "https://example.amazonaws.com/",
            &[
                ("content-type", "application/x-www-form-urlencoded"),
                ("content-length", "13"),
                ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"),
            ],
            "Param1=value1",
        ),
        None,
        "d3875051da38690788ef43de4db0d8f280229d82040bfac253562e56c3f20e0b",
    );
}

/// The whole header, byte for byte.
#[track_caller]
fn check(method: &str, url: &str, headers: &[(&'static str, &str)], body: &str, session_token: Option<&str>) {
    let time: jiff::Timestamp = "2026-11-20T23:59:59.750Z".parse().expect("a time");
    let scope = Scope { region: "eu-central-1", service: "bedrock", time };
    let found = ours(request(method, url, headers, body), session_token, scope);
    let identity = Credentials::from_keys("AKIDEXAMPLE", SECRET, session_token.map(str::to_owned)).into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region("eu-central-1")
        .name("bedrock")
        .time(time.into())
        .settings(SigningSettings::default())
        .build()
        .expect("parameters")
        .into();
    let body = SignableBody::Bytes(body.as_bytes());
    let signable = SignableRequest::new(method, url, headers.iter().copied(), body).expect("a request");
    let (instructions, _) = sign_by_oracle(signable, &params).expect("a signature").into_parts();
    let expected = instructions.headers().find(|(name, _)| *name == "authorization").expect("a header").1;
    assert_eq!(found, expected, "{method} {url}");
}

#[test]
fn the_signer_of_the_sdk_writes_the_same_header() {
    const HOST: &str = "https://bedrock.eu-central-1.amazonaws.com";
    let arn = "arn%3Aaws%3Abedrock%3Aeu-central-1%3A123456789012%3Ainference-profile%2Feu.x-v1%3A0";
    for token in [None, Some(TOKEN)] {
        for path in [
            "/",
            "",
            "/foundation-models",
            "/foundation-models/",
            "/foundation-models?byOutputModality=TEXT",
            "/foundation-models?byProvider=meta&byOutputModality=TEXT&a=2&a=1&A=3",
            "/foundation-models?empty&space=a%20b&plus=a%2Bb&slash=a/b&tilde=~",
            "/foundation-model-availability/anthropic.claude-v2%3A1",
            "/foundation-model-availability/anthropic.claude-v2:1",
            &format!("/inference-profiles/{arn}"),
            "/a//b/./c",
            "/gr%C3%BC%C3%9Fe?w=%E1%88%B4",
        ] {
            check("GET", &format!("{HOST}{path}"), &[], "", token);
        }
        let json = [("content-type", "application/json")];
        let converse = format!("{HOST}/model/{arn}/converse");
        check("POST", &converse, &json, "{}", token);
        check("POST", &converse, &json, r#"{"text":"grüße, ሴ"}"#, token);
        check("POST", &converse, &[], "", token);
        check("GET", "http://127.0.0.1:8080/proxy/foundation-models", &[], "", token);
        check("GET", "https://bedrock.internal.example:8443/foundation-models?b=1&a=2", &[], "", token);
        check(
            "GET",
            "https://bedrock.internal.example:443/foundation-models",
            &[("x-b", " 1  2 ")],
            "",
            token,
        );
    }
}
