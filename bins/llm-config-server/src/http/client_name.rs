//! Names that a client chose, such as those of unknown members and parameters, in errors.

use std::borrow::Cow;

/// The maximum number of characters that are shown.
const SHOWN: usize = 64;

/// The name as it is if it is short and plain, else shortened, in quotes and with escapes: an empty name can
/// be seen, and no name can hide or reorder the text around it.
pub(crate) fn printable(name: &str) -> Cow<'_, str> {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "_-.$@:[]".contains(letter);
    if (1..=SHOWN).contains(&name.len()) && name.chars().all(is_plain) {
        return name.into();
    }
    let shown: String = name.chars().take(SHOWN).collect();
    let rest = if shown.len() < name.len() { "…" } else { "" };
    format!("\"{}{rest}\"", shown.escape_debug()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: &str) {
        assert_eq!(printable(name), expected);
    }

    #[test]
    fn printable_of_plain_name_is_the_name() {
        for name in ["a", "provider_type", "label[team]", "a.b-c", "$where", &"x".repeat(64)] {
            check(name, name);
        }
    }

    #[test]
    fn printable_of_other_name_is_quoted_and_escaped() {
        check("", r#""""#);
        check("a b", r#""a b""#);
        check("a\"b", r#""a\"b""#);
        check("a\nb\u{0}", r#""a\nb\0""#);
        check("a\u{202e}b\u{200b}", r#""a\u{202e}b\u{200b}""#);
        check("größe", r#""größe""#);
    }

    #[test]
    fn printable_of_long_name_is_shortened() {
        check(&"x".repeat(65), &format!("\"{}…\"", "x".repeat(64)));
        check(&"é".repeat(1000), &format!("\"{}…\"", "é".repeat(64)));
    }
}
