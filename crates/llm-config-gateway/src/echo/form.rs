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

/// The forms in which a secret may be written: plain, as part of a JSON string, and as part of one in which
/// slashes are escaped too, as PHP does.
pub(super) fn written_forms(secret: &str) -> Vec<Zeroizing<Vec<u8>>> {
    let mut forms = vec![Zeroizing::new(secret.as_bytes().to_vec())];
    for escapes_slash in [false, true] {
        let form = escape(secret, escapes_slash);
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// A secret as part of a JSON string. Keys are sent in headers, so that they have no control characters.
fn escape(secret: &str, escapes_slash: bool) -> Zeroizing<Vec<u8>> {
    // Room for all, so that no part is left in memory that was too small.
    let mut escaped = Zeroizing::new(Vec::with_capacity(2 * secret.len()));
    for byte in secret.bytes() {
        if matches!(byte, b'"' | b'\\') || (escapes_slash && byte == b'/') {
            escaped.push(b'\\');
        }
        escaped.push(byte);
    }
    escaped
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
