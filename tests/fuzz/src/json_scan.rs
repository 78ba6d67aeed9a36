//! Bodies of answers: in any chunks, the scanner finds the same members, and in valid JSON those that a
//! parser finds.

use llm_config_gateway::json_scan::{MemberScan, VALUE_LIMIT};
use serde_json::{Map, Value};

use super::input::Input;

const NAMES: &[&str] = &["usage", "usageMetadata", "error", "a"];

/// Checks one input.
pub fn check(data: &[u8]) {
    let (whole, chunks) = Input(data).long_rest_in_chunks();
    let expected = scan(std::slice::from_ref(&whole));
    assert_eq!(scan(&chunks), expected);
    // An escaped name is another one for the scanner.
    if !whole.contains(&b'\\')
        && let Ok(object) = serde_json::from_slice::<Map<String, Value>>(&whole)
    {
        for name in NAMES {
            let last = expected.iter().rev().find(|(found, _)| found == name);
            let last = last.map(|(_, value)| serde_json::from_slice(value).expect("a JSON value"));
            let value = object.get(*name).filter(|value| value.to_string().len() < VALUE_LIMIT / 2);
            assert!(value.is_none() || value == last.as_ref(), "{name}");
        }
    }
}

fn scan(chunks: &[Vec<u8>]) -> Vec<(&'static str, Vec<u8>)> {
    let mut scan = MemberScan::new(NAMES);
    let mut found = Vec::new();
    for chunk in chunks {
        scan.push(chunk, |name, value| {
            assert!(value.len() <= VALUE_LIMIT);
            found.push((name, value.to_vec()));
        });
    }
    found
}
