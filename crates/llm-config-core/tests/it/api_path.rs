//! API paths: every text is either rejected or kept unchanged.

use llm_config_core::endpoint::ApiPath;
use proptest::prelude::*;

fn check(text: &str) -> Result<(), TestCaseError> {
    let Ok(path) = text.parse::<ApiPath>() else { return Ok(()) };
    let expected = if text.trim().is_empty() { ApiPath::DEFAULT } else { text.trim() };
    prop_assert_eq!(path.as_str(), expected);
    prop_assert_eq!(path.as_str().parse::<ApiPath>(), Ok(path.clone()));
    Ok(())
}

proptest! {
    #[test]
    fn parse_of_any_text_is_rejected_or_lossless(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn parse_of_path_like_text_is_rejected_or_lossless(text in "[ /?#&=%a-zA-Z0-9.:é\\\\-]{0,24}") {
        check(&text)?;
    }
}
