//! `http` to a port that speaks TLS.

use llm_config_core::provider::Provider;
use llm_config_probe::report::{Depth, Reason};

use super::{Reported, check, right};
use crate::support::{Case, Key, Rule, rule};

const NGINX: &str = "\
    <html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head><body>\
    <center><h1>400 Bad Request</h1></center><center>\
    The plain HTTP request was sent to HTTPS port</center><hr><center>nginx</center></body>\
    </html>";
const CLOUDFLARE: &str = "\
    <html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head><body>\
    <center><h1>400 Bad Request</h1></center><center>\
    The plain HTTP request was sent to HTTPS port</center><hr><center>cloudflare</center>\
    </body></html>";
const APACHE: &str = r#"<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN"><html><head><title>400 Bad Request</title></head><body><h1>Bad Request</h1><p>Your browser sent a request that this server could not understand.<br />Reason: You're speaking plain HTTP to an SSL-enabled server port.<br /> Instead use the HTTPS scheme to access this URL, please.<br /></p></body></html>"#;
const GO: &str = "Client sent an HTTP request to an HTTPS server.\n";
const TOMCAT: &str = "Bad Request\r\nThis combination of host and port requires TLS.\r\n";
const CHEROOT: &str = "The client sent a plain HTTP request, but this server only speaks HTTPS on this port.";
const IIS: &str = "\
    <html><head><title>403 - Forbidden: Access is denied.</title></head><body><h1>\
    Server Error</h1><h2>403.4 - Forbidden: SSL is required to view this resource.</h2><h3>\
    The page you are trying to access is secured with Secure Sockets Layer (SSL).</h3></body>\
    </html>";
const KONG: &str = r#"{"message":"Please use HTTPS protocol"}"#;
const GOOGLE: &str = r#"{"error":{"code":403,"message":"SSL is required to perform this operation.","errors":[{"message":"SSL is required to perform this operation.","domain":"global","reason":"sslRequired"}],"status":"PERMISSION_DENIED"}}"#;
const FIREWALL: &str = "\
    <html><head><title>400 Request Header Or Cookie Too Large</title></head><body><center><h1>\
    400 Bad Request</h1></center><center>Request Header Or Cookie Too Large</center><hr>\
    <center>nginx</center></body></html>";
const BALANCER: &str = "\
    <html><head><title>400 Bad Request</title></head><body><center><h1>400 Bad Request</h1>\
    </center></body></html>";
const BEHIND_LITELLM: &str = r#"{"error":{"message":"litellm.BadRequestError: OpenAIException - <html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>","type":null,"param":null,"code":"400"}}"#;
const LIST: &str = r#"{"object":"list","data":[{"id":"m","object":"model"}]}"#;
const HTML: &[(&str, &str)] = &[("content-type", "text/html")];

/// Every request is refused because it has no TLS.
fn refused(case: Case) -> Reported {
    right(case, Reason::Tls, "no").credential("not_verified").suggests_scheme("https").ping(Reason::Tls)
}

