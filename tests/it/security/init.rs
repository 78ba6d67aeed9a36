//! `POST /v1/system/init`: without a code for processes of the server's user, with a code for others.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use llm_config_store::testing::{KEYRING, TestDatabase};
use serde_json::{Value, json};

use super::proxy_headers::{FOREIGN_HOSTS, PROXY_HEADERS};
use crate::support::{Installation, Response, Server, llm};

pub(super) const INIT: &str = "/v1/system/init";
pub(super) const HEADER: &str = "x-llm-config-init-code";

pub(super) fn uninitialised() -> Vec<Installation> {
    Installation::each().into_iter().map(|installation| installation.with("WAIT_FOR_INIT", "true")).collect()
}

fn sqlite() -> Installation {
    Installation::with_database(TestDatabase::sqlite()).with("WAIT_FOR_INIT", "true")
}

fn file(installation: &Installation) -> PathBuf {
    installation.data_dir().join("init-code")
}

/// Reads the code from its file.
#[track_caller]
pub(super) fn code(installation: &Installation) -> String {
    let text = fs::read_to_string(file(installation)).expect("the file of the code exists");
    text.strip_suffix('\n').expect("the code ends in a line break").to_owned()
}

#[track_caller]
fn init(server: &Server, headers: &[(&str, &str)]) -> Response {
    server.anonymous().send("POST", INIT, headers, None)
}

/// Asserts a response with a token and returns the token.
#[track_caller]
fn root_token(response: &Response) -> String {
    let body = response.json(200);
    assert_eq!(body["alreadyInitialized"], false, "{body}");
    body["rootApiKey"].as_str().expect("the token is a string").to_owned()
}

/// Asserts an error that names the file of the code without its path, which strangers must not learn.
#[track_caller]
fn assert_code_required(installation: &Installation, response: &Response) {
    response.goodmem_error(403, &["this machine", HEADER, "`init-code` of the server's data directory"]);
    let folder = installation.folder.path().to_str().expect("a UTF-8 path");
    for hidden in ["gm_", &code(installation), folder] {
        assert!(!response.body.contains(hidden), "{}", response.body);
    }
}

/// Asserts an error about a wrong code that states the number of remaining attempts.
#[track_caller]
fn assert_wrong_code(response: &Response, remaining: usize) {
    response.goodmem_error(403, &[HEADER, &format!("is wrong; {remaining} attempt")]);
}

/// Asserts the response of an initialised server.
#[track_caller]
fn assert_initialised(response: &Response) {
    let body = response.json(200);
    assert_eq!((&body["alreadyInitialized"], &body["rootApiKey"]), (&json!(true), &Value::Null));
}

/// Sends these header lines unchanged; returns status and body.
fn raw(server: &Server, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(server.base.trim_start_matches("http://")).expect("a connection");
    write!(stream, "{head}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").expect("a request");
    let mut response = String::new();
    stream.read_to_string(&mut response).expect("the server sends a response");
    let (head, body) = response.split_once("\r\n\r\n").expect("a response head ends in an empty line");
    (head.split(' ').nth(1).expect("a status line").parse().expect("a numeric status"), body.to_owned())
}

#[test]
fn init_with_any_proxy_header_requires_code() {
    for installation in uninitialised() {
        let server = installation.start();
        let own = ("origin", server.base.as_str());
        let origins =
            ["https://evil.example", "null", "http://localhost", ""].map(|origin| ("origin", origin));
        let hosts = FOREIGN_HOSTS.iter().map(|host| ("host", *host));
        let indirect = PROXY_HEADERS.iter().copied().chain(hosts).chain(origins).chain([own]);
        let responses: Vec<_> = indirect.map(|header| (header, init(&server, &[header]))).collect();
        for (header, response) in &responses {
            assert!(
                response.status == 403 && !response.body.contains("gm_"),
                "{header:?}: {}",
                response.body
            );
        }
        for (_, response) in &responses {
            assert_code_required(&installation, response);
        }
        // The official clients send no such header.
        root_token(&init(&server, &[("sec-fetch-site", "none"), ("user-agent", "goodmem/0.1.43")]));
    }
}

#[test]
fn init_without_exactly_one_loopback_host_requires_code() {
    let installation = sqlite();
    let server = installation.start();
    for head in [
        "POST /v1/system/init HTTP/1.0",
        "POST /v1/system/init HTTP/1.1\r\nhost: localhost\r\nhost: localhost",
        "POST /v1/system/init HTTP/1.1\r\nhost: localhost\r\nhost: evil.example",
        "POST /v1/system/init HTTP/1.1\r\nhost: localhost, evil.example",
        "POST /v1/system/init HTTP/1.1\r\nhost: localhost#evil.example",
        // A request line as clients send it to a proxy.
        "POST http://evil.example/v1/system/init HTTP/1.1\r\nhost: localhost",
    ] {
        let (status, body) = raw(&server, head);
        assert!(matches!(status, 400 | 403), "{head}: {status} {body}");
    }
    let (status, body) = raw(&server, "POST /v1/system/init HTTP/1.1\r\nhost: [::1]:1");
    assert!(status == 200 && body.contains("gm_"), "{status} {body}");
}

