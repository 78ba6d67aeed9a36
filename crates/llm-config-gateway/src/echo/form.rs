//! The looks of secrets, and the forms in which JSON writes them.

use zeroize::Zeroizing;

/// From this length on, a secret is searched for even if it looks like words.
const LONG: usize = 20;

/// The longest prefix of a vendor's keys, in bytes: `sk-ant-api03-` has 13.
const LONGEST_PREFIX: usize = 16;

/// The longest part of such a prefix, in bytes.
const LONGEST_PREFIX_PART: usize = 7;

/// Whether a short secret consists of nothing but letters of one case and separators, or is empty. Of random
/// keys with 16 letters and digits, two in a million are like that; in lower case only, one in 200.
pub(super) fn is_like_words(secret: &str) -> bool {
    let has = |is: fn(&u8) -> bool| secret.as_bytes().iter().any(is);
    let has_digit = has(u8::is_ascii_digit);
    let has_both_cases = has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase);
    secret.is_empty() || (secret.len() < LONG && secret.is_ascii() && !has_digit && !has_both_cases)
}

/// How an encoder of JSON writes characters that it need not escape.
struct Encoder {
    /// The characters before which it puts a backslash, beside the quote and the backslash.
    escaped: &'static [u8],
    /// The characters for which it writes their code, as in `\u002B`.
    coded: &'static [u8],
    has_upper_case: bool,
}

const USUAL: Encoder = Encoder { escaped: b"", coded: b"", has_upper_case: false };

/// The encoders: most of them; PHP's; that of .NET (`JavaScriptEncoder.Default`); Go's.
const ENCODERS: &[Encoder] = &[
    USUAL,
    Encoder { escaped: b"/", ..USUAL },
    Encoder { coded: b"\"&'+<>`", has_upper_case: true, ..USUAL },
    Encoder { coded: b"&<>", ..USUAL },
];

/// The forms in which a secret may be written: plain, and as part of a JSON string of each encoder.
pub(super) fn written_forms(secret: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![Zeroizing::new(secret.as_bytes().to_vec())];
    for encoder in ENCODERS {
        let form = encoder.encode(secret);
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

impl Encoder {
    /// A secret as part of a JSON string. Keys are sent in headers, so that they have no control characters.
    fn encode(&self, secret: &str) -> Zeroizing<Vec<u8>> {
        // Room for all, so that no part is left in memory that was too small.
        let mut encoded = Zeroizing::new(Vec::with_capacity(6 * secret.len()));
        for byte in secret.bytes() {
            if self.coded.contains(&byte) {
                let digits = if self.has_upper_case { b"0123456789ABCDEF" } else { b"0123456789abcdef" };
                let [high, low] = [byte >> 4, byte & 15].map(|digit| digits[usize::from(digit)]);
                encoded.extend_from_slice(&[b'\\', b'u', b'0', b'0', high, low]);
                continue;
            }
            if matches!(byte, b'"' | b'\\') || self.escaped.contains(&byte) {
                encoded.push(b'\\');
            }
            encoded.push(byte);
        }
        encoded
    }
}

/// The length of the prefix that all keys of a vendor have: leading parts of a few lower-case letters and
/// digits, each followed by `-` or `_`, as in `sk-proj-`, `sk-ant-api03-` and `gsk_`.
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
            let text = |form: &Zeroizing<Vec<u8>>| String::from_utf8(form.to_vec()).unwrap();
            written_forms(secret).iter().map(text).collect()
        };
        assert_eq!(forms("sk-Ab_1"), ["sk-Ab_1"]);
        assert_eq!(forms("a/b"), ["a/b", r"a\/b"]);
        assert_eq!(forms("a+b"), ["a+b", r"a\u002Bb"]);
        assert_eq!(forms("a<\\"), [r"a<\", r"a<\\", r"a\u003C\\", r"a\u003c\\"]);
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
