//! Which secrets are searched for, and the forms in which answers write them.

use zeroize::Zeroizing;

/// From this length on, a secret is searched for even if it looks like words.
const LONG: usize = 20;

/// The longest prefix of a vendor's keys, in bytes: `sk-ant-api03-` has 13.
const LONGEST_PREFIX: usize = 16;

/// The longest part of such a prefix, in bytes.
const LONGEST_PREFIX_PART: usize = 7;

/// The maximum number of bytes that an encoder writes for one: `\u002B`.
const LONGEST_ESCAPE: usize = 6;

/// Whether a short secret consists of nothing but letters of one case and separators, or is empty. Of random
/// keys with 16 letters and digits, two in a million are like that; in lower case only, one in 200.
pub(super) fn is_like_words(secret: &str) -> bool {
    let has = |is: fn(&u8) -> bool| secret.as_bytes().iter().any(is);
    let has_digit = has(u8::is_ascii_digit);
    let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    secret.is_empty() || (secret.len() < LONG && secret.is_ascii() && !has_digit && !has_both_cases)
}

/// The digits of an escape.
type HexDigits = &'static [u8; 16];

const LOWER: HexDigits = b"0123456789abcdef";
const UPPER: HexDigits = b"0123456789ABCDEF";

/// How a program writes a text.
enum Encoder {
    /// As part of a JSON string, where quotes and backslashes are always escaped.
    Json {
        /// The further characters that get a backslash in front.
        backslashed: &'static [u8],
        /// The characters that become their code point, as in `\u002B`.
        as_code_point: &'static [u8],
        digits: HexDigits,
    },
    /// As part of a URL, where all but letters, digits and `-._~` is escaped, as in `%2B`.
    Percent { digits: HexDigits },
}

/// Each form that differs from those of the other rows costs a search of every answer. Most keys consist of
/// letters, digits, `-` and `_`, and have one form.
const ENCODERS: &[Encoder] = &[
    // Nothing more than JSON requires: <https://www.rfc-editor.org/rfc/rfc8259#section-7>.
    Encoder::Json { backslashed: b"", as_code_point: b"", digits: LOWER },
    // PHP, `/`: <https://www.php.net/manual/en/function.json-encode.php>.
    Encoder::Json { backslashed: b"/", as_code_point: b"", digits: LOWER },
    // PHP with `JSON_HEX_…`, `/` and `" & ' < >`, as Symfony's `JsonResponse` writes:
    // <https://www.php.net/manual/en/json.constants.php>.
    Encoder::Json { backslashed: b"/", as_code_point: b"\"&'<>", digits: UPPER },
    // .NET's `JavaScriptEncoder.Default`, `" & ' + < > ` and the back quote:
    // <https://learn.microsoft.com/en-us/dotnet/standard/serialization/system-text-json/character-encoding>.
    Encoder::Json { backslashed: b"", as_code_point: b"\"&'+<>`", digits: UPPER },
    // Go, `& < >`: <https://pkg.go.dev/encoding/json#HTMLEscape>.
    Encoder::Json { backslashed: b"", as_code_point: b"&<>", digits: LOWER },
    // Jinja's filter `tojson`, `& ' < >`:
    // <https://jinja.palletsprojects.com/en/stable/templates/#jinja-filters.tojson>.
    Encoder::Json { backslashed: b"", as_code_point: b"&'<>", digits: LOWER },
    // Gson, `& ' < = >`, so also the padding of Base64:
    // <https://github.com/google/gson/blob/main/gson/src/main/java/com/google/gson/stream/JsonWriter.java>.
    Encoder::Json { backslashed: b"", as_code_point: b"&'<=>", digits: LOWER },
    // Most URL encoders: <https://www.rfc-editor.org/rfc/rfc3986#section-2.1>.
    Encoder::Percent { digits: UPPER },
    // .NET's `HttpUtility.UrlEncode`:
    // <https://learn.microsoft.com/en-us/dotnet/api/system.web.httputility.urlencode>.
    Encoder::Percent { digits: LOWER },
];

/// A form in which a secret may be written. Of a character beyond ASCII, each byte counts as one.
#[derive(PartialEq, Eq)]
pub(super) struct Form {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// For each byte, whether a character of the secret ends with it.
    pub(super) is_end: Vec<bool>,
}

