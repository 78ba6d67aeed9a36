//! The number of connections.

use llm_config_server::http::{ConnectionLimits, Options};

use super::{apps, used_connection};
use crate::support::{RawClient, wait_until};

#[test]
fn connection_beyond_the_limit_is_closed_until_another_ends() {
    let connections = ConnectionLimits { total: 4, ..ConnectionLimits::default() };
    let (app, _owner) = apps(Options { connections, ..Options::default() });
    let mut open: Vec<_> = (0..4).map(|_| used_connection(&app)).collect();
    assert!(RawClient::connect(&app.base).is_closed());
    for client in &mut open {
        client.write_head("GET", "/health", &[]);
        assert_eq!(client.response().head.status, 200, "the others are not disturbed");
    }
    drop(open.pop());
    wait_until("no connection is accepted after another has ended", || {
        let mut client = RawClient::connect(&app.base);
        client.write_head("GET", "/health", &[]);
        client.try_head().is_some_and(|head| head.status == 200)
    });
}
