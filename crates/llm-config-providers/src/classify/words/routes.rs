//! What servers state about missing routes.

use super::super::Rule;
use crate::reason::Reason;

/// The server has no such route. Asked for before all other words, because routes have names such as
/// `/models`.
pub(in crate::classify) const ROUTES: &[Rule] = &[
    Rule::text(
        &[
            // OpenAI, Groq.
            "invalid url (",
            "unknown request url",
            // Express, NestJS.
            "cannot get /",
            "cannot post /",
            // Kong.
            "no route matched",
            // Cloudflare.
            "no route for that uri",
            "route not found",
            "no route found",
            "no matching route",
            "no such route",
            "unknown route",
            // Laravel.
            "the route ",
            // Spring.
            "no message available",
            "no static resource",
            "no handler found",
            "is not supported for this endpoint",
            // Flask.
            "the requested url was not found",
            // LM Studio, which also responds so with status 200 (zeenie-ai/OpenCompany#115).
            "unexpected endpoint or method",
            "endpoint not found",
            "unknown endpoint",
            "no such endpoint",
            "page not found",
            "path not found",
            "url not found",
            "unknown path",
            "unknown url",
        ],
        Reason::WrongBasePath,
    )
    .at(&[200, 400, 404, 405, 501])
    .absent(),
    Rule::exact(
        &[
            "not found",
            "not_found",
            "404",
            "404 not found",
            "404: not found",
            "error 404",
            "method not allowed",
            "405 method not allowed",
            "not implemented",
            // Azure.
            "resource not found",
            "the requested resource was not found",
            "the requested resource could not be found",
            "the resource could not be found",
            // llama-server.
            "file not found",
        ],
        Reason::WrongBasePath,
    )
    .at(&[404, 405, 501])
    .absent(),
    // Amazon's API Gateway, for a path that it does not have.
    Rule::exact(&["missing authentication token"], Reason::WrongBasePath).at(&[403]).absent(),
];
