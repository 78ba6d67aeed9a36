//! SIGTERM, SIGHUP and SIGKILL, and the log of starts and stops.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::sqlite;
use crate::support::{Installation, llm, merge_patch};

#[test]
fn sigterm_during_request_completes_request_then_exits() {
    for installation in Installation::each() {
        let server = installation.start();
        let token = server.token();
        let address = server.base.trim_start_matches("http://").to_owned();
        let body = llm().to_string();
        let mut stream = TcpStream::connect(&address).expect("the server accepts a connection");
        let (head, tail) = body.split_at(body.len() / 2);
        let length = body.len();
        write!(
            stream,
            "POST /v1/llms HTTP/1.1\r\nhost: {address}\r\nx-api-key: {token}\r\nconnection: close\r\n\
             content-length: {length}\r\nexpect: 100-continue\r\n\r\n"
        )
        .expect("sending the head of the request");
        let expected = b"HTTP/1.1 100 Continue\r\n\r\n";
        let mut interim = vec![0; expected.len()];
        stream.read_exact(&mut interim).expect("the server sends an interim response");
        assert_eq!(interim, expected);
        stream.write_all(head.as_bytes()).expect("sending half of the body");
        server.signal("-TERM");
        // A stopping server accepts no new connections.
        let deadline = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(&address).is_ok() {
            assert!(Instant::now() < deadline, "the server still accepts connections");
        }
        stream.write_all(tail.as_bytes()).expect("sending the rest of the body");
        let mut response = String::new();
        stream.read_to_string(&mut response).expect("the server sends a response");
        assert!(response.starts_with("HTTP/1.1 201 "), "{response}");
        let (code, log) = server.wait();
        assert_eq!(code, 0, "{log}");
        let stopping = log.find("stopping signal=\"SIGTERM\"").expect("a line about the signal");
        assert!(log[stopping..].contains("stopped"), "{log}");
        assert_eq!(installation.start().client(&token).llm_names(""), ["local"]);
    }
}

/// A server that has just started opens connections; with TLS, the end of a process has crashed meanwhile.
#[test]
fn sigterm_just_after_start_exits_with_success() {
    for installation in Installation::each() {
        for _ in 0..8 {
            installation.start().stop();
        }
    }
}

#[test]
fn sighup_is_ignored_and_logged() {
    let server = sqlite().start();
    let token = server.token();
    for _ in 0..2 {
        server.signal("-HUP");
        server.client(&token).get("/v1/users/me").json(200);
    }
    let log = server.stop();
    assert!(log.contains("SIGHUP is ignored"), "{log}");
}

#[test]
fn first_line_of_log_names_version_database_and_address() {
    for installation in Installation::each() {
        let log = installation.start().stop();
        let first = log.lines().next().expect("a line");
        let version = format!("version=\"{}\"", env!("CARGO_PKG_VERSION"));
        for part in ["llm-config starts", &version, "database=\"", "listen=127.0.0.1:0"] {
            assert!(first.contains(part), "`{part}` is not in `{first}`");
        }
        assert!(first.contains("SQLite") || first.contains("PostgreSQL"), "{first}");
    }
}

#[test]
fn log_warns_of_trusted_proxies_that_are_every_address() {
    let warning = "so each client chooses the address";
    for (networks, is_expected) in [("10.0.0.0/8", false), ("10.0.0.0/8,0.0.0.0/0", true), ("::/0", true)] {
        let log = sqlite().with("TRUSTED_PROXIES", networks).start().stop();
        assert_eq!(log.contains(warning), is_expected, "{networks}: {log}");
    }
}

#[test]
fn sigkill_after_responses_keeps_acknowledged_changes() {
    for installation in Installation::each() {
        let server = installation.start();
        let token = server.token();
        let client = server.client(&token);
        let address = server.base.trim_start_matches("http://").to_owned();
        for n in 0..5 {
            client.create_llm(&merge_patch(
                llm(),
                &serde_json::json!({"displayName": format!("{n}"), "modelIdentifier": format!("{n}")}),
            ));
        }
        // The server has received only a part of one more request.
        let mut stream = TcpStream::connect(&address).expect("the server accepts a connection");
        write!(
            stream,
            "POST /v1/llms HTTP/1.1\r\nhost: x\r\nx-api-key: {token}\r\ncontent-length: 9\r\n\r\n{{"
        )
        .expect("sending the head of the request");
        server.signal("-KILL");
        let (code, _) = server.wait();
        assert_eq!(code, -9);
        let server = installation.start();
        assert_eq!(server.stdout(), "");
        assert_eq!(server.client(&token).llm_names(""), ["0", "1", "2", "3", "4"]);
        server.client(&token).create_llm(&llm());
    }
}
