//! Members of nested objects that the gateway reads.

use memchr::{memchr2_iter, memmem};

use super::field::{NameMatch, match_name};
use super::object::{Object, read_array, read_object};
use crate::error::BodyFault;

/// The maximum number of entries of a list that is read. Gemini accepts 100 requests in a batch, `OpenAI` 128
/// tools.
const ENTRY_LIMIT: usize = 4096;

/// A member of a nested object.
#[derive(Debug)]
pub(super) struct Member {
    name: &'static str,
    /// Its place in the body, for errors.
    pub(super) place: &'static str,
    /// The members of the object that is its value.
    inner: &'static [Member],
}

pub(super) const INCLUDE_USAGE: &[Member] = &[leaf("include_usage", "stream_options.include_usage")];

pub(super) const PROMPT_ID: &[Member] = &[leaf("id", "prompt.id")];

pub(super) const BATCH_MODEL: &[Member] = &[leaf("model", "requests[].model")];

/// The request whose tokens are counted: <https://ai.google.dev/api/tokens#request-body>.
pub(super) const COUNTED_MODEL: &str = "generateContentRequest.model";
pub(super) const COUNTED_REQUEST: &[Member] = &[
    leaf("model", COUNTED_MODEL),
    leaf("cachedContent", "generateContentRequest.cachedContent"),
    leaf("cached_content", "generateContentRequest.cached_content"),
];

/// The models of tools that the provider runs: Anthropic's and `OpenRouter`'s advisors, `OpenAI`'s generation
/// of images, `OpenRouter`'s fusion. <https://openrouter.ai/docs/guides/features/server-tools>,
/// <https://platform.openai.com/docs/guides/tools-image-generation>.
pub(super) const TOOL_MODELS: &[Member] = &[
    leaf("model", "tools[].model"),
    Member {
        name: "parameters",
        place: "tools[].parameters",
        inner: &[
            leaf("model", "tools[].parameters.model"),
            leaf("analysis_models", "tools[].parameters.analysis_models"),
        ],
    },
];

/// The models of plugins: <https://openrouter.ai/docs/guides/features/plugins>.
pub(super) const PLUGIN_MODELS: &[Member] =
    &[leaf("model", "plugins[].model"), leaf("analysis_models", "plugins[].analysis_models")];

const fn leaf(name: &'static str, place: &'static str) -> Member {
    Member { name, place, inner: &[] }
}

/// Reads these members of the object `json`. Refuses one that occurs twice or in another case.
pub(super) fn read_members<'a>(
    json: &'a str,
    members: &'static [Member],
) -> Result<Object<'a, &'static Member>, BodyFault> {
    // A bit for each member.
    let mut present = 0_u8;
    read_object(json.as_bytes(), |name| {
        for (index, member) in members.iter().enumerate() {
            match match_name(name, member.name) {
                Some(NameMatch::Exact(())) if present >> index & 1 == 1 => {
                    return Err(BodyFault::DuplicateField { field: member.place });
                }
                Some(NameMatch::Exact(())) => {
                    present |= 1 << index;
                    return Ok(Some(member));
                }
                Some(NameMatch::Misspelt(())) => {
                    return Err(BodyFault::MisspeltField { field: member.place });
                }
                None => {}
            }
        }
        Ok(None)
    })
}

/// Reads the objects of a list. A single object is taken for a list of one, as some parsers take it.
pub(super) fn read_objects<'a>(
    field: &'static str,
    value: &'a str,
    mut read: impl FnMut(&'a str) -> Result<(), BodyFault>,
) -> Result<(), BodyFault> {
    match value.as_bytes().first() {
        Some(b'{') => read(value),
        Some(b'[') => {
            let mut count = 0;
            read_array(value.as_bytes(), |entry| {
                count += 1;
                if count > ENTRY_LIMIT {
                    return Err(BodyFault::WrongType { field, expected: "a list of at most 4096 entries" });
                }
                if entry.starts_with('{') { read(entry) } else { Ok(()) }
            })
        }
        _ => Ok(()),
    }
}

/// Whether a member of a list may name a model: few tools have the word, and a search for it is faster than
/// to read them. A name with an escape may be any.
pub(super) fn may_name_model(list: &str) -> bool {
    const WORD: &[u8] = b"model";
    let list = list.as_bytes();
    let is_word =
        |at: usize| list[at..].get(..WORD.len()).is_some_and(|text| text.eq_ignore_ascii_case(WORD));
    memchr2_iter(b'm', b'M', list).any(is_word) || memmem::find(list, b"\\u").is_some()
}

/// The place of the first of these members, or of theirs, that names a model: its value is a text or a list.
/// A JSON schema, as in the `parameters` of a function, has an object there.
pub(super) fn find_model(json: &str, members: &'static [Member]) -> Result<Option<&'static str>, BodyFault> {
    for (member, value) in read_members(json, members)?.kept {
        let found = match value.as_bytes().first() {
            Some(b'{') if !member.inner.is_empty() => find_model(value, member.inner)?,
            Some(b'"' | b'[') if member.inner.is_empty() => Some(member.place),
            _ => None,
        };
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}
