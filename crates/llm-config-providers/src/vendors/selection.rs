//! The row and family that a configuration selects, by its provider value and its host.

use llm_config_core::provider::Provider;

use super::{VENDORS, Vendor, by_host};
use crate::family::Family;

/// What selects the row of a configuration.
enum SelectedBy {
    /// The provider value, at any host.
    Provider,
    /// The host; at unknown hosts the provider value.
    HostOrProvider,
    /// The host. Its API is called in the OpenAI-compatible form.
    Host,
    /// The host. Its own API is called.
    HostWithOwnApi,
}

/// The row of a configuration, and the family through which it is called.
pub(crate) struct Selected {
    /// `None` at unknown hosts.
    pub(crate) vendor: Option<&'static Vendor>,
    pub(crate) family: &'static dyn Family,
    /// Whether the host is the vendor's own.
    pub(crate) is_own_host: bool,
}

const fn selected_by(provider: Provider) -> SelectedBy {
    match provider {
        Provider::Anthropic
        | Provider::Google
        | Provider::Aws
        | Provider::LiteLlmProxy
        | Provider::Vllm
        | Provider::Ollama
        | Provider::LlamaCpp => SelectedBy::Provider,
        Provider::OpenRouter => SelectedBy::HostOrProvider,
        // Users also choose `OPENAI` for compatible servers, so the host is more precise.
        Provider::OpenAi | Provider::CustomOpenAiCompatible => SelectedBy::Host,
        Provider::Other => SelectedBy::HostWithOwnApi,
    }
}

/// Selects row and family. `path` is the base path, without slashes around it.
pub(crate) fn select(provider: Provider, host: &str, path: &str) -> Selected {
    let owner = by_host(host);
    let by_provider = || row_of(provider, owner, path);
    let (vendor, has_own_api) = match selected_by(provider) {
        SelectedBy::Provider => (by_provider(), true),
        SelectedBy::HostOrProvider => (owner.or_else(by_provider), false),
        SelectedBy::Host => (owner, false),
        // One provider value may stand for several rows, told apart by their paths.
        SelectedBy::HostWithOwnApi => {
            let row = owner.and_then(|row| row.provider.and_then(|value| row_of(value, owner, path)));
            (row.or(owner), true)
        }
    };
    let family = match vendor {
        Some(row) if has_own_api || !row.has_own_api() => row.family,
        Some(_) | None => Vendor::UNKNOWN.family,
    };
    Selected { vendor, family, is_own_host: vendor.is_some() && vendor == owner }
}

/// The row of a provider value. If it has several, the path selects one, then the host.
fn row_of(provider: Provider, owner: Option<&'static Vendor>, path: &str) -> Option<&'static Vendor> {
    let rows = || VENDORS.iter().filter(|row| row.provider == Some(provider));
    let by_host = owner.filter(|row| row.provider == Some(provider));
    rows().find(|row| (row.path_pattern)(path)).or(by_host).or_else(|| rows().next_back())
}
