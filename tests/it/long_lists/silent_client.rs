//! A client that takes no bytes of a list.

use std::net::SocketAddr;
use std::time::Duration;

use super::{LARGE, app, fill, large, root_scope};
use crate::support::{Body, SlowResponse, wait_until};

/// Whether the kernel has an established connection whose other end is `client`.
fn is_connected(client: SocketAddr) -> bool {
    let table = std::fs::read_to_string("/proc/net/tcp").expect("the table of connections");
    let remote = format!("0100007F:{:04X}", client.port());
    table.lines().any(|line| {
        let columns: Vec<_> = line.split_whitespace().collect();
        // `sl local remote state …`; 01 is an established connection.
        columns.get(2) == Some(&remote.as_str()) && columns.get(3) == Some(&"01")
    })
}

#[test]
#[cfg(target_os = "linux")]
fn list_whose_client_takes_no_bytes_ends_after_the_write_timeout() {
    let app = app();
    fill(&app, root_scope(&app), LARGE, &large());
    let impatient = app.second_server_with_write_timeout(Duration::from_millis(500));
    let (silent, patient) =
        (SlowResponse::get(&impatient.root(), "/v1/llms"), SlowResponse::get(&app.root(), "/v1/llms"));
    let address = silent.client_address();
    assert!(is_connected(patient.client_address()));
    wait_until("the connection of a silent client does not end", || !is_connected(address));
    assert!(matches!(silent.finish(), Body::Broken(_)));
    // A server with a longer timeout still waits.
    assert!(matches!(patient.finish(), Body::Complete(_)));
}
