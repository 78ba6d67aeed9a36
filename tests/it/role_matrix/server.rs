//! Lines about the server itself.

use super::row::{Line, at, line};

pub(super) const LINES: &[Line] = &[
    line("GET", "/v1/system/info", "the version", |_| at("/v1/system/info")),
    line("POST", "/v1/system/init", "once it is done", |_| at("/v1/system/init")),
    line("GET", "/health", "whether it lives", |_| at("/health")),
    line("GET", "/ready", "whether it serves", |_| at("/ready")),
    line("GET", "/metrics", "the counters", |_| at("/metrics")),
    line("GET", "/openapi/flashback.json", "the document", |_| at("/openapi/flashback.json")),
    line("GET", "/openapi/goodmem.json", "the document", |_| at("/openapi/goodmem.json")),
    line("GET", "/openapi/llm-config.json", "the document", |_| at("/openapi/llm-config.json")),
    line("GET", "/docs", "the page", |_| at("/docs")),
    line("GET", "/docs/{file}", "a file of the page", |_| at("/docs/index.css")),
];
