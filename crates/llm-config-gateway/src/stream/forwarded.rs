//! Bytes that go to the client.

use bytes::Bytes;

/// Bytes that go to the client, in order: mostly none or one part, seldom more. No part is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Forwarded {
    first: Option<Bytes>,
    more: Vec<Bytes>,
}

impl Forwarded {
    /// Whether nothing goes to the client.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.first.is_none()
    }

    pub(super) fn push(&mut self, part: Bytes) {
        if part.is_empty() {
            return;
        }
        match self.first {
            None => self.first = Some(part),
            Some(_) => self.more.push(part),
        }
    }
}

impl From<Bytes> for Forwarded {
    fn from(part: Bytes) -> Self {
        let mut forwarded = Self::default();
        forwarded.push(part);
        forwarded
    }
}

impl IntoIterator for Forwarded {
    type Item = Bytes;
    type IntoIter = std::iter::Chain<std::option::IntoIter<Bytes>, std::vec::IntoIter<Bytes>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter().chain(self.more)
    }
}
