//! What usage is counted by.

use std::borrow::Cow;

use llm_config_core::id::{ConfigId, Incarnation, TokenId};

use super::hour::UsageHour;

/// The most characters of a model's name that are kept.
const MODEL_LIMIT: usize = 255;

/// What one row of usage is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UsageKey {
    /// The configuration.
    pub config: ConfigId,
    /// Tells the configuration from a deleted one with the same id.
    pub incarnation: Incarnation,
    /// The token of the caller; `None` for the operator.
    pub token: Option<TokenId>,
    /// The name of the dialect of the call.
    pub dialect: &'static str,
    /// The model that the provider was asked for. Requests name it, so it is any text.
    pub model: String,
    /// The hour in which the call began.
    pub hour: UsageHour,
}

/// The name of a model as usage shows it: at most 255 characters, and with a replacement character (U+FFFD)
/// for each control character, because PostgreSQL stores no NUL.
#[must_use]
pub fn model_label(model: &str) -> Cow<'_, str> {
    if model.len() <= MODEL_LIMIT && !model.chars().any(char::is_control) {
        return model.into();
    }
    let replace = |letter: char| if letter.is_control() { char::REPLACEMENT_CHARACTER } else { letter };
    model.chars().take(MODEL_LIMIT).map(replace).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn model_label_is_short_and_has_no_control_characters() {
        let long = "ü".repeat(300);
        for (model, label) in [
            ("gpt-5-nano", "gpt-5-nano".to_owned()),
            ("", String::new()),
            ("a\0b\nc\u{85}", "a\u{fffd}b\u{fffd}c\u{fffd}".to_owned()),
            (&long, "ü".repeat(255)),
        ] {
            assert_eq!(model_label(model), label);
            assert_eq!(model_label(&label), label);
        }
    }
}
