//! Printable characters: one-line texts contain no others, and terminal output escapes the others.

use std::fmt;

use icu_properties::props::{
    DefaultIgnorableCodePoint, EmojiModifier, ExtendedPictographic, GeneralCategory, GeneralCategoryGroup,
};
use icu_properties::{CodePointMapData, CodePointSetData};

/// Why a character is not allowed in a one-line text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unprintable {
    /// A control character (Cc).
    Control,
    /// A line or paragraph separator (U+2028, U+2029).
    LineBreak,
    /// A control of the direction of writing, such as U+202E.
    Direction,
    /// Invisible: format characters (Cf), default ignorable ones, blank symbols.
    Invisible,
    /// Private use (Co).
    PrivateUse,
    /// Not assigned by the version of Unicode that this program knows, or a noncharacter (Cn).
    Unassigned,
}

impl fmt::Display for Unprintable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Control => "a control character",
            Self::LineBreak => "a line separator",
            Self::Direction => "a character that changes the direction of writing",
            Self::Invisible => "an invisible character",
            Self::PrivateUse => "a private-use character",
            Self::Unassigned => "a character that Unicode does not assign",
        })
    }
}

/// Symbols that fonts draw as a blank, although no Unicode property marks them.
const BLANK_SYMBOLS: [char; 2] = ['\u{2800}', '\u{1d159}'];

const NON_JOINER: char = '\u{200c}';
const JOINER: char = '\u{200d}';
const TEXT_STYLE: char = '\u{fe0e}';
const EMOJI_STYLE: char = '\u{fe0f}';

/// Why `c` is not printable in every position; `None` for a printable character.
#[must_use]
pub fn unprintable(c: char) -> Option<Unprintable> {
    if c.is_ascii() {
        return c.is_ascii_control().then_some(Unprintable::Control);
    }
    if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}') {
        return Some(Unprintable::Direction);
    }
    if BLANK_SYMBOLS.contains(&c) {
        return Some(Unprintable::Invisible);
    }
    #[expect(clippy::wildcard_enum_match_arm, reason = "not our enum, and it may grow")]
    match category(c) {
        GeneralCategory::Control => Some(Unprintable::Control),
        GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => Some(Unprintable::LineBreak),
        GeneralCategory::PrivateUse => Some(Unprintable::PrivateUse),
        // Some of these are default ignorable as well, but `Unassigned` is the more precise reason.
        GeneralCategory::Unassigned => Some(Unprintable::Unassigned),
        GeneralCategory::Format => Some(Unprintable::Invisible),
        _ => is_ignorable(c).then_some(Unprintable::Invisible),
    }
}

/// The text with unprintable characters escaped, as in `\u{9b}`. Line breaks are escaped too.
#[must_use]
pub fn escape_unprintable(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match unprintable(c) {
            Some(_) => escaped.extend(c.escape_unicode()),
            None => escaped.push(c),
        }
    }
    escaped
}

/// The first character that is not allowed in a one-line text, and the reason.
///
/// Joiners between letters or emoji, and variation selectors 15 and 16 after a visible character, are
/// allowed: scripts such as Persian and most emoji need them.
pub(super) fn first_unprintable(text: &str) -> Option<(char, Unprintable)> {
    text.char_indices().find_map(|(at, c)| {
        let (before, after) = (&text[..at], &text[at + c.len_utf8()..]);
        let is_needed = match c {
            JOINER => joins_letters(before, after) || joins_emoji(before, after),
            NON_JOINER => joins_letters(before, after),
            TEXT_STYLE | EMOJI_STYLE => before.chars().next_back().is_some_and(is_visible),
            _ => false,
        };
        if is_needed { None } else { unprintable(c).map(|why| (c, why)) }
    })
}

fn joins_letters(before: &str, after: &str) -> bool {
    const LETTERS: GeneralCategoryGroup = GeneralCategoryGroup::Letter.union(GeneralCategoryGroup::Mark);
    let is_letter = |c: char| LETTERS.contains(category(c)) && unprintable(c).is_none();
    before.chars().next_back().is_some_and(is_letter) && after.chars().next().is_some_and(is_letter)
}

/// The emoji before the joiner may have a skin tone and a variation selector.
fn joins_emoji(before: &str, after: &str) -> bool {
    let pictographic = CodePointSetData::new::<ExtendedPictographic>();
    let modifiers = CodePointSetData::new::<EmojiModifier>();
    let mut before = before.chars().rev().skip_while(|&c| c == EMOJI_STYLE || modifiers.contains(c));
    let is_emoji = |c: char| pictographic.contains(c);
    before.next().is_some_and(is_emoji) && after.chars().next().is_some_and(is_emoji)
}

fn is_visible(c: char) -> bool {
    !c.is_whitespace() && unprintable(c).is_none()
}

fn category(c: char) -> GeneralCategory {
    CodePointMapData::<GeneralCategory>::new().get(c)
}

