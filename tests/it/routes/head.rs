//! `HEAD` is answered wherever `GET` is, with the same head.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{Fixture, all};
use crate::support::Client;

/// The status line, the headers in lower case without those that differ in each response, and the body.
fn send(client: &Client, method: &str, path: &str) -> (String, Vec<String>, Vec<u8>) {
    let server = client.base().strip_prefix("http://").expect("an HTTP address");
    let token = client.token.as_ref().map(|token| format!("x-api-key: {token}\r\n")).unwrap_or_default();
    let mut connection = TcpStream::connect(server).expect("a connection");
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\nx-request-id: test\r\n{token}\r\n"
    );
    connection.write_all(head.as_bytes()).expect("the request is sent");
    let mut response = Vec::new();
    connection.read_to_end(&mut response).expect("the response is read");
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").expect("the end of the head");
    let head = String::from_utf8(response[..end].to_vec()).expect("UTF-8");
    let mut lines = head.lines().map(str::to_lowercase);
    let status = lines.next().expect("a status line");
    // The counters change with every request.
    let varies = |line: &String| {
        line.starts_with("date:") || (path == "/metrics" && line.starts_with("content-length:"))
    };
    let mut headers: Vec<_> = lines.filter(|line| !varies(line)).collect();
    headers.sort_unstable();
    (status, headers, response[end + 4..].to_vec())
}

#[test]
fn head_of_every_get_route_has_the_head_of_get_and_no_body() {
    let fixture = Fixture::new();
    for client in [fixture.app.root(), fixture.app.anonymous()] {
        for route in all().filter(|route| route.method == "GET") {
            let path = fixture.path(route.path);
            let (status, headers, body) = send(&client, "GET", &path);
            assert!(!body.is_empty() || route.path == "/", "{path}");
            assert!(headers.iter().any(|line| line.starts_with("content-length:") || path == "/metrics"));
            assert_eq!(send(&client, "HEAD", &path), (status, headers, Vec::new()), "{path}");
        }
    }
}

#[test]
fn head_of_other_paths_is_an_error_without_body() {
    let fixture = Fixture::new();
    for path in ["/nothing", "/v1/ping:once", "/v1/llms?zebra=1"] {
        let (status, headers, _) = send(&fixture.app.root(), "GET", path);
        assert_eq!(send(&fixture.app.root(), "HEAD", path), (status, headers, Vec::new()), "{path}");
    }
}

#[test]
fn allow_of_every_path_lists_the_methods_of_its_routes() {
    let fixture = Fixture::new();
    for route in all() {
        let methods = all().filter(|other| other.path == route.path).map(|other| other.method);
        let with_head =
            methods.flat_map(|method| if method == "GET" { vec!["GET", "HEAD"] } else { vec![method] });
        let order = ["GET", "HEAD", "POST", "PUT", "DELETE"];
        let mut expected: Vec<_> = with_head.collect();
        expected.sort_by_key(|method| order.iter().position(|other| other == method));
        let response = fixture.app.anonymous().send("OPTIONS", &fixture.path(route.path), &[], None);
        assert_eq!(response.status, 405, "{}", route.path);
        assert_eq!(response.header("allow"), Some(expected.join(", ").as_str()), "{}", route.path);
    }
}
