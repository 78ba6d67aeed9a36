//! Loopback targets, which only direct requests may reach.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::proxy_headers::{FOREIGN_HOSTS, PROXY_HEADERS};
use crate::support::{Client, Installation, Response, llm, merge_patch};

/// A loopback server that counts its connections.
struct LoopbackServer {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl LoopbackServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the address of the listener");
        let (connections, ends) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (count, end) = (Arc::clone(&connections), Arc::clone(&ends));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if end.load(Ordering::SeqCst) {
                    return;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let mut stream = stream.expect("a connection");
                // The content of the request does not matter.
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\
                      content-length: 11\r\n\r\n{\"data\":[]}",
                );
            }
        });
        Self { address, connections, ends, thread: Some(thread) }
    }

    /// The number of connections since the last call.
    fn calls(&self) -> usize {
        self.connections.swap(0, Ordering::SeqCst)
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::SeqCst);
        // Wakes the thread, which waits in `accept`.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Pings a configuration with these headers.
fn ping(client: &Client, id: &Value, headers: &[(&str, &str)]) -> Response {
    let body = json!({"targetId": id}).to_string();
    let headers = [&[("content-type", "application/json")], headers].concat();
    client.send("POST", "/v1/ping:once", &headers, Some(body.as_bytes()))
}

#[test]
fn ping_of_loopback_requires_direct_request() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let port = server.base.rsplit(':').next().expect("a URL that ends in a port").to_owned();
        let target = LoopbackServer::start();
        let endpoint = json!({"endpointUrl": format!("http://{}/v1", target.address)});
        let id = root.create_llm(&merge_patch(llm(), &endpoint))["llmId"].clone();

        let own = ["127.0.0.1", "localhost", "[::1]"].map(|host| format!("http://{host}:{port}"));
        let own = own.iter().map(|origin| ("origin", origin.as_str()));
        let direct =
            [("user-agent", "x"), ("host", "localhost"), ("host", "[::1]:1"), ("sec-fetch-site", "none")];
        for header in direct.into_iter().chain(own).chain([("sec-fetch-site", "same-origin")]) {
            ping(&root, &id, &[header]).json(200);
            assert_eq!(target.calls(), 1, "{header:?}");
        }

        let other_port = format!("http://localhost:{}", target.address.port());
        let origins = [
            "https://evil.example",
            "null",
            "",
            "http://localhost",
            other_port.as_str(),
            "https://localhost",
        ];
        let origins = origins.map(|origin| ("origin", origin));
        let hosts = FOREIGN_HOSTS.iter().map(|host| ("host", *host));
        let indirect: Vec<_> = PROXY_HEADERS.iter().copied().chain(hosts).chain(origins).collect();
        // Concurrently, because each blocked call takes two seconds, and no more at once than one caller may.
        for headers in indirect.chunks(10) {
            std::thread::scope(|scope| {
                let threads = headers.iter().map(|header| scope.spawn(|| ping(&root, &id, &[*header])));
                for (thread, header) in threads.collect::<Vec<_>>().into_iter().zip(headers) {
                    let result = thread.join().expect("the thread returns a response").json(200);
                    assert_eq!(result["ok"], false, "{header:?}: {result}");
                }
            });
        }
        assert_eq!(target.calls(), 0);
    }
}

#[test]
fn check_through_proxy_does_not_call_loopback() {
    for installation in Installation::each() {
        let server = installation.start();
        let root = server.client(&server.token());
        let target = LoopbackServer::start();
        let endpoint = json!({"endpointUrl": format!("http://{}/v1", target.address)});
        let draft = merge_patch(llm(), &endpoint);
        let id = root.create_llm(&draft)["llmId"].as_str().expect("the id is a string").to_owned();
        let checks = [
            (format!("/llm-config/v1/configs/{id}/checks"), None),
            (format!("/llm-config/v1/configs/{id}/checks/planned"), Some(json!({"displayName": "x"}))),
            ("/llm-config/v1/checks/goodmem".to_owned(), Some(draft)),
        ];
        for (path, body) in checks {
            let body = body.map(|body| body.to_string());
            let check = &|header| {
                let headers = [("content-type", "application/json"), header];
                root.send("POST", &path, &headers, body.as_ref().map(String::as_bytes)).json(200)
            };
            check(("user-agent", "x"));
            assert_ne!(target.calls(), 0, "{path}");
            let indirect = [
                ("x-real-ip", "203.0.113.7"),
                ("host", "llm.example.com"),
                ("origin", "https://evil.example"),
            ];
            // Concurrently, because each blocked call takes two seconds.
            std::thread::scope(|scope| {
                for header in indirect {
                    scope.spawn(move || check(header));
                }
            });
            assert_eq!(target.calls(), 0, "{path}");
        }
    }
}
