//! A running server for tests, and plain requests to it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};

use llm_config_service::Service;
use llm_config_store::testing::TestDatabase;

use crate::http::{Options, server};
use crate::settings::ProviderAccessSettings;

/// A response: its status, its head in lower case, and its body.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// The value of a header; `None` if the response does not have it.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value).next()
    }
}

/// A request on a connection of its own, without a token.
pub(crate) fn send(server: SocketAddr, method: &str, path: &str) -> Response {
    send_with(server, method, path, &[("host", "localhost")], "")
}

/// A request with these headers and this body, on a connection of its own.
pub(crate) fn send_with(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Response {
    let mut connection = TcpStream::connect(server).unwrap();
    let length = body.len();
    let mut request =
        format!("{method} {path} HTTP/1.1\r\nconnection: close\r\ncontent-length: {length}\r\n");
    let lines: String = headers.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    request += &lines;
    request += "\r\n";
    request += body;
    connection.write_all(request.as_bytes()).unwrap();
    let mut response = Vec::new();
    connection.read_to_end(&mut response).unwrap();
    let end = response.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    let head = String::from_utf8(response[..end].to_vec()).unwrap().to_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Response { status, head, body: response[end + 4..].to_vec() }
}

/// Runs `requests` against a server with an empty database.
pub(crate) async fn with_server(requests: impl FnOnce(SocketAddr) + Send + 'static) {
    with_options(Options { workers: Some(1), ..Options::default() }, requests).await;
}

/// The same with other options.
pub(crate) async fn with_options(options: Options, requests: impl FnOnce(SocketAddr) + Send + 'static) {
    let database = TestDatabase::sqlite();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let providers = ProviderAccessSettings::default().open(None).unwrap();
    let service = Service::new(database.store().await).with_provider_access(providers);
    let running = actix_web::rt::spawn(server(service, listener, options).unwrap());
    let sent = actix_web::rt::task::spawn_blocking(move || requests(address)).await;
    running.abort();
    sent.unwrap();
}
