//! API paths: any text is refused or kept.

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
    fn any_text_is_refused_or_kept(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_text_of_paths_is_refused_or_kept(text in "[ /?#&=%a-zA-Z0-9.:é\\\\-]{0,24}") {
        check(&text)?;
    }
}
