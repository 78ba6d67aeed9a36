//! What a ping says to the model.

use std::fmt;

use crate::inference::Question;

/// What is repeated to fill a message: words, for a model reads a long row of one letter slowly.
const FILLER: &str = "ping ";

/// What a ping says to the model: 1 to 65,536 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Message(String);

/// A message that is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have at most {} bytes, but has {_0}", Message::LIMIT)]
pub struct MessageTooLong(pub usize);

impl Message {
    /// The most bytes of a message. The provider bills each of its tokens.
    pub const LIMIT: usize = 64 * 1024;

    /// A text. Blank text, which providers refuse, becomes the default.
    ///
    /// ```
    /// use llm_config_probe::ping::{Message, MessageTooLong};
    ///
    /// assert_eq!(Message::text("Are you there?".to_owned()).map(|it| it.size()), Ok(14));
    /// assert_eq!(Message::text("x".repeat(70_000)), Err(MessageTooLong(70_000)));
    /// ```
    pub fn text(text: String) -> Result<Self, MessageTooLong> {
        if text.len() > Self::LIMIT {
            Err(MessageTooLong(text.len()))
        } else if text.trim().is_empty() {
            Ok(Self::default())
        } else {
            Ok(Self(text))
        }
    }

    /// So many bytes of no meaning. None become the default.
    pub fn filler(size: usize) -> Result<Self, MessageTooLong> {
        if size > Self::LIMIT {
            return Err(MessageTooLong(size));
        }
        let text: String = FILLER.chars().cycle().take(size).collect();
        Self::text(text)
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> usize {
        self.0.len()
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Message {
    fn default() -> Self {
        Self(Question::MESSAGE.to_owned())
    }
}

/// A user's text is nobody else's business.
impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes)", self.size())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(made: Result<Message, MessageTooLong>, expected: Result<&str, usize>) {
        let made = made.map(|it| it.0).map_err(|MessageTooLong(size)| size);
        assert_eq!(made, expected.map(str::to_owned));
    }

    #[test]
    fn a_message_is_a_text_or_as_many_bytes_as_wanted() {
        check(Message::text(" Hello ".to_owned()), Ok(" Hello "));
        check(Message::filler(12), Ok("ping ping pi"));
        check(Message::filler(1), Ok("p"));
    }

    #[test]
    fn a_message_is_never_blank() {
        check(Message::text(" \n".to_owned()), Ok("hi"));
        check(Message::filler(0), Ok("hi"));
    }

    #[test]
    fn a_message_has_a_limit() {
        assert_eq!(Message::filler(Message::LIMIT).map(|it| it.size()), Ok(65_536));
        check(Message::filler(65_537), Err(65_537));
        check(Message::text("é".repeat(32_769)), Err(65_538));
    }

    #[test]
    fn a_message_is_not_printed() {
        assert_eq!(format!("{:?}", Message::text("my text".to_owned()).unwrap()), "Message(7 bytes)");
    }
}
