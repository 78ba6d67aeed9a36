//! `/health` and `/ready`.

use super::app;

#[test]
fn get_health_and_ready_without_token_succeeds() {
    let app = app();
    for path in ["/health", "/ready"] {
        app.anonymous().get(path).json(200);
    }
}
