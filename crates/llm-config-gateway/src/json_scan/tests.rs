//! Tests of the incremental scanner.

use proptest::prelude::*;

use super::*;

type Found = Vec<(&'static str, String)>;

fn scan<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> Found {
    let mut scan = MemberScan::new(&["usage", "a"]);
    let mut found = Vec::new();
    for chunk in chunks {
        scan.push(chunk, |name, value| found.push((name, String::from_utf8_lossy(value).into_owned())));
    }
    found
}

/// Checks that the members are found in whole JSON, and byte by byte.
#[track_caller]
fn check(json: &str, expected: &[(&str, &str)]) {
    for found in [scan([json.as_bytes()]), scan(json.as_bytes().chunks(1))] {
        let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(found, expected, "{json}");
    }
}

#[test]
fn scan_of_object_finds_members_of_top_level() {
    check(r#"{"usage":{"n":[1,2]},"b":1,"a":7}"#, &[("usage", r#"{"n":[1,2]}"#), ("a", "7")]);
    check("\u{feff} { \"a\" : \"x,}\\\"\" , \"usage\" : null }", &[("a", r#""x,}\"""#), ("usage", "null")]);
    check(r#"{"a":1,"a":2}"#, &[("a", "1"), ("a", "2")]);
    check(r#"{"a":{}}"#, &[("a", "{}")]);
}

#[test]
fn scan_of_nested_member_finds_nothing() {
    check(r#"{"content":[{"input":{"usage":{"x":1}}}],"b":{"a":[{"a":1}]}}"#, &[]);
    check(r#"{"b":"\"usage\":{}","c":"\\","usages":1,"usag":2,"\u0061":3}"#, &[]);
    check(r#"{"b":"usage","c":["usage",{"a":1}]}"#, &[]);
}

#[test]
fn scan_of_array_finds_members_of_each_element() {
    check(
        r#"[{"a":1,"b":{"a":2}},[{"a":3}],"a",{"usage":{}} , 5,{"a":[4]}]"#,
        &[("a", "1"), ("usage", "{}"), ("a", "[4]")],
    );
}

#[test]
fn scan_of_malformed_json_finds_nothing_after_its_end() {
    for json in [
        r#"{} {"a":1}"#,
        r#""a":1}"#,
        r#"x{"a":1}"#,
        "",
        r#"{"a":1"#,
        r#"{"a" 1}"#,
        "}]{",
        "\u{feff}\u{feff}{\"a\":1}",
    ] {
        check(json, &[]);
    }
    // The first bytes of a gzip stream.
    assert!(scan([&b"\x1f\x8b\x08{\"a\":1}"[..]]).is_empty());
}

#[test]
fn scan_of_value_above_limit_skips_it_and_goes_on() {
    let json = format!(r#"{{"usage":"{}","a":1}}"#, "x".repeat(VALUE_LIMIT - 1));
    assert_eq!(scan([json.as_bytes()]), [("a", "1".to_owned())]);
    let mut scan = MemberScan::new(&["usage", "a"]);
    let mut found = 0;
    for chunk in json.as_bytes().chunks(1000) {
        scan.push(chunk, |_, _| found += 1);
        assert!(scan.capture.size() <= VALUE_LIMIT);
    }
    assert_eq!(found, 1);
    let json = format!(r#"{{"usage":"{}"}}"#, "x".repeat(VALUE_LIMIT - 2));
    assert_eq!(self::scan(json.as_bytes().chunks(999))[0].1.len(), VALUE_LIMIT);
}

#[test]
fn scan_of_deep_nesting_finds_member_after_it() {
    let json = format!(r#"{{"b":{}{},"a":1}}"#, "[".repeat(100_000), "]".repeat(100_000));
    check(&json, &[("a", "1")]);
}

proptest! {
    #[test]
    fn scan_of_any_chunks_finds_the_same(
        json in r#"[\[{]([{}\[\],:"\\ ]|"a"|"usage"|"\\\\"|"a":|1){0,40}"#,
        cuts in proptest::collection::vec(0_usize..80, 0..6),
    ) {
        let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(json.len())).collect();
        cuts.sort_unstable();
        let mut chunks = Vec::new();
        let mut from = 0;
        for cut in cuts {
            chunks.push(&json.as_bytes()[from..cut]);
            from = cut;
        }
        chunks.push(&json.as_bytes()[from..]);
        prop_assert_eq!(scan(chunks), scan([json.as_bytes()]));
    }

    #[test]
    fn scan_of_valid_json_finds_what_a_parser_finds(
        members in proptest::collection::vec(("[abu\"\\\\]{1,3}|usage", json_value()), 0..6),
    ) {
        let members: serde_json::Map<_, _> = members.into_iter().collect();
        let expected: std::collections::BTreeMap<_, _> = members
            .iter()
            .filter(|(name, _)| matches!(name.as_str(), "a" | "usage"))
            .map(|(name, value)| (name.clone(), value.to_string()))
            .collect();
        let json = serde_json::Value::Object(members).to_string();
        let found: std::collections::BTreeMap<_, _> =
            scan([json.as_bytes()]).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        prop_assert_eq!(found, expected);
    }
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(serde_json::Value::from),
        "[a\"\\\\{}:,é]{0,5}".prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(serde_json::Value::from),
            proptest::collection::vec(("a|usage|b", inner), 0..3)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}
