//! Members of JSON objects as they are written: named ones are read, the rest is skipped without a tree.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

/// Calls `take` with each member of a JSON object that has one of the `names`, also with repeated ones.
/// Members of members are not looked at. `None` if `json` is not one JSON object; `take` may have been
/// called by then.
pub(crate) fn for_each_member<'json>(
    json: &'json [u8],
    names: &[&'static str],
    take: impl FnMut(&'static str, &'json RawValue),
) -> Option<()> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    deserializer.deserialize_map(Members { names, take }).ok()?;
    deserializer.end().ok()
}

/// Calls `take` with each element of a JSON array. `None` if `json` is not one JSON array; `take` may have
/// been called by then.
pub(crate) fn for_each_element<'json>(json: &'json [u8], take: impl FnMut(&'json RawValue)) -> Option<()> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    deserializer.deserialize_seq(Elements { take }).ok()?;
    deserializer.end().ok()
}

/// Whether a value says nothing: `null`, or the empty text that some servers send in its place.
pub(crate) fn is_blank(value: &RawValue) -> bool {
    matches!(value.get(), "null" | r#""""#)
}

struct Members<'names, F> {
    names: &'names [&'static str],
    take: F,
}

impl<'json, F: FnMut(&'static str, &'json RawValue)> Visitor<'json> for Members<'_, F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'json>>(mut self, mut map: A) -> Result<(), A::Error> {
        while let Some(name) = map.next_key_seed(NameAmong(self.names))? {
            match name {
                Some(name) => (self.take)(name, map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}

/// Reads the name of a member: which of these it is, if it is one of them.
struct NameAmong<'names>(&'names [&'static str]);

impl<'json> DeserializeSeed<'json> for NameAmong<'_> {
    type Value = Option<&'static str>;

    fn deserialize<D: Deserializer<'json>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameAmong<'_> {
    type Value = Option<&'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|name| **name == text).copied())
    }
}

struct Elements<F> {
    take: F,
}

impl<'json, F: FnMut(&'json RawValue)> Visitor<'json> for Elements<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'json>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element()? {
            (self.take)(element);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(json: &[u8], expected: Option<&[(&str, &str)]>) {
        let mut members = Vec::new();
        let read = for_each_member(json, &["a", "b"], |name, value| members.push((name, value.get())));
        let members = read.map(|()| members);
        assert_eq!(members.as_deref(), expected, "{}", String::from_utf8_lossy(json));
    }

    #[test]
    fn members_of_object_are_named_ones_of_top_level() {
        check(
            br#" {"x":{"a":1},"a": [1, {"b":2}] ,"b":"}"} "#,
            Some(&[("a", r#"[1, {"b":2}]"#), ("b", r#""}""#)]),
        );
        check(br#"{"a":1,"a":2,"\u0062":3}"#, Some(&[("a", "1"), ("a", "2"), ("b", "3")]));
    }

    #[test]
    fn members_of_anything_else_are_none() {
        for json in [&b"[\"a\",1]"[..], b"7", b"", b"{\"a\":1", b"{\"a\":1} x", b"\"a\""] {
            check(json, None);
        }
    }

    #[test]
    fn members_beside_extreme_values_are_read() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        let json = format!(r#"{{"x":{deep},"y":1e400,"z":"\ud800","a":1e400}}"#);
        check(json.as_bytes(), Some(&[("a", "1e400")]));
        check(b"{\"x\":\"\xff\",\"a\":1}", Some(&[("a", "1")]));
    }

    #[test]
    fn elements_of_array_are_read_in_order() {
        let mut elements = Vec::new();
        assert!(for_each_element(b"[1, {\"a\":[2]}]", |element| elements.push(element.get())).is_some());
        assert_eq!(elements, ["1", "{\"a\":[2]}"]);
        assert!(for_each_element(b"{}", |_| ()).is_none());
    }
}