#[test]
fn init_with_code_through_proxy_or_from_web_page_succeeds() {
    let remote = [
        ("host", "llm.example.com"),
        ("origin", "https://llm.example.com"),
        ("x-forwarded-for", "203.0.113.7"),
        ("via", "1.1 proxy"),
    ];
    for installation in uninitialised() {
        let server = installation.start();
        let code = code(&installation);
        assert!(code.len() == 32 && code.bytes().all(|byte| byte.is_ascii_hexdigit()), "{code}");
        assert_code_required(&installation, &init(&server, &remote));
        let two = [&remote[..], &[(HEADER, code.as_str()), (HEADER, code.as_str())]].concat();
        assert_wrong_code(&init(&server, &two), 4);
        let with_code = [&remote[..], &[(HEADER, code.as_str())]].concat();
        let token = root_token(&init(&server, &with_code));
        server.client(&token).create_llm(&llm());
        assert!(!file(&installation).exists());
        assert_initialised(&init(&server, &with_code));
        assert_initialised(&init(&server, &[]));
        let log = server.stop();
        assert!(!log.contains(&code) && !log.contains(&token), "{log}");
        assert_eq!(log.matches(file(&installation).to_str().expect("a UTF-8 path")).count(), 1, "{log}");
    }
}

#[test]
fn init_after_five_wrong_codes_rejects_any_code() {
    for installation in uninitialised() {
        let server = installation.start();
        let right = code(&installation);
        let proxied = |code: &str| init(&server, &[("via", "1.1 proxy"), (HEADER, code)]);
        for (wrong, stale_code) in ["", "0", &right[1..], &"0".repeat(32)].into_iter().zip((1..5).rev()) {
            assert_wrong_code(&proxied(wrong), stale_code);
        }
        for response in
            [proxied(&format!("{right}0")), proxied(&right), init(&server, &[("via", "1.1 proxy")])]
        {
            response.goodmem_error(403, &["no longer accepted", "restart the server"]);
        }
        assert!(!file(&installation).exists());
        // A new start writes a new code.
        server.stop();
        let server = installation.start();
        let new_code = code(&installation);
        assert_ne!(new_code, right);
        assert_wrong_code(&init(&server, &[("via", "1.1 proxy"), (HEADER, &right)]), 4);
        root_token(&init(&server, &[("via", "1.1 proxy"), (HEADER, &new_code)]));
    }
}

#[test]
fn init_concurrently_with_code_returns_one_token() {
    for installation in uninitialised() {
        let server = installation.start();
        let code = code(&installation);
        let headers = [("via", "1.1 proxy"), (HEADER, code.as_str())];
        let responses: Vec<_> = std::thread::scope(|scope| {
            let calls: Vec<_> = (0..8).map(|_| scope.spawn(|| init(&server, &headers).json(200))).collect();
            calls.into_iter().map(|thread| thread.join().expect("the thread returns a response")).collect()
        });
        assert_eq!(
            responses.iter().filter(|response| response["rootApiKey"].is_string()).count(),
            1,
            "{responses:?}"
        );
    }
}

#[test]
fn init_without_proxy_after_wrong_codes_succeeds() {
    let installation = sqlite();
    let server = installation.start();
    for _ in 0..6 {
        assert_eq!(init(&server, &[("via", "1.1 proxy"), (HEADER, "wrong")]).status, 403);
    }
    root_token(&init(&server, &[(HEADER, "wrong")]));
}

#[test]
fn init_code_is_in_private_file_while_server_waits() {
    // With the keyring in the environment and the database elsewhere, no other file needs the directory.
    let installation = sqlite().with("KEYRING", KEYRING);
    let server = installation.start();
    let mode = |path: PathBuf| path.metadata().expect("the file exists").permissions().mode() & 0o777;
    assert_eq!((mode(installation.data_dir()), mode(file(&installation))), (0o700, 0o600));
    server.stop();
    assert!(!file(&installation).exists());
    // A killed server leaves the file; the next start replaces the code.
    let server = installation.start();
    let stale_code = code(&installation);
    server.signal("-KILL");
    server.wait();
    assert_eq!(code(&installation), stale_code);
    let server = installation.start();
    assert_ne!(code(&installation), stale_code);
    server.signal("-KILL");
    server.wait();
    let installation = installation.with("WAIT_FOR_INIT", "false");
    let server = installation.start();
    server.client(&server.token()).create_llm(&llm());
    assert!(!file(&installation).exists());
    server.stop();
    let installation = installation.with("WAIT_FOR_INIT", "true");
    let server = installation.start();
    assert!(!file(&installation).exists());
    let log = server.stop();
    assert!(!log.contains("init-code"), "{log}");
}

#[test]
fn init_code_is_deleted_after_init_on_other_server() {
    for installation in uninitialised() {
        let keyring = installation.keyring();
        let other = Installation::sharing_database(&installation.database).with("WAIT_FOR_INIT", "true");
        let first = installation.start();
        let other = other.with("KEYRING_FILE", keyring.to_str().expect("a UTF-8 path"));
        let second = other.start();
        let third = installation.start();
        // Two servers share this directory, and the file has the code of the later one.
        let later_code = code(&installation);
        root_token(&init(&second, &[(HEADER, "ignored")]));
        assert!(file(&installation).exists());
        assert_initialised(&init(&first, &[("via", "1.1 proxy"), (HEADER, &later_code)]));
        assert_eq!(code(&installation), later_code, "the first server deleted the other's code");
        assert_initialised(&init(&third, &[("via", "1.1 proxy"), (HEADER, "wrong")]));
        assert!(!file(&installation).exists());
    }
}

#[test]
fn start_without_writable_init_code_is_refused() {
    let installation = sqlite();
    fs::create_dir_all(file(&installation)).expect("a directory in the way");
    // The time-out ends a server that starts in spite of the error.
    let finished = installation.shell("exec timeout 30 llm-config-server", &[]);
    finished.assert_error(&[
        "the initialisation code cannot be written",
        file(&installation).to_str().expect("a UTF-8 path"),
    ]);
}
