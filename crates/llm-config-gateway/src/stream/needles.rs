//! Names that frames are searched for before they are parsed.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// A name, with what stands around it in JSON.
type Needle = LazyLock<Finder<'static>>;

pub(super) static ERROR: Needle = LazyLock::new(|| Finder::new(r#""error""#));
pub(super) static FINISH_REASON: Needle = LazyLock::new(|| Finder::new(r#""finish_reason""#));
pub(super) static GEMINI_FINISH_REASON: Needle = LazyLock::new(|| Finder::new(r#""finishReason""#));
pub(super) static GEMINI_USAGE: Needle = LazyLock::new(|| Finder::new(r#""usageMetadata""#));
pub(super) static MESSAGE_STOP: Needle = LazyLock::new(|| Finder::new(r#""message_stop""#));
pub(super) static PROMPT_FEEDBACK: Needle = LazyLock::new(|| Finder::new(r#""promptFeedback""#));
pub(super) static USAGE: Needle = LazyLock::new(|| Finder::new(r#""usage""#));

/// Whether the data has one of these names, other than as a member that is null. Chunks of chat completions
/// have `"finish_reason":null` and `"usage":null` in every frame but the last ones.
pub(super) fn has_one(data: &[u8], needles: &[&Needle]) -> bool {
    needles.iter().any(|needle| {
        let length = needle.needle().len();
        needle.find_iter(data).any(|at| !is_null(&data[at + length..]))
    })
}

/// Whether what follows a name is a colon and null.
fn is_null(rest: &[u8]) -> bool {
    let value = rest.trim_ascii_start().strip_prefix(b":");
    value.is_some_and(|value| value.trim_ascii_start().starts_with(b"null"))
}