pub(super) fn table() -> Vec<Reported> {
    let at = |endpoint: &'static str| Case::at(Provider::CustomOpenAiCompatible, endpoint).model("m");
    let server = || at("http://llm.example/v1");
    let mut table = vec![
        refused(server().is("nginx's page", "bentoml/OpenLLM#449", NGINX_RULES)).suggests("/v1"),
        refused(Case::at(Provider::OpenAi, "http://api.openai.com/v1").model("m").is(
            "Cloudflare's page at a vendor's host",
            "langchain-ai/langchainjs#1716",
            const { &[rule("*", Key::Any, 400, CLOUDFLARE).with(HTML)] },
        )),
        refused(server().is(
            "nginx's own status with a page of the operator",
            "nginx.org/en/docs/http/ngx_http_ssl_module.html, error processing",
            const { &[rule("*", Key::Any, 497, "<html><h1>请使用 HTTPS</h1></html>").with(HTML)] },
        )),
        refused(at("http://llm.example/v1").is(
            "a server in Go",
            "danny-avila/LibreChat#4688",
            const { &[rule("*", Key::Any, 400, GO)] },
        )),
        refused(Case::at(Provider::Vllm, "http://vllm.example/v1").model("m").is(
            "Apache in front of vLLM",
            "apache/httpd: modules/ssl/ssl_engine_kernel.c",
            const { &[rule("*", Key::Any, 400, APACHE).with(HTML)] },
        )),
        refused(Case::at(Provider::Anthropic, "http://gateway.example").path("/v1/messages").model("m").is(
            "Spring's gateway in front of an Anthropic-like API",
            "apache/tomcat: java/org/apache/tomcat/util/net/NioEndpoint.java",
            const { &[rule("*", Key::Any, 400, TOMCAT)] },
        )),
        refused(Case::at(Provider::LlamaCpp, "http://llama.example/v1").keyless().model("m").is(
            "a server in Python",
            "cherrypy/cheroot#800",
            const { &[rule("*", Key::Any, 400, CHEROOT)] },
        )),
        refused(Case::at(Provider::Other, "http://llm.example/openai/v1").model("m").is(
            "IIS that requires TLS",
            "learn.microsoft.com: HTTP status codes in IIS, 403.4",
            const { &[rule("*", Key::Any, 403, IIS).with(HTML)] },
        )),
        refused(at("http://kong.example/ai/v1").is(
            "a route of Kong for HTTPS only",
            "Kong/kong: kong/runloop/handler.lua",
            const { &[rule("*", Key::Any, 426, KONG).with(&[("upgrade", "TLS/1.2, HTTP/1.1")])] },
        )),
        refused(
            Case::at(Provider::Google, "http://generativelanguage.googleapis.com")
                .model("gemini-2.5-flash")
                .is(
                    "Google requires TLS",
                    "developers.google.com: error `sslRequired`",
                    const { &[rule("*", Key::Any, 403, GOOGLE)] },
                ),
        ),
        refused(at("http://llm.example/v1").deep(Depth::Inference).is(
            "nginx's page at depth inference",
            "mix1009/sdwebuiapi#3",
            NGINX_RULES,
        )),
        refused(at("http://llm.example/v1").deep(Depth::Reach).is(
            "nginx's page at depth reach",
            "bentoml/OpenLLM#449",
            NGINX_RULES,
        )),
        refused(at("http://llm.example/v1/chat/completions").bad().is(
            "a whole request URL as well, and a bad key",
            "fuergaosi233/wechat-chatgpt#810",
            NGINX_RULES,
        ))
        .suggests("/v1"),
    ];
    table.extend(neighbours());
    table
}

const NGINX_RULES: &[Rule] = &[rule("*", Key::Any, 400, NGINX).with(HTML)];

/// What is no refusal for the lack of TLS.
fn neighbours() -> Vec<Reported> {
    let server = || Case::at(Provider::CustomOpenAiCompatible, "http://llm.example/v1").model("m");
    vec![
        right(
            server().is(
                "a firewall's page with the same status",
                "nginx/nginx: src/http/ngx_http_special_response.c",
                const { &[rule("*", Key::Any, 400, FIREWALL).with(HTML)] },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::UnexpectedAnswer),
        right(
            server().is(
                "a load balancer's page without a reason",
                "docs.aws.amazon.com: ALB, HTTP 400",
                const { &[rule("*", Key::Any, 400, BALANCER).with(HTML)] },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::UnexpectedAnswer),
        right(
            server().deep(Depth::Inference).is(
                "a gateway without TLS whose provider requires it",
                "danny-avila/LibreChat#4688",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("POST /v1/chat/completions", Key::Good, 400, BEHIND_LITELLM),
                        rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid API Key"}}"#),
                    ]
                },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        )
        .ping(Reason::UnexpectedAnswer),
        right(
            server().deep(Depth::Inference).is(
                "the same, with the provider's page passed on",
                "bentoml/OpenLLM#449",
                const {
                    &[
                        rule("GET /v1/models", Key::Good, 200, LIST),
                        rule("POST /v1/chat/completions", Key::Good, 400, NGINX).with(HTML),
                        rule("*", Key::Other, 401, r#"{"error":{"message":"Invalid API Key"}}"#),
                    ]
                },
            ),
            Reason::UnexpectedAnswer,
            "unknown",
        ),
        right(
            server().is(
                "a redirect to the same address with TLS",
                "open-webui/open-webui#16749",
                const {
                    &[rule("*", Key::Any, 308, "")
                        .with(&[("location", "https://llm.example/v1/models")])]
                },
            ),
            Reason::Redirected,
            "no",
        )
        .ping(Reason::Redirected),
    ]
}

#[tokio::test]
async fn plain_request_to_tls_port_is_a_fault_of_the_scheme() {
    check(table()).await;
}
