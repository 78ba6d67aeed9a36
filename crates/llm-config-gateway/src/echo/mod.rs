//! Finds the credential that a call was sent with in the provider's response.
//!
//! Two rules, because a false alarm costs differently. Error bodies and header values are replaced by a
//! fixed text, so [`EchoScan::contains`] also finds a part of a secret. The body of an answer is ended, so
//! [`EchoScan::scan`] finds whole secrets only. Both find a secret in the forms of several encoders of JSON
//! and URLs.
//!
//! Not searched for at all, because ordinary text contains it: a secret that looks like words, such as the
//! `ollama`, `EMPTY`, `not-needed` or `sk-no-key-required` of servers that check no keys.

mod form;
mod parts;
mod whole;

use std::sync::Arc;

use bytes::Bytes;
use zeroize::Zeroizing;

use self::form::{is_like_words, written_forms};
use self::parts::Parts;
use self::whole::{Pattern, SearchState};

/// The smallest number of successive characters of a secret that are taken for an echo of it, each of which
/// may be escaped; a shorter secret must be there as a whole. In answers no shorter secret is searched for.
pub const PART: usize = 12;

/// Searches a response for secrets, which it holds in memory that is overwritten afterwards.
pub struct EchoScan {
    secrets: Arc<Secrets>,
    state: SearchState,
}

/// What is searched for.
struct Secrets {
    parts: Parts,
    /// The forms of secrets below [`PART`], in lower case.
    short: Vec<Zeroizing<Vec<u8>>>,
    /// The forms of longer secrets.
    long: Vec<Pattern>,
}

/// The result of [`EchoScan::scan`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scanned {
    /// These bytes go on; the first part was held back before.
    Pass([Bytes; 2]),
    /// The response contains a secret. The bytes that are left must not go on.
    Found,
}

impl EchoScan {
    /// A scan for these secrets: what is sent to the provider, and not a file with a key in it, whose other
    /// members are public.
    #[must_use]
    pub fn new(secrets: &[&str]) -> Self {
        let (mut long, mut short) = (Vec::new(), Vec::new());
        for secret in secrets.iter().filter(|secret| !is_like_words(secret)) {
            let forms = written_forms(secret);
            if secret.len() < PART {
                short.extend(forms.iter().map(|form| Zeroizing::new(form.bytes.to_ascii_lowercase())));
            } else {
                long.push(forms);
            }
        }
        let parts = Parts::new(long.iter().flatten());
        let long = long.into_iter().flat_map(Pattern::of_forms).collect();
        let secrets = Secrets { parts, short, long };
        Self { secrets: Arc::new(secrets), state: SearchState::default() }
    }

    /// A scan of another response for the same secrets, which are not copied.
    #[must_use]
    pub fn for_next_response(&self) -> Self {
        Self { secrets: Arc::clone(&self.secrets), state: SearchState::default() }
    }

    /// Whether an error body or a header value contains [`PART`] successive characters of a secret, in upper
    /// or lower case; the prefix that all keys of a vendor have, such as `sk-proj-`, does not count. Of a
    /// secret that has fewer characters behind such a prefix, all must be there. One that has fewer in all
    /// must not be inside a longer word either. The time grows with the length of `bytes`, not with that of
    /// the secrets.
    ///
    /// A key that the provider shortens to less than that at either end (`sk-abc***wxyz`) is not found.
    #[must_use]
    pub fn contains(&self, bytes: &[u8]) -> bool {
        let Secrets { parts, short, long: _ } = self.secrets.as_ref();
        parts.are_in(bytes) || short.iter().any(|secret| has_word(bytes, secret))
    }

    /// Takes the next chunk of an answer and returns what may go on. Holds back what may be the start of a
    /// form of a secret: at most all but one of its bytes. After `Found`, each chunk is `Found`.
    pub fn scan(&mut self, chunk: &Bytes) -> Scanned {
        self.state.scan(&self.secrets.long, chunk)
    }

    /// The bytes that were held back, at the end of the answer or before a pause.
    pub fn flush(&mut self) -> Bytes {
        self.state.flush(&self.secrets.long)
    }
}

/// Whether `text` contains this word, which is in lower case, with no letter or digit on either side.
fn has_word(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).enumerate().any(|(at, window)| {
        let is_in_word = |index: Option<usize>| {
            index.and_then(|index| text.get(index)).is_some_and(u8::is_ascii_alphanumeric)
        };
        window.eq_ignore_ascii_case(word)
            && !is_in_word(at.checked_sub(1))
            && !is_in_word(Some(at + word.len()))
    })
}

#[cfg(test)]
mod tests;
