//! What can be said about a target without a request.

use url::Url;

use super::{CredentialProbe, ProviderTarget, Vendor};
use crate::auth::Auth;
use crate::vendors;

impl ProviderTarget<'_> {
    /// The URL at which the model is called.
    #[must_use]
    pub fn called_url(&self) -> Url {
        self.family.completion_url(self).unwrap_or_else(|| self.target.url())
    }

    /// The endpoint to store instead, if the host is that of a web page, if the endpoint looks like a request
    /// URL, or if it lacks the usual path of the API. Only a request can tell whether there is an API.
    #[must_use]
    pub fn suggested_endpoint(&self) -> Option<String> {
        let own_api = !self.family.is_openai_compatible();
        if let Some(api) = vendors::api_of_console(self.base.host(), own_api) {
            return Some(api.to_owned());
        }
        let suggested = self.likely_endpoint().or_else(|| self.usual_endpoint());
        suggested.filter(|url| *url != self.target.endpoint.as_str().trim_end_matches('/'))
    }

    /// The endpoint at which checks look for the API: at a vendor's own host its fixed path, or `/v1` if the
    /// endpoint has no path. An API may lie below any other path.
    fn usual_endpoint(&self) -> Option<String> {
        let has_path = !self.base.path().is_empty();
        let probes = self.family.credential_probes(self);
        let is_elsewhere = |probe: &&CredentialProbe| probe.is_sibling_host || (probe.is_guess && has_path);
        let mut usual = probes.iter().filter(|probe| !is_elsewhere(probe));
        usual.find_map(|probe| probe.correction(self).suggested_url)
    }

    /// The vendor whose keys have the prefix of this key, if the host belongs to another vendor, which takes
    /// only its own keys.
    #[must_use]
    pub fn vendor_of_foreign_key(&self) -> Option<&'static Vendor> {
        let Auth::Key(sent) = &self.auth else { return None };
        let owner = self.vendor.filter(|vendor| self.is_own_host && !vendor.key_prefixes.is_empty())?;
        let of_key = vendors::by_key(&sent.key)?;
        (of_key != owner && of_key.provider != owner.provider).then_some(of_key)
    }
}

#[cfg(test)]
mod tests {
    use llm_config_core::provider::Provider;
    use llm_config_core::target::Target;

    use crate::auth::Auth;
    use crate::family::ProviderTarget;
    use crate::key_header::KeyHeader;

    fn target(provider: Provider, endpoint: &str, api_path: &str) -> Target {
        let (endpoint, api_path) = (endpoint.parse().unwrap(), api_path.parse().unwrap());
        Target { provider, endpoint, api_path, model: Some("m".parse().unwrap()) }
    }

    #[test]
    fn called_url_is_that_of_the_family() {
        let check = |provider, endpoint, expected: &str| {
            let target = target(provider, endpoint, "/chat/completions");
            let url = ProviderTarget::new(&target, Auth::None).called_url();
            assert_eq!(url.as_str(), expected);
        };
        let openai = "https://api.openai.com/v1";
        check(Provider::OpenAi, openai, "https://api.openai.com/v1/chat/completions");
        let anthropic = "https://api.anthropic.com";
        check(Provider::Anthropic, anthropic, "https://api.anthropic.com/v1/messages");
        let gemini = "https://generativelanguage.googleapis.com";
        check(
            Provider::Google,
            gemini,
            "https://generativelanguage.googleapis.com/v1beta/models/m:generateContent",
        );
    }

    #[test]
    fn suggested_endpoint_follows_the_conventions_of_the_vendor() {
        let check = |provider, endpoint: &str, expected: Option<&str>| {
            let target = target(provider, endpoint, "/chat/completions");
            let found = ProviderTarget::new(&target, Auth::None).suggested_endpoint();
            assert_eq!(found.as_deref(), expected, "{provider} {endpoint}");
        };
        check(Provider::OpenAi, "https://api.openai.com/v1", None);
        check(Provider::OpenAi, "https://api.openai.com/v1/", None);
        check(Provider::OpenAi, "https://api.openai.com", Some("https://api.openai.com/v1"));
        check(
            Provider::OpenAi,
            "https://api.openai.com/v1/chat/completions",
            Some("https://api.openai.com/v1"),
        );
        check(Provider::OpenAi, "https://platform.openai.com/api-keys", Some("https://api.openai.com/v1"));
        check(Provider::Vllm, "http://gpu:8000", Some("http://gpu:8000/v1"));
        check(Provider::Vllm, "http://gpu:8000/v1/chat/completions", Some("http://gpu:8000/v1"));
        check(Provider::Vllm, "http://gpu:8000/gateway", None);
        check(Provider::CustomOpenAiCompatible, "https://llm.example/api/v2", None);
        check(Provider::OpenRouter, "https://openrouter.ai", Some("https://openrouter.ai/api/v1"));
        check(Provider::Anthropic, "https://api.anthropic.com", None);
        check(Provider::Anthropic, "https://api.anthropic.com/v1", None);
        check(Provider::Google, "https://generativelanguage.googleapis.com", None);
    }

    #[test]
    fn vendor_of_foreign_key_is_found_at_own_hosts_only() {
        let check = |provider, endpoint, key, expected: Option<&str>| {
            let target = target(provider, endpoint, "/chat/completions");
            let target = ProviderTarget::new(&target, Auth::key(key, KeyHeader::bearer()));
            let found = target.vendor_of_foreign_key().map(|vendor| vendor.name);
            assert_eq!(found, expected, "{endpoint} {key}");
        };
        let (openai, anthropic) = ("https://api.openai.com/v1", "https://api.anthropic.com");
        check(Provider::OpenAi, openai, "sk-proj-0123", None);
        check(Provider::OpenAi, openai, "sk-0123", None);
        check(Provider::OpenAi, openai, "sk-ant-api03-0123", Some("anthropic"));
        check(Provider::Anthropic, anthropic, "sk-proj-0123", Some("open_ai"));
        check(Provider::Anthropic, anthropic, "AIzaSy0123", Some("gemini"));
        check(Provider::OpenAi, "https://relay.example/v1", "sk-ant-api03-0123", None);
        let gateway = "https://gateway.ai.cloudflare.com/v1/account/gateway/openai";
        check(Provider::OpenAi, gateway, "sk-ant-api03-0123", None);
        let vertex = "https://aiplatform.googleapis.com/v1/projects/p/locations/global";
        check(Provider::Google, vertex, "AIzaSy0123", None);
    }
}
