//! The checks of a key that need no request.

use zeroize::Zeroizing;

use crate::note::Note;

/// The fault of a key that cannot be sent. Messages name the kind of character, never the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the message of each variant documents it")]
pub enum KeyFault {
    #[error("The key has a line break in the middle: copy it again as one line.")]
    LineBreak,
    #[error("The key is in quotes: store it without them.")]
    Quotes,
    #[error("The key has typographic quotes: store it without them.")]
    TypographicQuotes,
    #[error(
        "The key has an invisible character (zero-width or non-breaking space): copy it again as plain text."
    )]
    Invisible,
    #[error("The key has a space in the middle: copy it again.")]
    Space,
    #[error("The key has a control character: copy it again.")]
    Control,
    #[error("The key has a character that no key has, such as an accented letter: copy it again.")]
    NotAscii,
    #[error("The key is nothing but its prefix: store the key itself.")]
    Empty,
    #[error(
        "The secret of the key pair has nothing before or after its colon: store `secret` or \
         `secret:session token`."
    )]
    EmptyPart,
    #[error("The prefix in front of the key has a character that no header can carry: write it again.")]
    Prefix,
    #[error("The header for the key has a name that no header can have: write it again.")]
    Header,
}

/// A key as it can be sent: printable ASCII without white space.
pub(crate) struct CleanKey {
    pub(crate) text: Zeroizing<String>,
    /// The corrections.
    pub(crate) notes: Vec<Note>,
}

/// Trims surrounding white space and a `Bearer ` prefix; rejects faults inside the key.
pub(crate) fn clean(raw: &str) -> Result<CleanKey, KeyFault> {
    let mut notes = Vec::new();
    let mut text = raw.trim();
    if text != raw {
        notes.push(Note::KeyTrimmed);
    }
    if let Some((scheme, rest)) = text.split_at_checked(7)
        && scheme.eq_ignore_ascii_case("bearer ")
    {
        text = rest.trim_start();
        notes.push(Note::KeyPrefixLeftOut);
    }
    if text.is_empty() || text.eq_ignore_ascii_case("bearer") {
        return Err(KeyFault::Empty);
    }
    match text.chars().find_map(fault) {
        Some(fault) => Err(fault),
        None if is_quoted(text) => Err(KeyFault::Quotes),
        None => Ok(CleanKey { text: Zeroizing::new(text.to_owned()), notes }),
    }
}

fn is_quoted(text: &str) -> bool {
    text.starts_with(['"', '\'', '`']) || text.ends_with(['"', '\'', '`'])
}

const fn fault(c: char) -> Option<KeyFault> {
    match c {
        '\n' | '\r' => Some(KeyFault::LineBreak),
        ' ' | '\t' => Some(KeyFault::Space),
        '\u{2018}'..='\u{201f}' | '\u{ab}' | '\u{bb}' => Some(KeyFault::TypographicQuotes),
        '\u{a0}'
        | '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{2064}'
        | '\u{feff}' => Some(KeyFault::Invisible),
        '!'..='~' => None,
        '\0'..='\u{1f}' | '\u{7f}' => Some(KeyFault::Control),
        _ => Some(KeyFault::NotAscii),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(raw: &str, expected: Result<(&str, &[Note]), KeyFault>) {
        let found = clean(raw).map(|key| (key.text.to_string(), key.notes));
        assert_eq!(found, expected.map(|(text, notes)| (text.to_owned(), notes.to_vec())), "{raw:?}");
    }

    #[test]
    fn clean_with_surrounding_text_trims_and_notes_it() {
        check("sk-123", Ok(("sk-123", &[])));
        check(" sk-123\r\n", Ok(("sk-123", &[Note::KeyTrimmed])));
        check("Bearer sk-123", Ok(("sk-123", &[Note::KeyPrefixLeftOut])));
        check("\tbearer  sk-123\n", Ok(("sk-123", &[Note::KeyTrimmed, Note::KeyPrefixLeftOut])));
        check("wJalrXUtnFEMI/K7MDENG+bPxRfiCY=", Ok(("wJalrXUtnFEMI/K7MDENG+bPxRfiCY=", &[])));
    }

    #[test]
    fn clean_with_fault_inside_is_rejected_by_kind() {
        check("\"sk-123\"", Err(KeyFault::Quotes));
        check("'sk-123'", Err(KeyFault::Quotes));
        check("\u{201c}sk-123\u{201d}", Err(KeyFault::TypographicQuotes));
        check("sk-1\n23", Err(KeyFault::LineBreak));
        check("sk-1 23", Err(KeyFault::Space));
        check("sk-\u{200b}123", Err(KeyFault::Invisible));
        check("sk-\u{feff}", Err(KeyFault::Invisible));
        check("sk-\u{7}1", Err(KeyFault::Control));
        check("sk-t\u{e9}st", Err(KeyFault::NotAscii));
        check("Bearer ", Err(KeyFault::Empty));
    }
}
