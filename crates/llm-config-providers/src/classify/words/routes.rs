//! The words of servers about missing routes.

use super::super::rule::Rule;
use crate::reason::Reason;

/// The server has no such route. Asked for before all other words, because routes have names such as
/// `/models`.
pub(crate) const ROUTES: &[Rule] = &[
    Rule::text(
        &[
            // OpenAI, Groq, Together.
            "invalid url (",
            "unknown request url",
            "unrecognized request url",
            // Express, NestJS, Fiber.
            "cannot get /",
            "cannot post /",
            // Kong, also in front of Mistral.
            "no route matched",
            // Cloudflare (Jazee6/cloudflare-ai-web#52, anomalyco/opencode#23773).
            "no route for that uri",
            "could not route to /",
            // APISIX and others.
            "route not found",
            "no route found",
            "no matching route",
            "no such route",
            "unknown route",
            // Fastify: "Route POST:/v1 not found".
            "route get:/",
            "route post:/",
            // Spring.
            "no message available",
            "no static resource",
            "no handler found",
            "no mapping for ",
            // Spring, Django REST framework.
            "request method 'get'",
            "request method 'post'",
            "method \"get\" not allowed",
            "method \"post\" not allowed",
            // Quarkus.
            "could not find resource for full path",
            // Flask.
            "the requested url was not found",
            // LM Studio, which also responds so with status 200 (zeenie-ai/OpenCompany#115).
            "unexpected endpoint or method",
            // DashScope.
            "url error, please check url",
            // Google's API Gateway.
            "is not defined by this api",
            // Supabase.
            "requested function was not found",
            // xAI.
            "please check the url",
            "endpoint not found",
            "endpoint was not found",
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
    // Laravel: "The route v1/models could not be found."
    Rule::text(&["the route "], Reason::WrongBasePath).and(&["could not be found"]).at(&[404, 405]).absent(),
    Rule::exact(
        &[
            "not found",
            "not_found",
            "404",
            "404 not found",
            "404: not found",
            "error 404",
            "http 404",
            "method not allowed",
            "405 method not allowed",
            "not implemented",
            // Azure.
            "resource not found",
            // Akka, Rocket, and others.
            "the requested resource was not found",
            "the requested resource could not be found",
            "the resource could not be found",
            "the page could not be found",
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
