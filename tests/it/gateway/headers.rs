//! Headers: the lists of those that pass in each direction.

use super::gateway;
use crate::support::{NamedIn, RawClient, StreamProvider};

/// Case 32.
#[test]
fn headers_of_the_provider_beyond_the_list_do_not_reach_the_client() {
    const HEADERS: &[(&str, &str)] = &[
        ("set-cookie", "a=b-canary"),
        ("server", "canary"),
        ("via", "1.1 canary"),
        ("alt-svc", "h3=canary"),
        ("nel", "canary"),
        ("location", "http://canary.example"),
        ("access-control-allow-origin", "canary"),
        ("openai-organization", "canary"),
        ("openai-project", "canary"),
        ("anthropic-organization-id", "canary"),
        ("cf-ray", "canary"),
        ("x-powered-by", "canary"),
        ("x-llm-config-id", "canary"),
        ("x-llm-config-source", "canary"),
        ("keep-alive", "timeout=canary"),
        ("www-authenticate", "canary"),
    ];
    let gateway = gateway();
    let provider = StreamProvider::start(|request, connection| {
        let status = if request.text().contains("fail") { 400 } else { 200 };
        let json = [("content-type", "application/json")];
        connection.respond(status, &[HEADERS, &json].concat(), "{\"choices\":[]}");
    });
    let config = gateway.config("prod", "VLLM", &provider);
    for body in [r#"{"model":"tiny-1"}"#, r#"{"model":"tiny-1","x":"fail"}"#] {
        let response = gateway.root().call(&config.path(NamedIn::Url, "/openai/v1/chat/completions"), body);
        assert!(!format!("{:?}", response.head.headers).contains("canary"), "{:?}", response.head.headers);
        assert_eq!(response.text(), "{\"choices\":[]}");
    }
}

/// Case 33.
#[test]
fn headers_of_the_client_beyond_the_list_do_not_reach_the_provider() {
    const HEADERS: &[(&str, &str)] = &[
        ("cookie", "a=canary"),
        ("referer", "http://canary.example"),
        ("forwarded", "for=canary"),
        ("via", "1.1 canary"),
        ("cf-connecting-ip", "canary"),
        ("idempotency-key", "canary"),
        ("openai-organization", "canary"),
        ("openai-project", "canary"),
        ("traceparent", "00-canary-01"),
        ("x-stainless-lang", "canary"),
        ("user-agent", "canary"),
        ("proxy-authorization", "Basic canary"),
        ("x-amz-security-token", "canary"),
        ("accept-language", "canary"),
        ("x-llm-config-workspace-x", "canary"),
        ("x-request-id", "canary"),
    ];
    let gateway = gateway();
    let provider = StreamProvider::with_json(200, "{\"choices\":[]}");
    let config = gateway.config("prod", "VLLM", &provider);
    let mut client = RawClient::connect(&gateway.app.base);
    let bearer = gateway.root().bearer();
    let own = [
        ("authorization", bearer.as_str()),
        ("accept", "application/json"),
        ("openai-beta", "assistants=v2"),
    ];
    let path = config.path(NamedIn::Url, "/openai/v1/chat/completions");
    client.post(&path, &[HEADERS, &own].concat(), "{}");
    let response = client.response();
    // A request with `via` may have come through a proxy, and such requests must not reach this machine.
    response.is_gateway_error(502, "destination_refused");
    let is_of_proxy =
        |name: &str| matches!(name, "forwarded" | "via" | "cf-connecting-ip" | "proxy-authorization");
    let direct: Vec<_> = HEADERS.iter().filter(|(name, _)| !is_of_proxy(name)).copied().collect();
    client.post(&path, &[&direct[..], &own].concat(), "{}");
    client.response().is_success("{\"choices\":[]}");
    let request = provider.last();
    assert!(!request.carries("canary"), "{:?}", request.headers);
    assert_eq!(request.header("accept"), Some("application/json"));
    assert_eq!(request.header("openai-beta"), Some("assistants=v2"));
    let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "accept-encoding",
            "authorization",
            "content-length",
            "content-type",
            "host",
            "openai-beta",
            "user-agent",
        ]
    );
}
