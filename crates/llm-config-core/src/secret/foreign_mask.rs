//! Masks that other products show instead of a secret.
//!
//! Keys consist of letters, digits and the characters of `token68` (RFC 9110 §11.2): `-._~+/` and a trailing
//! `=`. A text of these characters alone is a mask only if it is one of these, which no generator of keys
//! produces: three dots or more between at most [`VISIBLE`] other characters, nothing but `x` and hyphens, a
//! word for "hidden" alone or between underscores, and the texts for "unchanged" in [`SENTINELS`].

/// The maximum number of characters that a mask shows of a secret: `sk-ant-api03-R2D...igAA` shows 20.
const VISIBLE: usize = 24;

/// Texts that mean "unchanged" in one product: the beginning, and the source.
const SENTINELS: &[(&str, &str)] = &[
    ("__n8n_BLANK_VALUE_", "n8n-io/n8n, packages/cli/src/constants.ts"),
    ("__n8n_EMPTY_VALUE_", "n8n-io/n8n, packages/cli/src/constants.ts"),
    ("_FLOWISE_BLANK_", "FlowiseAI/Flowise, packages/server/src/utils/index.ts"),
];

/// Words that no secret is, between marks or alone.
const WORDS: &[&str] = &[
    "configured", // grafana/grafana, SecretInput
    "hidden",     // langgenius/dify, HIDDEN_VALUE
    "masked",     // GitLab, masked variables
    "redacted",   // home-assistant/core, REDACTED
    "unchanged",
];

/// Words that are masks only between marks, such as `[Filtered]` or `$encrypted$`.
const MARKED_WORDS: &[&str] = &[
    "encrypted", // ansible/awx, ENCRYPTED_PLACEHOLDER
    "filtered",  // rails/rails, ParameterFilter::FILTERED
    "sensitive", // hashicorp/terraform, "(sensitive value)"
    "secure",    // appveyor.yml
];

/// Whether another product shows `text` instead of a secret.
pub(super) fn is_foreign_mask(text: &str) -> bool {
    let text = text.trim();
    SENTINELS.iter().any(|(beginning, _)| text.contains(beginning))
        || has_hidden_characters(text)
        || is_shortened_by_dots(text)
        || is_filler(text)
        || is_word(text)
}

/// Whether the text has three stars in a row, two signs that only masks have, or one ellipsis.
fn has_hidden_characters(text: &str) -> bool {
    let is_bullet = |c: char| {
        matches!(
            c,
            '•' | '●'
                | '∙'
                | '○'
                | '◦'
                | '⬤'
                | '⚫'
                | '◉'
                | '█'
                | '■'
                | '▪'
                | '▇'
                | '＊'
                | '∗'
                | '✱'
        )
    };
    let mut bullets = text.chars().zip(text.chars().skip(1));
    text.contains("***") || text.contains(['…', '⋯']) || bullets.any(|(a, b)| is_bullet(a) && is_bullet(b))
}

/// Whether the text is a beginning and an end with three dots or more between them. Google pads access tokens
/// with hundreds of dots, after more than [`VISIBLE`] characters
/// (googleapis/google-auth-library-nodejs#1499).
fn is_shortened_by_dots(text: &str) -> bool {
    let Some(start) = text.find("...") else { return false };
    let (head, rest) = text.split_at(start);
    head.chars().count() + rest.trim_start_matches('.').chars().count() <= VISIBLE
}

/// Whether the text is at least four `x` or three `#` and nothing else but hyphens.
fn is_filler(text: &str) -> bool {
    let consists_of = |filler: char, count: usize| {
        let is_filler = |c: char| c.eq_ignore_ascii_case(&filler);
        text.chars().all(|c| is_filler(c) || c == '-')
            && text.chars().filter(|&c| is_filler(c)).count() >= count
    };
    consists_of('x', 4) || consists_of('#', 3)
}

/// Whether the text is a word for "hidden" alone, or has one between marks: `[REDACTED:API_KEY]`,
/// `(sensitive value)`.
fn is_word(text: &str) -> bool {
    let lower = text.to_lowercase();
    if WORDS.contains(&lower.as_str()) {
        return true;
    }
    let is_mark = |c: char| "<>[](){}*_$#%|\"'".contains(c);
    if !(text.starts_with(is_mark) && text.ends_with(is_mark)) {
        return false;
    }
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let is_text = words.len() <= 4 && words.iter().all(|word| word.chars().all(char::is_alphabetic));
    is_text && words.iter().any(|word| WORDS.contains(word) || MARKED_WORDS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expected: bool, texts: &[&str]) {
        for text in texts {
            assert_eq!(is_foreign_mask(text), expected, "{text:?}");
        }
    }

    #[test]
    fn masks_with_stars_and_bullets_are_recognised() {
        check(true, &["***", "********", "sk-***abcd", "sk-****************cdef", "sk-pr***", " ***1234\n"]);
        check(true, &["sk-••••••xxxx", "••••1234", "●●●●", "sk-●●●●●●ab12", "••", "■■■■", "sk-∗∗∗∗"]);
        check(true, &["Bearer ***", r#"{"api_key": "***"}"#, "AIza********************wxyz", "****cdefg"]);
    }

    #[test]
    fn masks_with_dots_are_recognised() {
        check(true, &["sk-...abcd", "sk-...", "...", "gsk_...AbCd", "sk-proj-abc.....wxyz", "sk-…abcd", "…"]);
        check(true, &["sk-ant-api03-R2D...igAA", "sk-or-v1-abc...123", "ghp_…", "sk-lf-...1f3c"]);
    }

    #[test]
    fn fillers_and_words_are_recognised() {
        check(true, &["xxxxxxxx", "XXXX", "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "####"]);
        check(true, &["<hidden>", "[REDACTED]", "[MASKED]", "[__HIDDEN__]", "configured", "**REDACTED**"]);
        check(true, &["(sensitive value)", "$encrypted$", "[FILTERED]", "REDACTED", "__OPENCLAW_REDACTED__"]);
        check(true, &["[REDACTED:API_KEY]", "<redacted>", "{masked}", "__UNCHANGED__", "Hidden"]);
        check(true, &["__n8n_BLANK_VALUE_e5362baf-c777-4d57-a609-6eaf1f9e87f6"]);
        check(true, &["_FLOWISE_BLANK_07167752-1a71-43b1-bf8f-4f32252165db"]);
    }

    #[test]
    fn keys_and_passwords_are_no_masks() {
        check(false, &["sk-proj-xxxxxxxxxxxx", "sk-your-api-key-here", "x", "xxx", "none", "ollama", "sk-1"]);
        check(false, &["a*b**c", "p.a..b", "secret", "encrypted", "secure", "hidden-1", "configured4Me"]);
        check(false, &["wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "eyJhbGciOi.eyJzdWIi.SflKxw-_"]);
        let padded = format!("ya29.c.{}{}", "b0Aaekm1".repeat(20), ".".repeat(700));
        check(false, &[&padded, "00000000-0000-0000-0000-000000000000", "a-hidden-key", "redacted.key.1"]);
    }
}