/// Whether renderers ignore the character (Unicode's `Default_Ignorable_Code_Point`).
pub(super) fn is_ignorable(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: Option<(char, Unprintable)>) {
        assert_eq!(first_unprintable(text), expected, "{}", text.escape_unicode());
    }

    #[test]
    fn escape_unprintable_leaves_no_unprintable_character() {
        let text = "a\u{1b}[2J\r\nb\u{202e}c\u{200b} \u{e9}";
        assert_eq!(escape_unprintable(text), "a\\u{1b}[2J\\u{d}\\u{a}b\\u{202e}c\\u{200b} \u{e9}");
    }

    #[test]
    fn first_unprintable_with_each_kind_names_kind() {
        for (c, why) in [
            ('\0', Unprintable::Control),
            ('\n', Unprintable::Control),
            ('\u{7f}', Unprintable::Control),
            ('\u{9b}', Unprintable::Control),
            ('\u{2028}', Unprintable::LineBreak),
            ('\u{2029}', Unprintable::LineBreak),
            ('\u{200e}', Unprintable::Direction),
            ('\u{202e}', Unprintable::Direction),
            ('\u{2066}', Unprintable::Direction),
            ('\u{61c}', Unprintable::Direction),
            ('\u{ad}', Unprintable::Invisible),
            ('\u{34f}', Unprintable::Invisible),
            ('\u{115f}', Unprintable::Invisible),
            ('\u{180e}', Unprintable::Invisible),
            ('\u{200b}', Unprintable::Invisible),
            ('\u{2060}', Unprintable::Invisible),
            ('\u{2800}', Unprintable::Invisible),
            ('\u{3164}', Unprintable::Invisible),
            ('\u{feff}', Unprintable::Invisible),
            ('\u{ffa0}', Unprintable::Invisible),
            ('\u{fff9}', Unprintable::Invisible),
            ('\u{e0061}', Unprintable::Invisible),
            ('\u{e0100}', Unprintable::Invisible),
            ('\u{e000}', Unprintable::PrivateUse),
            ('\u{10fffd}', Unprintable::PrivateUse),
            ('\u{378}', Unprintable::Unassigned),
            ('\u{fdd0}', Unprintable::Unassigned),
            ('\u{fffe}', Unprintable::Unassigned),
            ('\u{e0fff}', Unprintable::Unassigned),
        ] {
            check(&format!("a{c}b"), Some((c, why)));
        }
    }

    #[test]
    fn first_unprintable_with_letters_spaces_and_emoji_is_none() {
        for text in [
            "GPT-4o mini",
            "caf\u{e9} cafe\u{301}",
            "\u{645}\u{62f}\u{644}",
            "\u{65e5}\u{672c}\u{8a9e}\u{3000}\u{30fc}",
            "\u{d55c}\u{ad6d}\u{c5b4}",
            "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}",
            "a\u{a0}b\u{2009}c",
            "\u{1f600}\u{1f1e9}\u{1f1ea}",
        ] {
            check(text, None);
        }
    }

    #[test]
    fn first_unprintable_allows_joiners_only_where_scripts_need_them() {
        for text in [
            // Persian, Sinhala, a family, a technologist with a skin tone, a heart, a key.
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{dc1}\u{dca}\u{200d}\u{dbb}\u{dd3}",
            "\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}",
            "\u{1f469}\u{1f3fd}\u{200d}\u{1f4bb}",
            "\u{2764}\u{fe0f}\u{200d}\u{1f525}",
            "1\u{fe0f}\u{20e3} \u{2602}\u{fe0e}",
        ] {
            check(text, None);
        }
        for (text, c) in [
            ("\u{200d}a", '\u{200d}'),
            ("a\u{200d}", '\u{200d}'),
            ("a\u{200c} b", '\u{200c}'),
            ("1\u{200d}2", '\u{200d}'),
            ("a\u{200d}\u{200d}b", '\u{200d}'),
            ("\u{1f468}\u{200c}\u{1f469}", '\u{200c}'),
            ("\u{1f468}\u{200d}a", '\u{200d}'),
            ("\u{fe0f}a", '\u{fe0f}'),
            ("a \u{fe0f}", '\u{fe0f}'),
            ("a\u{fe0f}\u{fe0f}", '\u{fe0f}'),
            ("a\u{fe00}", '\u{fe00}'),
        ] {
            check(text, Some((c, Unprintable::Invisible)));
        }
    }

    #[test]
    fn unprintable_with_ascii_is_control_characters() {
        for c in '\0'..='\x7f' {
            let is_control = category(c) == GeneralCategory::Control;
            assert_eq!(unprintable(c), is_control.then_some(Unprintable::Control), "{}", c.escape_unicode());
            assert!(!is_ignorable(c), "{}", c.escape_unicode());
        }
    }

    proptest! {
        #[test]
        fn characters_of_printable_text_are_printable_or_one_of_four(text in "\\PC{0,6}|.{0,6}") {
            if first_unprintable(&text).is_none() {
                for c in text.chars().filter(|&c| unprintable(c).is_some()) {
                    prop_assert!([NON_JOINER, JOINER, TEXT_STYLE, EMOJI_STYLE].contains(&c), "{c:?}");
                }
            }
        }

        #[test]
        fn first_unprintable_finds_character_in_any_position(
            before in "[a-z]{0,3}",
            c in any::<char>().prop_filter("unprintable", |&c| unprintable(c).is_some()),
        ) {
            // At the end of a text a joiner is not allowed; a selector may be.
            let found = first_unprintable(&format!("{before}{c}")).map(|(found, _)| found);
            let is_selector = [TEXT_STYLE, EMOJI_STYLE].contains(&c) && !before.is_empty();
            prop_assert_eq!(found, (!is_selector).then_some(c));
        }
    }
}
