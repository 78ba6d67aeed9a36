//! Servers that refuse requests without TLS, in words: the port speaks TLS, or the server insists on it.

use super::class::ResponseClass;
use super::context::ResponseContext;
use crate::reason::Reason;
use crate::response::Response;
use crate::stage::Stage;

const NEEDS_TLS: &str =
    "The server does not accept requests without encryption: store the endpoint with `https://`.";

const GATEWAY_WITHOUT_TLS: &str = "A proxy in front of the server calls it without encryption, which the \
    server refuses: contact the operator of the proxy.";

/// Parts of the pages and texts with which servers refuse plain HTTP, in lower case.
const TEXTS: &[&str] = &[
    // nginx, OpenResty, Tengine, Cloudflare (`ngx_http_special_response.c`; bentoml/OpenLLM#449,
    // langchain-ai/langchainjs#1716).
    "plain http request was sent to https port",
    "http request was sent to an https port",
    // Apache (`modules/ssl/ssl_engine_kernel.c`).
    "speaking plain http to an ssl-enabled server port",
    // Go's `net/http`, and with it Caddy, Traefik and Kubernetes (danny-avila/LibreChat#4688).
    "client sent an http request to an https server",
    // Tomcat and Spring Boot (`org/apache/tomcat/util/net/NioEndpoint.java`).
    "this combination of host and port requires tls",
    // CherryPy's cheroot (cherrypy/cheroot#800).
    "this server only speaks https on this port",
    // IIS, status 403.4 (learn.microsoft.com, HTTP status codes in IIS).
    "ssl is required to view this resource",
    "trying to access is secured with secure sockets layer",
];

/// The whole messages of errors in JSON, in lower case. A part would not do: a gateway may report an error of
/// the provider behind it.
const MESSAGES: &[&str] = &[
    // Kong, with status 426 (Kong/kong: `kong/runloop/handler.lua`).
    "please use https protocol",
    // Google, with the reason `sslRequired` (developers.google.com, errors of the discovery APIs).
    "ssl is required to perform this operation",
    "client sent an http request to an https server",
];

/// The longest page that counts. These pages are short; a long one is about something else.
const LONGEST: usize = 8 * 1024;

/// The class of a refusal for the lack of TLS. nginx's own status 497 has no other meaning.
pub(super) fn classify(response: &Response, context: &ResponseContext<'_>) -> Option<ResponseClass> {
    let is_refusal = matches!(response.status, 400 | 403 | 421 | 426 | 497);
    if !is_refusal || response.body.len() > LONGEST || !(response.status == 497 || is_worded(response)) {
        return None;
    }
    Some(if context.url.scheme() == "https" {
        ResponseClass::new(Reason::UnexpectedAnswer, Stage::Http).with_hint(GATEWAY_WITHOUT_TLS)
    } else {
        ResponseClass::new(Reason::Tls, Stage::Tls).with_hint(NEEDS_TLS)
    })
}

fn is_worded(response: &Response) -> bool {
    if response.json().is_some() {
        let message = response.error().message.trim_end_matches(['.', '\n']);
        return MESSAGES.contains(&message);
    }
    let text = String::from_utf8_lossy(&response.body).to_ascii_lowercase();
    TEXTS.iter().any(|part| text.contains(part))
}

#[cfg(test)]
mod tests {
    use llm_config_core::provider::Provider;
    use llm_config_core::target::Target;

    use super::*;
    use crate::auth::Auth;
    use crate::family::ProviderTarget;
    use crate::key_header::KeyHeader;

    #[track_caller]
    fn check(endpoint: &str, status: u16, body: &str, expected: Option<Reason>) {
        let target = Target {
            provider: Provider::CustomOpenAiCompatible,
            endpoint: endpoint.parse().unwrap(),
            api_path: "/chat/completions".parse().unwrap(),
            model: None,
        };
        let provider = ProviderTarget::new(&target, Auth::key("sk-1", KeyHeader::bearer()));
        let url = target.url();
        let class = classify(&Response::of(status, body), &provider.response_context(&url));
        assert_eq!(class.map(|class| class.reason), expected, "{endpoint} {status} {body}");
    }

    #[test]
    fn classify_of_refusal_without_tls_depends_on_scheme() {
        let body = "Client sent an HTTP request to an HTTPS server.\n";
        check("http://h:8443/v1", 400, body, Some(Reason::Tls));
        check("http://h:8443/v1", 497, "", Some(Reason::Tls));
        // A proxy took the encryption off.
        check("https://h/v1", 400, body, Some(Reason::UnexpectedAnswer));
        check("http://h:8443/v1", 200, body, None);
        check("http://h:8443/v1", 502, body, None);
    }

    #[test]
    fn classify_of_json_requires_whole_message() {
        check("http://h/v1", 426, r#"{"message":"Please use HTTPS protocol"}"#, Some(Reason::Tls));
        let quoted = r#"{"error":{"message":"upstream: Please use HTTPS protocol"}}"#;
        check("http://h/v1", 400, quoted, None);
    }
}
