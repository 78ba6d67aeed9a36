//! The names and the e-mail address of a user.

use std::str::FromStr;

use icu_properties::CodePointMapData;
use icu_properties::props::Script;

use crate::text::{
    Case, TextError, TextRule, Unprintable, text_conversions, text_of_rule, uniqueness_key, unprintable,
};

/// Why an e-mail address is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Blank, too long, or with invisible characters.
    #[error(transparent)]
    Text(#[from] TextError),
    /// No `@`, no text before or after it, or white space.
    #[error("must be an e-mail address, such as `ada@example.com`")]
    Malformed,
    /// A domain with characters outside ASCII.
    #[error(
        "must have a domain of ASCII characters; write an internationalised domain in its ASCII form, \
         such as `xn--bcher-kva.example`"
    )]
    Domain,
    /// Letters of several scripts before the `@`, which can imitate the letters of one script.
    #[error("must not mix letters of several scripts before the `@`")]
    Scripts,
}

/// An e-mail address: at most 254 characters (RFC 5321), with one `@`, letters of one script before it and a
/// domain in ASCII after it.
///
/// The type does not prove that the address receives mail.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

text_conversions!(Email, EmailError);

impl Email {
    const RULE: TextRule = TextRule { limit: 254, multi_line: false, keep_outer_space: false };

    /// The maximum length in characters (RFC 5321).
    pub const LIMIT: usize = Self::RULE.limit;

    /// The form in which addresses are compared: that of names, in lower case.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        uniqueness_key(&self.0, Case::Ignored)
    }

    /// Parses a stored address, or an address for a lookup, by the rule of earlier versions, which required
    /// only text before and after one `@`.
    pub fn from_stored(text: &str) -> Result<Self, EmailError> {
        let text = Self::RULE.check_stored(text)?;
        parts(&text)?;
        Ok(Self(text))
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        let text = Self::RULE.check(text)?;
        let (local, domain) = parts(&text)?;
        // Joiners are rejected too: they change how letters are drawn, not which letters they are.
        if let Some(character) = text.chars().find(|&c| unprintable(c).is_some()) {
            return Err(TextError::Unprintable { character, why: Unprintable::Invisible }.into());
        }
        if !domain.is_ascii() {
            return Err(EmailError::Domain);
        }
        if !is_of_one_script(local) {
            return Err(EmailError::Scripts);
        }
        Ok(Self(text))
    }
}

/// The local part and the domain.
fn parts(text: &str) -> Result<(&str, &str), EmailError> {
    match text.split_once('@') {
        Some((local, domain))
            if !local.is_empty()
                && !domain.is_empty()
                && !domain.contains('@')
                && !text.contains(char::is_whitespace) =>
        {
            Ok((local, domain))
        }
        Some(_) | None => Err(EmailError::Malformed),
    }
}

/// Whether all letters are of one script. The scripts of Japanese count as one, and so do those of Korean and
/// of Chinese.
fn is_of_one_script(text: &str) -> bool {
    const TOGETHER: [&[Script]; 3] = [
        &[Script::Han, Script::Hiragana, Script::Katakana],
        &[Script::Han, Script::Bopomofo],
        &[Script::Han, Script::Hangul],
    ];
    let scripts = CodePointMapData::<Script>::new();
    let mut used: Vec<Script> = Vec::new();
    for script in text.chars().map(|c| scripts.get(c)) {
        if ![Script::Common, Script::Inherited].contains(&script) && !used.contains(&script) {
            used.push(script);
        }
    }
    used.len() <= 1 || TOGETHER.iter().any(|together| used.iter().all(|script| together.contains(script)))
}

/// A person's first or last name: 1 to 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName(String);

text_of_rule!(PersonName, TextRule { limit: 255, multi_line: false, keep_outer_space: false });

/// A short name for logins and mentions: 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username(String);

text_of_rule!(Username, TextRule { limit: 64, multi_line: false, keep_outer_space: false });

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, EmailError>) {
        assert_eq!(text.parse::<Email>().map(String::from), expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn parse_without_local_part_or_domain_is_rejected() {
        check(" Ada@Example.com ", Ok("Ada@Example.com"));
        check("root@localhost", Ok("root@localhost"));
        for bad in ["ada", "@h", "a@", "a@b@c", "a b@c"] {
            check(bad, Err(EmailError::Malformed));
        }
        check("", Err(EmailError::Text(TextError::Blank)));
    }

    #[test]
    fn parse_with_domain_outside_ascii_is_rejected() {
        check("ada@b\u{fc}cher.example", Err(EmailError::Domain));
        check("ada@ex\u{430}mple.com", Err(EmailError::Domain));
        check("ada@example\u{3002}com", Err(EmailError::Domain));
        check("ada@xn--bcher-kva.example", Ok("ada@xn--bcher-kva.example"));
    }

    #[test]
    fn parse_with_mixed_scripts_is_rejected() {
        for local in [
            "ada.lovelace+1",
            "j\u{f6}rg",
            "\u{43b}\u{44e}\u{431}\u{430}.2",
            "\u{7530}\u{4e2d}\u{3055}\u{3093}\u{30ab}\u{30fc}",
            "\u{5927}\u{3105}",
            "\u{91d1}\u{ae40}",
        ] {
            let address = format!("{local}@example.com");
            check(&address, Ok(&address));
        }
        for local in ["r\u{43e}ot", "\u{3b1}da", "\u{7530}tanaka", "\u{3105}\u{ae40}", "\u{3042}\u{ae40}"] {
            check(&format!("{local}@example.com"), Err(EmailError::Scripts));
        }
    }

    #[test]
    fn parse_with_invisible_character_is_rejected_and_from_stored_accepted() {
        for c in ['\u{200b}', '\u{ad}', '\u{202e}', '\u{200d}', '\u{200c}', '\u{fe0f}'] {
            for address in [format!("ro{c}ot@localhost"), format!("root@local{c}host")] {
                let refused = address.parse::<Email>();
                assert!(matches!(refused, Err(EmailError::Text(TextError::Unprintable { .. }))), "{c:?}");
                assert_eq!(Email::from_stored(&address).map(String::from), Ok(address));
            }
        }
        assert!(Email::from_stored("ada@b\u{fc}cher.example").is_ok());
        assert_eq!(Email::from_stored("ada"), Err(EmailError::Malformed));
    }

    #[test]
    fn uniqueness_key_ignores_case() {
        let key = |text: &str| text.parse::<Email>().unwrap().uniqueness_key();
        assert_eq!(key("Ada@Example.com"), key("ada@example.COM"));
        assert_eq!(key("\u{c5}@example.com"), key("a\u{30a}@example.com"));
    }
}
