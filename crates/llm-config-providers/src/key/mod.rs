//! The checks of a key that need no request.

mod fault;
mod object;
mod placeholder;

use llm_config_core::secret::{Secret, SecretError};
use zeroize::Zeroizing;

pub use fault::KeyFault;

use crate::note::Note;

/// A key as it can be sent: printable ASCII without white space.
pub(crate) struct CleanKey {
    pub(crate) text: Zeroizing<String>,
    /// The corrections.
    pub(crate) notes: Vec<Note>,
}

/// Trims surrounding white space and a `Bearer ` prefix; rejects what is no key, and faults inside the key.
pub(crate) fn clean(secret: &Secret) -> Result<CleanKey, KeyFault> {
    match secret.substitute() {
        Some(SecretError::Mask) => return Err(KeyFault::Mask),
        Some(SecretError::Reference) => return Err(KeyFault::Reference),
        Some(SecretError::Blank | SecretError::TooLong | SecretError::Nul) | None => {}
    }
    let raw = secret.expose();
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
    match object::recognise(text)
        .or_else(|| placeholder::recognise(text))
        .or_else(|| text.chars().find_map(fault))
    {
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
        let found =
            clean(&Secret::from_stored(raw.to_owned()).unwrap()).map(|key| (key.text.to_string(), key.notes));
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

    #[test]
    fn clean_with_keys_in_formats_of_vendors_keeps_them() {
        let padded = format!("ya29.c.{}{}", "b0Aaekm1K-_".repeat(20), ".".repeat(400));
        let session =
            format!("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY:IQoJb3JpZ2luX2Vj{}==", "Ab9/+".repeat(80));
        for key in [
            "sk-proj-8kaL5jaQ0_oQnP-T3BlbkFJ0a1B2c3D4e5F6g7H8i9",
            "sk-ant-api03-R2D_x-9igAA",
            "AIzaSyA-1234567890abcdefghijklmnopqrstu",
            "gsk_0a1B2c3D4e5F6g7H8i9J",
            "0123456789abcdef0123456789abcdef",
            "0123456789abcdef0123456789abcdef.0a1B2c3D4e5F6g7H",
            "c0ffee00-0000-4000-8000-000000000000:0123456789abcdef",
            "bce-v3/ALTAK-0a1B2c3D4e5F6g7H8i9J0/0123456789abcdef",
            "/AlrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY0",
            "ABSKQmVkcm9ja0FQSUtleS0wMTIzNDU2Nzg5YWI6MDEyMw==",
            "bedrock-api-key-YmVkcm9jay5hbWF6b25hd3MuY29tLz9BY3Rpb249Q2FsbA==",
            "glc_eyJvIjoiMSIsIm4iOiJhIiwiayI6IjAxMjMiLCJtIjp7InIiOiJ1cyJ9fQ==",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c",
            "eyJhbGciOiJIUzI1NiJ9",
            "LS0tLS1rZXk=",
            &padded,
            &session,
        ] {
            check(key, Ok((key, &[])));
        }
    }

    #[test]
    fn clean_with_something_else_than_a_key_is_rejected_by_kind() {
        check("sk-...abcd", Err(KeyFault::Mask));
        check("os.environ/OPENAI_API_KEY", Err(KeyFault::Reference));
        check("Bearer ${KEY}", Err(KeyFault::Reference));
        check(" OPENAI_API_KEY\n", Err(KeyFault::VariableName));
        check("Bearer <YOUR_API_KEY>", Err(KeyFault::Placeholder));
        check("Authorization: Bearer sk-123", Err(KeyFault::HeaderLine));
        check(r#"Bearer {"type": "service_account"}"#, Err(KeyFault::ServiceAccount));
    }
}
