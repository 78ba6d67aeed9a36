//! Rows about the server.

use super::row::{Row, at, row};

pub(super) const ROWS: &[Row] = &[
    row("GET", "/v1/system/info", "the version", |_| at("/v1/system/info")),
    row("POST", "/v1/system/init", "an initialised server", |_| at("/v1/system/init")),
    row("GET", "/health", "liveness", |_| at("/health")),
    row("GET", "/ready", "readiness", |_| at("/ready")),
    row("GET", "/metrics", "the counters", |_| at("/metrics")),
    row("GET", "/openapi/flashback.json", "the document", |_| at("/openapi/flashback.json")),
    row("GET", "/openapi/goodmem.json", "the document", |_| at("/openapi/goodmem.json")),
    row("GET", "/openapi/llm-config.json", "the document", |_| at("/openapi/llm-config.json")),
    row("GET", "/docs", "the page", |_| at("/docs")),
    row("GET", "/docs/{file}", "a file of the page", |_| at("/docs/index.css")),
];
