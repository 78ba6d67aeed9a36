//! Parts of messages: names of the client, lists, hints.

use std::fmt;

use llm_config_core::id::ConfigId;
use llm_config_providers::Dialect;

/// How many characters of a client's text a message repeats.
const SHOWN_CHARS: usize = 100;

/// How many ids of candidates a message lists.
pub const SHOWN_CANDIDATES: u8 = 20;

/// A text of the client in back quotes, shortened, without control characters.
pub(super) struct Quoted<'a>(pub(super) &'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`")?;
        for c in self.0.chars().take(SHOWN_CHARS) {
            write!(f, "{}", if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })?;
        }
        f.write_str(if self.0.chars().nth(SHOWN_CHARS).is_some() { "…`" } else { "`" })
    }
}

/// Ids, as many as a message has room for, and whether there are more.
pub(super) struct IdList<'a>(pub(super) &'a [ConfigId]);

impl fmt::Display for IdList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = usize::from(SHOWN_CANDIDATES);
        for (at, id) in self.0.iter().take(shown).enumerate() {
            write!(f, "{}{id}", if at == 0 { "" } else { ", " })?;
        }
        if self.0.len() > shown { f.write_str(" and more") } else { Ok(()) }
    }
}

/// The names of APIs, as their vendors write them.
pub(super) struct ApiList<'a>(pub(super) &'a [Dialect]);

impl fmt::Display for ApiList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("none of the APIs of this gateway");
        }
        for (at, dialect) in self.0.iter().enumerate() {
            let name = match dialect {
                Dialect::OpenAi => "OpenAI's",
                Dialect::Anthropic => "Anthropic's",
                Dialect::Gemini => "Gemini's",
            };
            write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// The message about a query parameter, by its name.
pub(super) struct QueryHint<'a>(pub(super) &'a str);

impl fmt::Display for QueryHint<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "key" => f.write_str(
                "the query parameter `key` is not allowed, because URLs are logged on their way; send the \
                 token in the header `x-goog-api-key`",
            ),
            "model" => f.write_str(
                "the query parameter `model` is not allowed; name the model where the API has it, in the \
                 body or the path",
            ),
            // A parameter without a value may be a mistyped secret.
            name if is_plain(name) => write!(f, "the query parameter `{name}` is not allowed on this path"),
            _ => f.write_str("a query parameter is not allowed on this path"),
        }
    }
}

/// Whether a text looks like the name of a parameter, rather than like a key.
fn is_plain(name: &str) -> bool {
    let is_name_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_uppercase() || c == '_' || c == '-';
    !name.is_empty() && name.len() <= 20 && name.chars().all(is_name_part)
}
