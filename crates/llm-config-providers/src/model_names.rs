//! Names of models: how the names in a vendor's list relate to those in its calls, and which names can mean
//! one model.

/// How the names in a vendor's list of models relate to the names that its calls take.
#[derive(Clone, Copy)]
pub(crate) struct ModelNames {
    /// Whether calls ignore the case of letters.
    pub(crate) ignores_case: bool,
    /// Whether a name without a tag means the tag `latest`.
    pub(crate) latest_tag: bool,
    /// Beginnings that a name means without containing them.
    pub(crate) implied_prefixes: &'static [&'static str],
    /// A beginning that the list puts in front of the names that calls take.
    pub(crate) listed_prefix: Option<&'static str>,
    /// Suffixes behind a colon that calls take for every listed model, and that the list never contains.
    pub(crate) policies: &'static [&'static str],
    /// Whether a list never contains such a name, although calls may take it.
    pub(crate) is_unlisted: fn(&str) -> bool,
}

impl ModelNames {
    /// Where nothing is known. Gateways take `@PROVIDER/MODEL`
    /// (<https://portkey.ai/docs/product/model-catalog>) and fine-tuned models (`ft:`) of the accounts
    /// behind them, and list neither.
    pub(crate) const UNKNOWN: Self = Self {
        ignores_case: false,
        latest_tag: false,
        implied_prefixes: &[],
        listed_prefix: None,
        policies: &[],
        is_unlisted: |name| name.starts_with('@') || name.starts_with("ft:"),
    };

    /// Whether a listed name is the requested one in another spelling that calls take.
    pub(crate) fn are_equal(&self, requested: &str, listed: &str) -> bool {
        let (requested, listed) = (self.whole(requested), self.whole(listed));
        let is_equal = |name: &str| {
            let is_listed =
                if self.ignores_case { name.eq_ignore_ascii_case(&listed) } else { name == listed };
            let rest = self.listed_prefix.and_then(|prefix| listed.strip_prefix(prefix));
            is_listed || rest == Some(name)
        };
        is_equal(&requested) || self.without_policy(&requested).is_some_and(is_equal)
    }

    /// Whether the name has the beginning that only the list has.
    pub(crate) fn has_listed_prefix(&self, requested: &str) -> bool {
        self.listed_prefix.is_some_and(|prefix| requested.starts_with(prefix))
    }

    /// The name with its tag, and without the beginnings that it implies.
    fn whole(&self, name: &str) -> String {
        let rest = self.implied_prefixes.iter().find_map(|prefix| name.strip_prefix(prefix));
        let name = rest.unwrap_or(name);
        if self.latest_tag && !has_tag(name) { format!("{name}:latest") } else { name.to_owned() }
    }

    /// The name without its policy. A name with a suffix of its own takes no policy
    /// (plandex-ai/plandex#268).
    fn without_policy<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (before, policy) = name.rsplit_once(':')?;
        (self.policies.contains(&policy) && !has_tag(before)).then_some(before)
    }
}

/// Whether a name has a tag. A colon in front of the last slash belongs to a registry's port.
fn has_tag(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|name| name.contains(':'))
}

/// Whether a wildcard such as `openai/*` covers a name.
pub(crate) fn covers(wildcard: &str, name: &str) -> bool {
    match wildcard.split_once('*') {
        Some((begin, end)) => {
            name.strip_prefix(begin).is_some_and(|rest| rest.len() >= end.len() && rest.ends_with(end))
        }
        None => false,
    }
}

/// Whether a requested name equals a listed one but for the case of letters, a folder or vendor in front,
/// or a policy behind a colon. Whether calls take the one for the other is not known.
pub(crate) fn differ_in_spelling_only(requested: &str, listed: &str) -> bool {
    let (requested, listed) = (requested.to_ascii_lowercase(), listed.to_ascii_lowercase());
    let (requested, listed) = (without_vendor(&requested), without_vendor(&listed));
    let is_policy = |suffix: &str| suffix.starts_with(|c: char| c.is_ascii_alphabetic());
    let without_policy = requested.rsplit_once(':').filter(|(_, suffix)| is_policy(suffix));
    requested == listed || without_policy.is_some_and(|(before, _)| before == listed)
}

