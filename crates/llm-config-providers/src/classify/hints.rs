//! Hints that depend on the response rather than on the vendor.

use super::class::ResponseClass;
use super::context::ResponseContext;
use crate::host_trust::HostTrust;
use crate::reason::Reason;
use crate::response::Response;

/// The hint that depends on the response rather than on the vendor.
#[expect(clippy::wildcard_enum_match_arm, reason = "most reasons need no more than their own hint")]
pub(super) fn find(
    class: &ResponseClass,
    response: &Response,
    context: &ResponseContext<'_>,
) -> Option<&'static str> {
    let error = response.error();
    let is_of_gateway = error.message.starts_with("litellm.");
    let is_refusal = matches!(response.status, 401 | 403);
    let hint = match class.reason {
        Reason::ConfigIncomplete if !context.has_key => {
            "The server requires a key, and the configuration has none: store one with the configuration."
        }
        Reason::ConfigIncomplete => {
            "The server found no key: check which header it expects the key in, and with which prefix."
        }
        Reason::BadKey if error.kind == "no_db_connection" => {
            "The key is not the LiteLLM proxy's master key, and the proxy has no database of other keys."
        }
        Reason::BadKey if class.is_key_open => {
            "The server refuses the request without saying what is wrong with the key: check the key, and \
             the header that it is sent in."
        }
        Reason::NoPermission if !class.is_conclusive => {
            "The server denies permission for this request: check the rights of the key and of its owner."
        }
        Reason::RateLimited if is_of_gateway => {
            "The provider behind the gateway limits the rate of calls: try again later."
        }
        Reason::RateLimited if context.trust != HostTrust::Vendor => {
            "The server limits the rate of calls, which proves nothing about the key: try \
             again later."
        }
        Reason::ProviderDown if is_of_gateway => {
            "The gateway responds, but the provider behind it fails: contact the operator of the gateway."
        }
        Reason::UnexpectedAnswer if response.wants_password() => {
            "A proxy in front of the server requires a user name and password; the key could not be checked."
        }
        Reason::UnexpectedAnswer if response.is_html() => {
            "A web page refuses the call, probably from a firewall or proxy in front of the server; the key \
             could not be checked."
        }
        Reason::UnexpectedAnswer if is_refusal => {
            "The server refuses the request without a known reason: check the key, and the header that it is \
             sent in."
        }
        Reason::UnexpectedAnswer if response.is_success() && !response.is_whole => {
            "The response is longer than the part that a check reads."
        }
        _ => return None,
    };
    Some(hint)
}
