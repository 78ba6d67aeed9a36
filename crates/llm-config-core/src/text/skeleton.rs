//! The skeleton of a text: the form in which names and e-mail addresses are compared.

use icu_normalizer::ComposingNormalizerBorrowed;
use sha2::{Digest, Sha256};

use super::printable::is_ignorable;

/// The maximum length of a key in bytes. PostgreSQL limits an index entry to 2,704 bytes, and normalisation
/// can turn one character into eighteen.
const KEY_LIMIT: usize = 1024;

/// The prefix of a hash that replaces a longer key. No compared text contains this character.
const HASHED: char = '\u{1e}';

/// Whether comparisons ignore case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Kept,
    Ignored,
    /// Ignored in every position, for parts of texts: also between `ß` and `SS`, and between the two small
    /// forms of sigma.
    Folded,
}

/// The text in Unicode normalisation form KC, without invisible characters, with one space for each run of
/// white space and none at the ends.
///
/// Two texts with the same skeleton look the same to readers. A skeleton has no control character, because no
/// compared text has one.
pub(crate) fn skeleton(text: &str, case: Case) -> String {
    let visible = if text.is_ascii() { visible_ascii(text, case) } else { visible(text, case) };
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text in normalisation form KC, in the case in which it is compared, without invisible characters.
fn visible(text: &str, case: Case) -> String {
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let visible: String = normalizer.normalize(text).chars().filter(|&c| !is_ignorable(c)).collect();
    let folded = match case {
        Case::Kept => visible,
        Case::Ignored => visible.to_lowercase(),
        Case::Folded => {
            let lower = visible.chars().flat_map(char::to_lowercase);
            lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
        }
    };
    // Removed characters may have separated characters that compose, and lower case may decompose.
    normalizer.normalize(&folded).into_owned()
}

/// Like [`visible`], for ASCII, which is normalised and has no invisible character.
fn visible_ascii(text: &str, case: Case) -> String {
    match case {
        Case::Kept => text.to_owned(),
        Case::Ignored | Case::Folded => text.to_ascii_lowercase(),
    }
}

/// The skeleton, or its hash if it is too long for an index.
pub(crate) fn uniqueness_key(text: &str, case: Case) -> String {
    let skeleton = skeleton(text, case);
    if skeleton.len() <= KEY_LIMIT {
        return skeleton;
    }
    let hash = Sha256::digest(skeleton.as_bytes());
    hash.iter().fold(String::from(HASHED), |hex, byte| format!("{hex}{byte:02x}"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(skeleton(text, Case::Kept), expected, "{}", text.escape_unicode());
    }

    #[test]
    fn skeleton_of_texts_that_look_the_same_is_equal() {
        for text in [
            "Prod",
            "Pro\u{ad}d",
            "Prod\u{200b}",
            "\u{202e}Prod",
            "Pr\u{2060}od\u{feff}",
            "\u{ff30}\u{ff52}\u{ff4f}\u{ff44}",
            " Prod\u{a0}",
            "Prod\u{fe0f}",
            "P\u{200d}rod",
            "Prod\u{3164}",
        ] {
            check(text, "Prod");
        }
        check("caf\u{e9}", "caf\u{e9}");
        check("cafe\u{301}", "caf\u{e9}");
        check("cafe\u{200b}\u{301}", "caf\u{e9}");
        check("a\u{2003} \tb", "a b");
        check("\u{200b}", "");
    }

    #[test]
    fn skeleton_ignores_case_on_request() {
        check("Prod prod", "Prod prod");
        let ignored = |text| skeleton(text, Case::Ignored);
        assert_eq!(ignored("Ada@Example.COM"), "ada@example.com");
        assert_eq!(ignored("A\u{30a}@example.com"), ignored("\u{e5}@EXAMPLE.com"));
        assert_eq!(ignored("\u{212b}@example.com"), "\u{e5}@example.com");
    }

    #[test]
    fn skeleton_with_folded_case_is_equal_for_parts_of_texts() {
        let folded = |text| skeleton(text, Case::Folded);
        assert_eq!(folded("Stra\u{df}e"), folded("STRASSE"));
        assert_eq!(folded("\u{1e9e}"), "ss");
        assert!(folded("\u{39f}\u{394}\u{39f}\u{3a3}").ends_with(&folded("\u{3c2}")));
        assert_eq!(folded("\u{ff27}PT"), "gpt");
    }

    #[test]
    fn uniqueness_key_of_long_normalised_text_is_hash() {
        // Normalisation turns this character into eighteen.
        let long = "\u{fdfa}".repeat(255);
        let key = uniqueness_key(&long, Case::Kept);
        assert_eq!((key.len(), key.starts_with(HASHED)), (65, true));
        assert_eq!(key, uniqueness_key(&format!("{long}\u{200b}"), Case::Kept));
        assert_ne!(key, uniqueness_key(&"\u{fdfa}".repeat(254), Case::Kept));
        assert_eq!(uniqueness_key(&"a".repeat(255), Case::Kept), "a".repeat(255));
    }

    proptest! {
        #[test]
        fn skeleton_is_idempotent(text in any::<String>()) {
            for case in [Case::Kept, Case::Ignored, Case::Folded] {
                let once = skeleton(&text, case);
                prop_assert_eq!(skeleton(&once, case), once);
            }
        }

        #[test]
        fn skeleton_of_ascii_is_as_of_other_texts(text in "[\\x00-\\x7f]*") {
            for case in [Case::Kept, Case::Ignored, Case::Folded] {
                prop_assert_eq!(visible_ascii(&text, case), visible(&text, case));
            }
        }

        #[test]
        fn skeleton_ignores_invisible_characters(
            before in "[a-z\\u{e0}-\\u{ff} ]{0,5}", after in "[a-z\\u{300}-\\u{310}]{0,5}",
            c in any::<char>().prop_filter("ignorable", |&c| is_ignorable(c)),
        ) {
            let (plain, with) = (format!("{before}{after}"), format!("{before}{c}{after}"));
            prop_assert_eq!(skeleton(&plain, Case::Kept), skeleton(&with, Case::Kept));
        }

        #[test]
        fn uniqueness_key_of_text_without_control_characters_is_short(text in "[^\\p{Cc}]{0,255}") {
            let key = uniqueness_key(&text, Case::Ignored);
            prop_assert!(key.len() <= KEY_LIMIT);
            prop_assert!(key.chars().filter(|c| c.is_control()).all(|c| c == HASHED));
        }
    }
}