/// The forms in which a secret may be written, each once; the first one is the secret itself.
pub(super) fn written_forms(secret: &str) -> Vec<Form> {
    let mut forms = vec![Form::new(secret, |byte, bytes| bytes.push(byte))];
    for encoder in ENCODERS {
        let form = Form::new(secret, |byte, bytes| encoder.write(byte, bytes));
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

impl Form {
    fn new(secret: &str, write: impl Fn(u8, &mut Vec<u8>)) -> Self {
        // Room for all, so that no part is left in memory that was too small.
        let mut bytes = Zeroizing::new(Vec::with_capacity(LONGEST_ESCAPE * secret.len()));
        let mut is_end = Vec::with_capacity(bytes.capacity());
        for byte in secret.bytes() {
            write(byte, &mut bytes);
            is_end.resize(bytes.len() - 1, false);
            is_end.push(true);
        }
        Self { bytes, is_end }
    }
}

impl Encoder {
    /// Writes a byte of a secret. Keys are sent in headers, so that they have no control characters.
    fn write(&self, byte: u8, bytes: &mut Vec<u8>) {
        let hex = |digits: HexDigits| [byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]);
        match self {
            Self::Json { as_code_point, digits, .. } if as_code_point.contains(&byte) => {
                bytes.extend_from_slice(b"\\u00");
                bytes.extend_from_slice(&hex(digits));
            }
            Self::Json { backslashed, .. } => {
                if matches!(byte, b'"' | b'\\') || backslashed.contains(&byte) {
                    bytes.push(b'\\');
                }
                bytes.push(byte);
            }
            Self::Percent { .. } if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
                bytes.push(byte);
            }
            Self::Percent { digits } => {
                bytes.push(b'%');
                bytes.extend_from_slice(&hex(digits));
            }
        }
    }
}

/// The length of the prefix that all keys of a vendor have: leading parts of a few lower-case letters and
/// digits, each followed by `-` or `_`, as in `sk-proj-`, `sk-ant-api03-` and `gsk_`. No form escapes it.
pub(super) fn prefix_length(secret: &[u8]) -> usize {
    let mut prefix = 0;
    loop {
        let rest = &secret[prefix..];
        let is_part = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let part = rest.iter().take_while(|byte| is_part(byte)).count();
        let is_separator = matches!(rest.get(part), Some(b'-' | b'_'));
        let next = prefix + part + 1;
        if part == 0 || part > LONGEST_PREFIX_PART || !is_separator || next > LONGEST_PREFIX {
            return prefix;
        }
        prefix = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_forms_are_those_of_encoders_without_repetitions() {
        let forms = |secret| -> Vec<String> {
            let text = |form: &Form| String::from_utf8(form.bytes.to_vec()).unwrap();
            written_forms(secret).iter().map(text).collect()
        };
        assert_eq!(forms("sk-Ab_1.~"), ["sk-Ab_1.~"]);
        assert_eq!(forms("a/b"), ["a/b", r"a\/b", "a%2Fb", "a%2fb"]);
        assert_eq!(forms("a+b"), ["a+b", r"a\u002Bb", "a%2Bb", "a%2bb"]);
        assert_eq!(forms("a=="), ["a==", r"a\u003d\u003d", "a%3D%3D", "a%3d%3d"]);
        assert_eq!(forms("'"), ["'", r"\u0027", "%27"]);
        assert_eq!(forms("a<\\"), [r"a<\", r"a<\\", r"a\u003C\\", r"a\u003c\\", "a%3C%5C", "a%3c%5c"]);
        assert_eq!(forms("\"/"), ["\"/", r#"\"/"#, r#"\"\/"#, r"\u0022\/", r"\u0022/", "%22%2F", "%22%2f"]);
    }

    #[test]
    fn prefix_of_key_is_that_of_its_vendor() {
        for (key, prefix) in [
            ("sk-proj-AbCdEf-gh_ij", "sk-proj-"),
            ("sk-ant-api03-x4Gz-Ab", "sk-ant-api03-"),
            ("sk-or-v1-0123456789abcdef", "sk-or-v1-"),
            ("gsk_A1b2C3", "gsk_"),
            ("AIzaSyA1b2C3", ""),
            ("0f6f8d3a-1c2b-4e5f", ""),
            ("sk-", "sk-"),
            ("--", ""),
            ("", ""),
        ] {
            assert_eq!(&key[..prefix_length(key.as_bytes())], prefix, "{key}");
        }
    }

    #[test]
    fn placeholders_of_servers_without_keys_look_like_words() {
        for words in
            ["", "ollama", "EMPTY", "none", "lm-studio", "not-needed", "sk-no-key-required", "sk-xxx"]
        {
            assert!(is_like_words(words), "{words}");
        }
        for secret in ["sk-1234", "hunter2", "Passw", "correct-horse-battery-staple", "pässword"] {
            assert!(!is_like_words(secret), "{secret}");
        }
    }
}
