//! The message of a ping.

use std::fmt;

use llm_config_providers::CompletionRequest;

/// The repeated part of a filled message. Words, because models process a long row of one letter slowly.
const FILLER: &str = "ping ";

/// The message of a ping: 1 to 65,536 bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Message(String);

/// A message is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must have at most {} bytes, but has {_0}", Message::LIMIT)]
pub struct MessageTooLong(pub usize);

impl Message {
    /// The maximum number of bytes of a message. The provider bills its tokens.
    pub const LIMIT: usize = 64 * 1024;

    /// A text. Blank text, which providers refuse, becomes the default.
    ///
    /// ```
    /// use llm_config_probe::ping::{Message, MessageTooLong};
    ///
    /// assert_eq!(Message::text("Are you there?".to_owned()).map(|message| message.size()), Ok(14));
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

    /// A meaningless text of this many bytes. Zero bytes become the default.
    pub fn filler(size: usize) -> Result<Self, MessageTooLong> {
        if size > Self::LIMIT {
            return Err(MessageTooLong(size));
        }
        let text: String = FILLER.chars().cycle().take(size).collect();
        Self::text(text)
    }

    /// The number of bytes.
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
        Self(CompletionRequest::MESSAGE.to_owned())
    }
}

/// Omits the text, which is private to its user.
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
        let made = made.map(|message| message.0).map_err(|MessageTooLong(size)| size);
        assert_eq!(made, expected.map(str::to_owned));
    }

    #[test]
    fn text_and_filler_keep_text_and_size() {
        check(Message::text(" Hello ".to_owned()), Ok(" Hello "));
        check(Message::filler(12), Ok("ping ping pi"));
        check(Message::filler(1), Ok("p"));
    }

    #[test]
    fn blank_message_becomes_default() {
        check(Message::text(" \n".to_owned()), Ok("hi"));
        check(Message::filler(0), Ok("hi"));
    }

    #[test]
    fn message_above_limit_is_rejected() {
        assert_eq!(Message::filler(Message::LIMIT).map(|message| message.size()), Ok(65_536));
        check(Message::filler(65_537), Err(65_537));
        check(Message::text("é".repeat(32_769)), Err(65_538));
    }

    #[test]
    fn debug_omits_the_text() {
        assert_eq!(format!("{:?}", Message::text("my text".to_owned()).unwrap()), "Message(7 bytes)");
    }
}