/// Whether two names can mean one model: a folder or vendor in front, a date, a channel, a policy or a
/// quantisation behind, and the signs between the parts are ignored.
pub(crate) fn can_be_same(one: &str, other: &str) -> bool {
    let (one, other) = (one.to_ascii_lowercase(), other.to_ascii_lowercase());
    let squeezed = |name: &str| name.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    // Only one of them may have a suffix of its own: `gemma:2b` is not `gemma:7b`.
    let of_one = |one: &str, other: &str| match one.rsplit_once(':') {
        Some((before, _)) if !other.contains(':') => squeezed(stem(before)) == squeezed(stem(other)),
        Some(_) | None => false,
    };
    let is_same = squeezed(stem(&one)) == squeezed(stem(&other));
    is_same || of_one(&one, &other) || of_one(&other, &one)
}

/// The common part of `openai/gpt-4o-2024-08-06` and `gpt-4o-latest`.
fn stem(name: &str) -> &str {
    let name = without_vendor(name);
    let mut rest = name.strip_suffix(".gguf").unwrap_or(name);
    rest = without_version_of_bedrock(rest);
    while let Some((before, last)) = rest.rsplit_once(['-', '@', ':', '.']) {
        let is_separated_by_dot = rest[before.len()..].starts_with('.');
        let is_ignored = is_quantisation(last) || !is_separated_by_dot && (is_date(last) || is_channel(last));
        if before.is_empty() || !is_ignored {
            break;
        }
        rest = before;
    }
    rest
}

/// The name without folders, vendor and region: `us.anthropic.claude-3` of Bedrock, `databricks-gpt-5`
/// (BerriAI/litellm#18386).
fn without_vendor(name: &str) -> &str {
    const REGIONS: &[&str] = &["us.", "eu.", "apac.", "global.", "jp.", "au.", "ca.", "us-gov."];
    const VENDORS: &[&str] = &[
        "ai21.",
        "amazon.",
        "anthropic.",
        "cohere.",
        "databricks-",
        "deepseek.",
        "google.",
        "meta.",
        "minimax.",
        "mistral.",
        "moonshot.",
        "nvidia.",
        "openai.",
        "qwen.",
        "writer.",
        "zai.",
    ];
    let name = name.rsplit('/').find(|part| !part.is_empty()).unwrap_or(name);
    let without = |name, parts: &[&str]| parts.iter().find_map(|part| str::strip_prefix(name, part));
    let local = without(name, REGIONS).unwrap_or(name);
    without(local, VENDORS).unwrap_or(name)
}

/// The name without `-v1:0`, which Bedrock puts behind the date.
fn without_version_of_bedrock(name: &str) -> &str {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match name.rsplit_once(':').filter(|(_, minor)| is_number(minor)) {
        Some((before, _)) => match before.rsplit_once("-v") {
            Some((model, major)) if is_number(major) => model,
            Some(_) | None => name,
        },
        None => name,
    }
}

