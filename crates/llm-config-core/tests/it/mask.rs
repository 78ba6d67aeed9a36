//! Masks contain at most four characters of a secret and are recognised as masks.

use llm_config_core::secret::{Mask, Secret, SecretError};
use proptest::prelude::*;

fn check(text: &str) -> Result<(), TestCaseError> {
    let Ok(secret) = Secret::new(text.to_owned()) else { return Ok(()) };
    let mask = secret.mask();
    let tail: Vec<char> = mask.as_str().strip_prefix("****").unwrap().chars().collect();
    let characters: Vec<char> = text.chars().collect();
    if characters.len() < 12 {
        prop_assert!(tail.is_empty(), "the mask of a short secret contains {tail:?}");
    } else {
        prop_assert_eq!(tail.len(), 4);
        let end = &characters[characters.len() - 4..];
        prop_assert!(tail.iter().zip(end).all(|(tail, secret)| tail == secret || *tail == '?'));
    }
    prop_assert_eq!(Mask::parse(mask.as_str()), Some(mask.clone()), "a stored mask can be read back");
    for sent_back in [mask.to_string(), format!(" {mask}\n")] {
        prop_assert_eq!(Secret::new(sent_back).err(), Some(SecretError::Mask));
    }
    Ok(())
}

proptest! {
    #[test]
    fn mask_has_at_most_four_characters_of_long_secret(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn mask_counts_characters(text in "\\PC{9,14}") {
        check(&text)?;
    }

    #[test]
    fn mask_of_secret_with_trailing_white_space_is_recognised(text in "[a-z]{6,14}\\s{0,5}") {
        check(&text)?;
    }
}
