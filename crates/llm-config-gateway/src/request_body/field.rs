//! The top-level fields that the gateway reads, replaces or adds.

use llm_config_providers::Dialect;

macro_rules! fields {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// A top-level field that the gateway reads, replaces or adds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub(super) enum Field {
            $($(#[$doc])* $variant,)*
        }

        impl Field {
            const NAMES: &'static [&'static str] = &[$($name,)*];

            /// The name in bodies.
            pub(super) const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The field whose name in lower case this is.
            fn by_folded_name(name: &str) -> Option<Self> {
                match name {
                    // The fields with upper case: their own names never equal a folded one.
                    "cachedcontent" => Some(Self::CachedContent),
                    "generatecontentrequest" => Some(Self::GenerateContentRequest),
                    $($name => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

fields! {
    Model = "model",
    Stream = "stream",
    StreamOptions = "stream_options",
    MaxTokens = "max_tokens",
    MaxCompletionTokens = "max_completion_tokens",
    MaxOutputTokens = "max_output_tokens",
    Temperature = "temperature",
    TopP = "top_p",
    TopK = "top_k",
    FrequencyPenalty = "frequency_penalty",
    PresencePenalty = "presence_penalty",
    Stop = "stop",
    StopSequences = "stop_sequences",
    PreviousResponseId = "previous_response_id",
    Conversation = "conversation",
    Background = "background",
    Prompt = "prompt",
    Container = "container",
    CachedContent = "cachedContent",
    /// Google's JSON parsers also accept the names of the protocol buffers
    /// (<https://protobuf.dev/programming-guides/json/>).
    CachedContentInSnakeCase = "cached_content",
    Requests = "requests",
    GenerateContentRequest = "generateContentRequest",
    GenerateContentRequestInSnakeCase = "generate_content_request",
    Tools = "tools",
    /// Of `OpenRouter`.
    Plugins = "plugins",
}

/// The fields that `LiteLLM`'s proxy takes for where a call goes and with which key.
const ROUTING_FIELDS: &[&str] = &["api_base", "base_url", "api_key", "user_config"];

/// The fields in which gateways and vendors take further models for a call, beside `model`:
/// <https://openrouter.ai/docs/guides/routing/model-fallbacks>,
/// <https://docs.litellm.ai/docs/proxy/client_side_fallbacks>, and `providerOptions.gateway.models` in
/// <https://vercel.com/docs/ai-gateway/models-and-providers/model-fallbacks>. No API is known in which these
/// names mean something else; other options within `providerOptions` are refused with it.
const MODEL_FIELDS: &[&str] =
    &["models", "fallbacks", "context_window_fallbacks", "content_policy_fallbacks", "providerOptions"];

/// The gateway's fields in the bodies of a dialect.
const fn fields_of(dialect: Dialect) -> &'static [Field] {
    match dialect {
        Dialect::OpenAi => &[
            Field::Model,
            Field::Stream,
            Field::StreamOptions,
            Field::MaxTokens,
            Field::MaxCompletionTokens,
            Field::MaxOutputTokens,
            Field::Temperature,
            Field::TopP,
            Field::TopK,
            Field::FrequencyPenalty,
            Field::PresencePenalty,
            Field::Stop,
            Field::PreviousResponseId,
            Field::Conversation,
            Field::Background,
            Field::Prompt,
            Field::Tools,
            Field::Plugins,
        ],
        Dialect::Anthropic => &[
            Field::Model,
            Field::Stream,
            Field::MaxTokens,
            Field::Temperature,
            Field::TopP,
            Field::TopK,
            Field::StopSequences,
            Field::Container,
            Field::Tools,
            Field::Plugins,
        ],
        Dialect::Gemini => &[
            Field::Model,
            Field::CachedContent,
            Field::CachedContentInSnakeCase,
            Field::Requests,
            Field::GenerateContentRequest,
            Field::GenerateContentRequestInSnakeCase,
        ],
    }
}

/// How a name compares with that of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameMatch<T> {
    /// It is the same.
    Exact(T),
    /// It is the same but for case.
    Misspelt(T),
}

/// A decoded name of the top level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// A field of the gateway in this dialect.
    Field(NameMatch<Field>),
    /// A field that moves the call at `LiteLLM`'s proxy, in any case.
    Routing(&'static str),
    /// A field that names further models, in any case.
    Models(&'static str),
    /// Another name.
    Other,
}

impl Name {
    /// What a decoded name stands for in a dialect.
    pub(super) fn new(dialect: Dialect, name: &str) -> Self {
        let mut buffer = FoldBuffer::default();
        let Some(folded) = fold(name, &mut buffer) else { return Self::Other };
        match Field::by_folded_name(folded) {
            Some(field) if fields_of(dialect).contains(&field) => {
                let is_exact = name == field.as_str();
                Self::Field(if is_exact { NameMatch::Exact(field) } else { NameMatch::Misspelt(field) })
            }
            Some(_) | None => {
                let is_name = |field: &&&str| field.eq_ignore_ascii_case(folded);
                let routing = ROUTING_FIELDS.iter().find(is_name).map(|field| Self::Routing(field));
                let models = || MODEL_FIELDS.iter().find(is_name).map(|field| Self::Models(field));
                routing.or_else(models).unwrap_or(Self::Other)
            }
        }
    }
}

/// How a decoded name compares with that of one member of a nested object.
pub(super) fn match_name(name: &str, field: &'static str) -> Option<NameMatch<()>> {
    if name == field {
        return Some(NameMatch::Exact(()));
    }
    let folded = field.bytes().map(|byte| Some(byte.to_ascii_lowercase()));
    name.chars().map(fold_char).eq(folded).then_some(NameMatch::Misspelt(()))
}

/// Room for the longest name of a field: a longer one is none.
type FoldBuffer = [u8; longest(&[Field::NAMES, ROUTING_FIELDS, MODEL_FIELDS])];

/// The length of the longest of these names.
const fn longest(tables: &[&[&str]]) -> usize {
    let (mut longest, mut table) = (0, 0);
    while table < tables.len() {
        let mut at = 0;
        while at < tables[table].len() {
            let length = tables[table][at].len();
            longest = if length > longest { length } else { longest };
            at += 1;
        }
        table += 1;
    }
    longest
}

/// The name in lower case; `None` for one that is no field's in any case.
fn fold<'b>(name: &str, buffer: &'b mut FoldBuffer) -> Option<&'b str> {
    let mut length = 0;
    for c in name.chars() {
        *buffer.get_mut(length)? = fold_char(c)?;
        length += 1;
    }
    std::str::from_utf8(buffer.get(..length)?).ok()
}

/// A letter in lower case; `None` for a character that is in no field's name.
///
/// Parsers written in Go match names without case, and the last one wins. They also take two characters
/// beyond ASCII for letters: the long s and the sign of the kelvin (`encoding/json`, function `foldName`).
fn fold_char(c: char) -> Option<u8> {
    match c {
        '\u{17f}' => Some(b's'),
        '\u{212a}' => Some(b'k'),
        other => u8::try_from(other).ok().filter(u8::is_ascii).map(|byte| byte.to_ascii_lowercase()),
    }
}

/// A set of fields.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct FieldSet(u32);

impl FieldSet {
    /// Adds a field; false if the set has it already.
    pub(super) const fn insert(&mut self, field: Field) -> bool {
        let before = self.0;
        self.0 |= 1 << field as u8;
        before != self.0
    }

    /// Whether the set has the field.
    pub(super) const fn has(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_ignores_case_as_go_does() {
        let check = |name, expected| assert_eq!(Name::new(Dialect::OpenAi, name), expected, "{name}");
        check("model", Name::Field(NameMatch::Exact(Field::Model)));
        check("MODEL", Name::Field(NameMatch::Misspelt(Field::Model)));
        check("\u{17f}tream", Name::Field(NameMatch::Misspelt(Field::Stream)));
        check("max_to\u{212a}ens", Name::Field(NameMatch::Misspelt(Field::MaxTokens)));
        check("Api_\u{212a}ey", Name::Routing("api_key"));
        check("Fallbac\u{212a}s", Name::Models("fallbacks"));
        check("content_policy_fallbacks", Name::Models("content_policy_fallbacks"));
        check("PROVIDEROPTIONS", Name::Models("providerOptions"));
        for other in ["maxTokens", "model ", "mod\u{e9}l", "", "cachedContent", "m", "\u{1f600}"] {
            check(other, Name::Other);
        }
        check(&"model".repeat(100), Name::Other);
    }

    #[test]
    fn name_of_every_field_is_exact() {
        for field in ROUTING_FIELDS.iter().chain(MODEL_FIELDS) {
            assert_ne!(Name::new(Dialect::OpenAi, &field.to_uppercase()), Name::Other, "{field}");
        }
        for dialect in Dialect::ALL {
            for field in fields_of(dialect) {
                let found = Name::new(dialect, field.as_str());
                assert_eq!(found, Name::Field(NameMatch::Exact(*field)), "{field:?}");
                let upper = Name::new(dialect, &field.as_str().to_uppercase());
                assert_eq!(upper, Name::Field(NameMatch::Misspelt(*field)), "{field:?}");
            }
        }
    }

    #[test]
    fn name_of_other_dialect_is_other() {
        assert_eq!(Name::new(Dialect::Gemini, "temperature"), Name::Other);
        assert_eq!(Name::new(Dialect::Anthropic, "prompt"), Name::Other);
    }

    #[test]
    fn insert_of_every_field_finds_it_once() {
        let mut set = FieldSet::default();
        for field in fields_of(Dialect::OpenAi).iter().chain([&Field::StopSequences, &Field::Requests]) {
            assert!(!set.has(*field), "{field:?}");
            assert!(set.insert(*field), "{field:?}");
            assert!(!set.insert(*field), "{field:?}");
            assert!(set.has(*field), "{field:?}");
        }
        assert!(!set.has(Field::Container));
    }
}
