//! What a user is called.

use std::str::FromStr;

use crate::text::{TextError, TextRule, text_conversions};

/// Why an e-mail address was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Blank, too long, or with control characters.
    #[error(transparent)]
    Text(#[from] TextError),
    /// No `@` with something on both sides, or white space.
    #[error("must be an e-mail address, such as `ada@example.com`")]
    Malformed,
}

/// An e-mail address: at most 254 characters (RFC 5321), something on both sides of one `@`.
///
/// Whether somebody reads mail there is not for this type to know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Email(String);

text_conversions!(Email, EmailError);

impl Email {
    /// The form in which addresses are compared: lower case.
    #[must_use]
    pub fn uniqueness_key(&self) -> String {
        self.0.to_lowercase()
    }
}

impl FromStr for Email {
    type Err = EmailError;

    fn from_str(text: &str) -> Result<Self, EmailError> {
        const RULE: TextRule = TextRule { limit: 254, multi_line: false, keep_outer_space: false };
        let text = RULE.check(text)?;
        let is_address = text
            .split_once('@')
            .is_some_and(|(user, host)| !user.is_empty() && !host.is_empty() && !host.contains('@'));
        if is_address && !text.contains(char::is_whitespace) {
            Ok(Self(text))
        } else {
            Err(EmailError::Malformed)
        }
    }
}

/// A person's first or last name: 1 to 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PersonName(String);

text_conversions!(PersonName, TextError);

impl FromStr for PersonName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const RULE: TextRule = TextRule { limit: 255, multi_line: false, keep_outer_space: false };
        RULE.check(text).map(Self)
    }
}

/// A short name to log in or to be mentioned by: 1 to 64 characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username(String);

text_conversions!(Username, TextError);

impl FromStr for Username {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const RULE: TextRule = TextRule { limit: 64, multi_line: false, keep_outer_space: false };
        RULE.check(text).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, EmailError>) {
        assert_eq!(text.parse::<Email>().map(String::from), expected.map(str::to_owned), "{text:?}");
    }

    #[test]
    fn an_address_has_two_sides() {
        check(" Ada@Example.com ", Ok("Ada@Example.com"));
        check("root@localhost", Ok("root@localhost"));
        for bad in ["ada", "@h", "a@", "a@b@c", "a b@c"] {
            check(bad, Err(EmailError::Malformed));
        }
        check("", Err(EmailError::Text(TextError::Blank)));
    }

    #[test]
    fn addresses_are_compared_without_case() {
        let key = |text: &str| text.parse::<Email>().unwrap().uniqueness_key();
        assert_eq!(key("Ada@Example.com"), key("ada@example.COM"));
    }
}
