//! Rows about the server.

use super::row::{Row, row, without_body};

pub(super) const ROWS: &[Row] = &[
    row("GET", "/v1/system/info", "the version", |_| without_body("/v1/system/info")),
    row("POST", "/v1/system/init", "an initialised server", |_| without_body("/v1/system/init")),
    row("GET", "/health", "liveness", |_| without_body("/health")),
    row("GET", "/ready", "readiness", |_| without_body("/ready")),
    row("GET", "/metrics", "the counters", |_| without_body("/metrics")),
    row("GET", "/openapi/flashback.json", "the document", |_| without_body("/openapi/flashback.json")),
    row("GET", "/openapi/goodmem.json", "the document", |_| without_body("/openapi/goodmem.json")),
    row("GET", "/openapi/llm-config.json", "the document", |_| without_body("/openapi/llm-config.json")),
    row("GET", "/openapi/gateway.json", "the document", |_| without_body("/openapi/gateway.json")),
    row("GET", "/docs", "the page", |_| without_body("/docs")),
    row("GET", "/docs/{file}", "a file of the page", |_| without_body("/docs/index.css")),
    row("GET", "/", "a redirect to the page", |_| without_body("/")),
];
