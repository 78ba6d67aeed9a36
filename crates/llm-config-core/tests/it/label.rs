//! Merging labels.

use std::collections::BTreeMap;

use llm_config_core::config::{LabelError, Labels};
use llm_config_core::text::unprintable;
use proptest::collection::btree_map;
use proptest::prelude::*;

fn check(old: &BTreeMap<String, String>, added: &BTreeMap<String, String>) -> Result<(), TestCaseError> {
    let merged = Labels::try_from(old.clone()).unwrap().merged(&Labels::try_from(added.clone()).unwrap());
    let mut expected = old.clone();
    expected.extend(added.clone());
    if expected.len() > Labels::LIMIT {
        prop_assert_eq!(merged, Err(LabelError::TooMany(expected.len())));
    } else {
        let merged = merged.unwrap();
        prop_assert!(merged.contains_all(&Labels::try_from(added.clone()).unwrap()));
        prop_assert_eq!(BTreeMap::from(merged), expected);
    }
    Ok(())
}

/// Texts of that form without unprintable characters.
pub(crate) fn printable(form: &'static str) -> impl Strategy<Value = String> {
    form.prop_map(|text| text.chars().filter(|&c| unprintable(c).is_none()).collect())
}

fn entries() -> impl Strategy<Value = BTreeMap<String, String>> {
    btree_map("[a-c][0-9._-]", printable("\\PC{0,8}"), 0..=Labels::LIMIT)
}

proptest! {
    #[test]
    fn merged_replaces_added_keeps_others_and_checks_limit(old in entries(), added in entries()) {
        check(&old, &added)?;
    }
}
