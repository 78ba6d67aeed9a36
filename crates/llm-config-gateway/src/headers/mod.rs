//! The headers and query parameters that pass, and our own headers.

mod body_type;
mod query;

pub use llm_config_providers::ANTHROPIC_VERSION_DEFAULT;
use llm_config_providers::Dialect;

pub use body_type::check_body_type;
pub use query::{GatewayRoute, query_is_allowed};

/// On every response: `upstream` if the provider's status and body pass, `gateway` if they are ours.
pub const SOURCE: &str = "x-llm-config-source";

/// The value of [`SOURCE`] for a response of the provider.
pub const SOURCE_UPSTREAM: &str = "upstream";

/// The value of [`SOURCE`] for a response of our own.
pub const SOURCE_GATEWAY: &str = "gateway";

/// The id of the configuration that was called.
pub const CONFIG_ID: &str = "x-llm-config-id";

/// The code of an error of our own.
pub const ERROR: &str = "x-llm-config-error";

/// The fields that were added to the body, separated by commas.
pub const ADDED: &str = "x-llm-config-added";

/// On a list of models that is not whole: `true`.
pub const LIST_CUT: &str = "x-llm-config-list-cut";

/// The provider's own id of the request.
pub const UPSTREAM_REQUEST_ID: &str = "x-llm-config-upstream-request-id";

/// Whether the client's library should repeat the request, whatever the status: `true` or `false`.
pub const SHOULD_RETRY: &str = "x-should-retry";

/// Narrows a name that several configurations have to those of one workspace.
pub const WORKSPACE: &str = "x-llm-config-workspace";

/// The version of Anthropic's API.
pub const ANTHROPIC_VERSION: &str = "anthropic-version";

/// The headers of responses in which providers send their id of the request, the usual one first.
pub const PROVIDER_REQUEST_IDS: [&str; 2] = ["x-request-id", "request-id"];

/// Whether a header of the client goes to the provider. `name` is in lower case.
///
/// No other does: not the client's own credential in any spelling, no cookies, nothing about the client's
/// address, and nothing that chooses an account or an idempotency key among those of other tenants.
#[must_use]
pub fn passes_to_provider(dialect: Dialect, name: &str) -> bool {
    match name {
        "content-type" | "accept" => true,
        "openai-beta" => matches!(dialect, Dialect::OpenAi),
        ANTHROPIC_VERSION | "anthropic-beta" => matches!(dialect, Dialect::Anthropic),
        _ => false,
    }
}

/// Whether a header of the provider goes to the client. `name` is in lower case.
///
/// No other does: no cookies, no location, no names of servers and accounts, no framing.
#[must_use]
pub fn passes_to_client(name: &str) -> bool {
    const NAMES: &[&str] = &[
        "content-type",
        "content-encoding",
        "retry-after",
        "retry-after-ms",
        SHOULD_RETRY,
        "request-id",
        "openai-processing-ms",
        "openai-version",
    ];
    NAMES.contains(&name) || name.starts_with("x-ratelimit-") || name.starts_with("anthropic-ratelimit-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passes_to_provider_holds_for_listed_headers_of_the_dialect() {
        for dialect in Dialect::ALL {
            for name in ["content-type", "accept"] {
                assert!(passes_to_provider(dialect, name), "{name}");
            }
            for name in ["anthropic-version", "anthropic-beta"] {
                assert_eq!(passes_to_provider(dialect, name), dialect == Dialect::Anthropic, "{name}");
            }
            assert_eq!(passes_to_provider(dialect, "openai-beta"), dialect == Dialect::OpenAi);
        }
    }

    #[test]
    fn passes_to_provider_of_other_header_is_false() {
        // Case 33 of the gateway's contract, and the credentials of each client.
        for name in [
            "authorization",
            "x-api-key",
            "x-goog-api-key",
            "api-key",
            "proxy-authorization",
            "cookie",
            "origin",
            "referer",
            "host",
            "forwarded",
            "x-forwarded-for",
            "via",
            "cf-connecting-ip",
            "x-stainless-retry-count",
            "openai-organization",
            "openai-project",
            "idempotency-key",
            "traceparent",
            "accept-encoding",
            "content-encoding",
            "content-length",
            "transfer-encoding",
            "connection",
            "expect",
            "user-agent",
            "x-amz-security-token",
            "anthropic-dangerous-direct-browser-access",
            "x-llm-config-workspace",
        ] {
            for dialect in Dialect::ALL {
                assert!(!passes_to_provider(dialect, name), "{name}");
            }
        }
    }

    #[test]
    fn passes_to_client_holds_for_listed_headers() {
        for name in [
            "content-type",
            "content-encoding",
            "retry-after",
            "retry-after-ms",
            "x-should-retry",
            "x-ratelimit-remaining-tokens",
            "anthropic-ratelimit-requests-reset",
            "request-id",
            "openai-processing-ms",
            "openai-version",
        ] {
            assert!(passes_to_client(name), "{name}");
        }
        // Case 32 of the gateway's contract.
        for name in [
            "set-cookie",
            "server",
            "via",
            "alt-svc",
            "nel",
            "location",
            "access-control-allow-origin",
            "openai-organization",
            "openai-project",
            "anthropic-organization-id",
            "x-request-id",
            "x-ratelimit",
            "connection",
            "keep-alive",
            "transfer-encoding",
            "content-length",
            "cf-ray",
            "date",
        ] {
            assert!(!passes_to_client(name), "{name}");
        }
    }
}
