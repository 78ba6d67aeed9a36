//! Calls of models: addresses, credentials, refusals.

mod headers;
mod own_urls;
mod refusals;
mod urls;
mod vendor_facts;

use llm_config_core::provider::Provider;
use llm_config_core::target::Target;

use crate::auth::Auth;
use crate::family::ProviderTarget;
use crate::model_api::{CallRoute, CallUrlError, CallUrlOptions};

const DEFAULT: &str = "/chat/completions";
const AZURE: &str = "https://acme.openai.azure.com";
const GOOGLE: &str = "https://generativelanguage.googleapis.com";

fn target(provider: Provider, endpoint: &str, api_path: &str) -> Target {
    let (endpoint, api_path) = (endpoint.parse().unwrap(), api_path.parse().unwrap());
    Target { provider, endpoint, api_path, model: None }
}

/// The URL of a call with the model `m/1`, or why there is none.
fn url(provider: Provider, endpoint: &str, api_path: &str, route: CallRoute) -> Result<String, CallUrlError> {
    let provider = ProviderTarget::owned(target(provider, endpoint, api_path), Auth::None);
    provider.call_url(route, "m/1", CallUrlOptions::default()).map(String::from)
}

#[track_caller]
fn check(provider: Provider, endpoint: &str, api_path: &str, expected: &[(CallRoute, &str)]) {
    for (route, expected) in expected {
        let found = url(provider, endpoint, api_path, *route);
        assert_eq!(found.as_deref(), Ok(*expected), "{provider} {endpoint} {api_path} {route:?}");
    }
}