fn is_date(part: &str) -> bool {
    part.len() >= 2 && part.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_channel(part: &str) -> bool {
    const CHANNELS: &[&str] = &[
        "latest",
        "preview",
        "free",
        "nitro",
        "floor",
        "online",
        "exacto",
        "extended",
        "fastest",
        "cheapest",
        "preferred",
        "beta",
        "cloud",
    ];
    CHANNELS.contains(&part)
}

fn is_quantisation(part: &str) -> bool {
    const FORMATS: &[&str] = &[
        "gguf", "mlx", "awq", "gptq", "fp4", "nvfp4", "fp8", "fp16", "bf16", "int4", "int8", "4bit", "8bit",
    ];
    let digits = part.strip_prefix("iq").or_else(|| part.strip_prefix('q'));
    let is_of_llama = digits.is_some_and(|rest| {
        let mut letters = rest.chars();
        letters.next().is_some_and(|c| c.is_ascii_digit()) && matches!(letters.next(), None | Some('_'))
    });
    is_of_llama || FORMATS.contains(&part)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLLAMA: ModelNames = ModelNames {
        ignores_case: true,
        latest_tag: true,
        implied_prefixes: &["registry.ollama.ai/library/", "library/"],
        ..ModelNames::UNKNOWN
    };

    const ROUTER: ModelNames = ModelNames { policies: &["nitro", "floor"], ..ModelNames::UNKNOWN };

    #[test]
    fn are_equal_follows_the_facts_of_the_vendor() {
        assert!(OLLAMA.are_equal("Qwen3:8B", "qwen3:8b"));
        assert!(OLLAMA.are_equal("llama3.1", "llama3.1:latest"));
        assert!(OLLAMA.are_equal("library/llama3.1", "llama3.1:latest"));
        assert!(OLLAMA.are_equal("localhost:5000/me/m", "localhost:5000/me/m:latest"));
        assert!(!OLLAMA.are_equal("llama3.1:8b", "llama3.1:latest"));
        assert!(ROUTER.are_equal("x-ai/grok-4.6:nitro", "x-ai/grok-4.6"));
        assert!(!ROUTER.are_equal("a/b:free:nitro", "a/b:free"));
        assert!(!ROUTER.are_equal("a/b:free", "a/b"));
        assert!(!ROUTER.are_equal("A/b", "a/b"));
        let google = ModelNames { listed_prefix: Some("models/"), ..ModelNames::UNKNOWN };
        assert!(google.are_equal("gemini-2.5-flash", "models/gemini-2.5-flash"));
        assert!(!google.are_equal("gemini-2.5-pro", "models/gemini-2.5-flash"));
    }

    #[test]
    fn covers_compares_both_ends() {
        assert!(covers("openai/*", "openai/gpt-4o"));
        assert!(covers("*", "anything"));
        assert!(covers("a/*-latest", "a/m-latest"));
        assert!(!covers("anthropic/*", "openai/gpt-4o"));
        assert!(!covers("openai/gpt-4o", "openai/gpt-4o"));
    }

    #[track_caller]
    fn check_spelling(requested: &str, listed: &str, expected: bool) {
        assert_eq!(differ_in_spelling_only(requested, listed), expected, "{requested} {listed}");
    }

    #[test]
    fn spelling_differs_in_case_vendor_and_policy_only() {
        check_spelling("qwen3-32b", "Qwen3-32B", true);
        check_spelling("gemini-2.5-flash", "models/gemini-2.5-flash", true);
        check_spelling("models/gemini-2.5-flash", "gemini-2.5-flash", true);
        check_spelling("gpt-4o", "openai/gpt-4o", true);
        check_spelling("llama-v3p1-8b", "accounts/fireworks/models/llama-v3p1-8b", true);
        check_spelling("moonshotai/Kimi-K2.6:fireworks-ai", "moonshotai/Kimi-K2.6", true);
        check_spelling("us.anthropic.claude-sonnet-4", "anthropic.claude-sonnet-4", true);
        check_spelling("gpt-4-0314", "gpt-4", false);
        check_spelling("gpt-4o", "gpt-4o-mini", false);
        check_spelling("a/b", "a/b:free", false);
        check_spelling("llama3.2:1b", "llama3.2", false);
    }

    #[track_caller]
    fn check_same(one: &str, other: &str, expected: bool) {
        assert_eq!(can_be_same(one, other), expected, "{one} {other}");
        assert_eq!(can_be_same(other, one), expected, "{other} {one}");
    }

    #[test]
    fn names_with_other_marks_can_be_same() {
        check_same("databricks-gpt-5-2", "gpt-5.2-2025-12-11", true);
        check_same("MiniMaxAI/MiniMax-M2.7:fastest", "MiniMaxAI/MiniMax-M2.7", true);
        check_same("moonshotai/Kimi-K2.6:fireworks-ai", "kimi-k2.6", true);
        check_same("us.anthropic.claude-3-5-sonnet-20240620-v1:0", "claude-3-5-sonnet-20240620", true);
        check_same("gpt-35-turbo", "gpt-3.5-turbo-0125", true);
        check_same("anthropic/claude-3.5-sonnet", "claude-3-5-sonnet-20241022", true);
        check_same("gemma-3-4b-it", "ggml-org/gemma-3-4b-it-GGUF:Q4_K_M", true);
        check_same("tiny", "/models/tiny.Q8_0.gguf", true);
        check_same("qwen3:8b", "qwen3", true);
    }

    #[test]
    fn names_of_other_models_are_not_same() {
        check_same("gpt-4o", "gpt-4o-mini", false);
        check_same("gemma:2b", "gemma:7b", false);
        check_same("deepseek-v3", "deepseek-v2", false);
        check_same("claude-sonnet-4-5", "ggml-org/gemma-4-26B-A4B-it-GGUF:Q4_0", false);
        check_same("@preset/hunt", "x-ai/grok-4.6", false);
        check_same("gpt-4-turbo-preview", "gpt-4-0125-preview", false);
    }
}
