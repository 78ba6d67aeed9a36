//! The choices of an answer: a request may ask for several, whose parts are mixed in one stream.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use serde_json::value::RawValue;

use crate::json_members::{for_each_element, for_each_member, is_blank};

static INDEX: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(r#""index""#));

/// The choices, or candidates, that have begun and those that have ended, by their index. `OpenAI` allows
/// 128; larger indices share the last bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Choices {
    begun: u128,
    ended: u128,
}

impl Choices {
    /// The choices in an array of them. `reason` is the member that says why a choice has ended.
    pub(super) fn read(choices: &RawValue, reason: &'static str) -> Self {
        let mut found = Self::default();
        let _ = for_each_element(choices.get().as_bytes(), |choice| {
            let (mut index, mut has_ended) = (0, false);
            let _ = for_each_member(choice.get().as_bytes(), &["index", reason], |name, value| match name {
                "index" => index = value.get().parse().unwrap_or(0_u32),
                _ => has_ended |= !is_blank(value),
            });
            let bit = 1 << index.min(u128::BITS - 1);
            found.begun |= bit;
            found.ended |= if has_ended { bit } else { 0 };
        });
        found
    }

    /// The choices in data that is not read by structure: the first one or none. `None` if there may be
    /// another, which only the structure tells from the index of a tool call.
    pub(super) fn guess(data: &[u8]) -> Option<Self> {
        let mut found = Self::default();
        for at in INDEX.find_iter(data) {
            let value = data[at + INDEX.needle().len()..].trim_ascii_start().strip_prefix(b":");
            match value.map(<[u8]>::trim_ascii_start) {
                Some([b'0', rest @ ..]) if !rest.first().is_some_and(u8::is_ascii_digit) => found.begun = 1,
                Some(_) => return None,
                None => {}
            }
        }
        Some(found)
    }

    pub(super) const fn add(&mut self, other: Self) {
        self.begun |= other.begun;
        self.ended |= other.ended;
    }

    /// Whether there are some, and all have ended.
    pub(super) const fn have_ended(self) -> bool {
        self.ended != 0 && self.begun & !self.ended == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(choices: &str, begun: u128, ended: u128) {
        let raw: &RawValue = serde_json::from_str(choices).expect("valid JSON");
        assert_eq!(Choices::read(raw, "finish_reason"), Choices { begun, ended }, "{choices}");
    }

    #[test]
    fn choices_are_read_by_index() {
        check("[]", 0, 0);
        check(r#"[{"finish_reason":"stop"}]"#, 1, 1);
        check(r#"[{"index":1,"finish_reason":null},{"index":3,"finish_reason":"length"}]"#, 10, 8);
        check(r#"[{"index":127},{"index":4000000000,"finish_reason":"stop"}]"#, 1 << 127, 1 << 127);
        check(r#"[{"index":"x","delta":{"tool_calls":[{"index":1}]}}]"#, 1, 0);
    }

    #[test]
    fn guess_tells_first_choice_from_others() {
        let check = |data: &str, expected| {
            let begun = Choices::guess(data.as_bytes()).map(|choices| choices.begun);
            assert_eq!(begun, expected, "{data}");
        };
        check(r#"{"choices":[{"index":0,"delta":{"content":"\"index\":1"}}]}"#, Some(1));
        check(r#"{"choices":[{"index" : 0 }]}"#, Some(1));
        check(r#"{"choices":[{"delta":{}}]}"#, Some(0));
        check(r#"{"choices":[{"index":1}]}"#, None);
        check(r#"{"choices":[{"index":0,"delta":{"tool_calls":[{"index":2}]}}]}"#, None);
        check(r#"{"choices":[{"index":01}]}"#, None);
    }
}
