//! What a text looks like: the form in which names and e-mail addresses are compared.

use icu_normalizer::ComposingNormalizerBorrowed;
use sha2::{Digest, Sha256};

use super::printable::is_ignorable;

/// The most bytes of a key. An index entry of PostgreSQL has at most 2,704 bytes, and a character may
/// become eighteen by normalisation.
const KEY_LIMIT: usize = 1024;

/// Stands before the hash that takes the place of a longer key. No text that is compared has it.
const HASHED: char = '\u{1e}';

/// Whether texts that differ only in case are compared as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Kept,
    Ignored,
}

/// The text in Unicode normalisation form KC, without characters that are drawn as nothing, with one
/// space for each run of white space and none at the ends.
///
/// Two texts of one skeleton are the same for a reader, however they were typed. It has no control
/// character, as no text has that is compared.
pub(crate) fn skeleton(text: &str, case: Case) -> String {
    let normalizer = ComposingNormalizerBorrowed::new_nfkc();
    let visible: String = normalizer.normalize(text).chars().filter(|&c| !is_ignorable(c)).collect();
    let folded = match case {
        Case::Kept => visible,
        Case::Ignored => visible.to_lowercase(),
    };
    // What stood apart may compose now, and lower case may decompose.
    let words: Vec<_> = normalizer.normalize(&folded).split_whitespace().map(str::to_owned).collect();
    words.join(" ")
}

/// The skeleton, or a hash of one that is too long for an index.
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
    fn texts_that_look_the_same_have_one_skeleton() {
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
    fn case_is_kept_unless_it_is_to_be_ignored() {
        check("Prod prod", "Prod prod");
        let ignored = |text| skeleton(text, Case::Ignored);
        assert_eq!(ignored("Ada@Example.COM"), "ada@example.com");
        assert_eq!(ignored("A\u{30a}@example.com"), ignored("\u{e5}@EXAMPLE.com"));
        assert_eq!(ignored("\u{212b}@example.com"), "\u{e5}@example.com");
    }

    #[test]
    fn keys_fit_an_index_however_much_normalisation_adds() {
        // One character that becomes eighteen.
        let long = "\u{fdfa}".repeat(255);
        let key = uniqueness_key(&long, Case::Kept);
        assert_eq!((key.len(), key.starts_with(HASHED)), (65, true));
        assert_eq!(key, uniqueness_key(&format!("{long}\u{200b}"), Case::Kept));
        assert_ne!(key, uniqueness_key(&"\u{fdfa}".repeat(254), Case::Kept));
        assert_eq!(uniqueness_key(&"a".repeat(255), Case::Kept), "a".repeat(255));
    }

    proptest! {
        #[test]
        fn a_skeleton_is_its_own_skeleton(text in any::<String>()) {
            for case in [Case::Kept, Case::Ignored] {
                let once = skeleton(&text, case);
                prop_assert_eq!(skeleton(&once, case), once);
            }
        }

        #[test]
        fn what_is_drawn_as_nothing_changes_no_skeleton(
            before in "[a-z\\u{e0}-\\u{ff} ]{0,5}", after in "[a-z\\u{300}-\\u{310}]{0,5}",
            c in any::<char>().prop_filter("ignorable", |&c| is_ignorable(c)),
        ) {
            let (plain, with) = (format!("{before}{after}"), format!("{before}{c}{after}"));
            prop_assert_eq!(skeleton(&plain, Case::Kept), skeleton(&with, Case::Kept));
        }

        #[test]
        fn keys_of_texts_without_control_characters_are_short_and_have_none(text in "[^\\p{Cc}]{0,255}") {
            let key = uniqueness_key(&text, Case::Ignored);
            prop_assert!(key.len() <= KEY_LIMIT);
            prop_assert!(key.chars().filter(|c| c.is_control()).all(|c| c == HASHED));
        }
    }
}
