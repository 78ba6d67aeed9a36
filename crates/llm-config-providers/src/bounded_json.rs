//! JSON of a provider, read into a bounded number of values.
//!
//! Users choose the provider, and one MiB of small objects would take 80 MiB as values.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The maximal number of values of a body. The longest list of models in use has about 3,000 entries, of
/// which [`READ_IN_ENTRIES`] are kept.
const VALUES: usize = 16 * 1024;

/// The number of entries of a list that are read whole. Of the later ones, only the members in
/// [`READ_IN_ENTRIES`] are kept.
const WHOLE_ENTRIES: usize = 32;

/// The members of an entry that any reader of lists looks at.
const READ_IN_ENTRIES: [&str; 8] =
    ["id", "name", "model", "aliases", "status", "modelId", "modelLifecycle", "inferenceTypesSupported"];

/// A JSON value, as far as it was read.
pub(crate) struct BoundedJson {
    pub(crate) value: Value,
    /// Whether entries or members were left out because the body has too many values.
    pub(crate) is_cut: bool,
}

/// Reads a text that is JSON as a whole; `None` for any other.
pub(crate) fn parse(text: &[u8]) -> Option<BoundedJson> {
    let room = Room { values: Cell::new(VALUES), is_cut: Cell::new(false) };
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Whole(&room).deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(BoundedJson { value, is_cut: room.is_cut.get() })
}

/// The value of a text that is JSON as a whole, as far as it is read.
pub(crate) fn value(text: &str) -> Option<Value> {
    parse(text.as_bytes()).map(|json| json.value)
}

/// The number of values that may still be read.
struct Room {
    values: Cell<usize>,
    is_cut: Cell<bool>,
}

impl Room {
    /// Takes the room of a value, if some is left.
    fn take(&self) -> bool {
        let left = self.values.get();
        self.values.set(left.saturating_sub(1));
        self.is_cut.set(self.is_cut.get() || left == 0);
        left > 0
    }
}

/// Reads a value with all its members.
struct Whole<'r>(&'r Room);

/// Reads an entry of a long list: of an object, only the members that are looked at.
struct Entry<'r>(&'r Room);

impl<'de> DeserializeSeed<'de> for Whole<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Reader { room: self.0, is_kept: |_| true })
    }
}

impl<'de> DeserializeSeed<'de> for Entry<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(Reader { room: self.0, is_kept: |name| READ_IN_ENTRIES.contains(&name) })
    }
}

struct Reader<'r> {
    room: &'r Room,
    /// Whether a member with this name is read.
    is_kept: fn(&str) -> bool,
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while self.room.take() {
            let entry = if list.len() < WHOLE_ENTRIES {
                entries.next_element_seed(Whole(self.room))?
            } else {
                entries.next_element_seed(Entry(self.room))?
            };
            match entry {
                Some(entry) => list.push(entry),
                None => return Ok(list.into()),
            }
        }
        while entries.next_element::<IgnoredAny>()?.is_some() {}
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if (self.is_kept)(&name) && self.room.take() {
                map.insert(name, members.next_value_seed(Whole(self.room))?);
            } else {
                members.next_value::<IgnoredAny>()?;
            }
        }
        Ok(map.into())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn count(value: &Value) -> usize {
        match value {
            Value::Array(list) => 1 + list.iter().map(count).sum::<usize>(),
            Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 1,
        }
    }

    #[test]
    fn parse_of_usual_body_equals_serde_json() {
        let text = r#"{"a":[1,-2,0.5,1e3,true,null,"x\u00e9\n",{"b":[[]]}],"a":{},"c":18446744073709551615}"#;
        let json = parse(text.as_bytes()).expect("JSON");
        assert_eq!(json.value, serde_json::from_str::<Value>(text).unwrap());
        assert!(!json.is_cut);
    }

    #[test]
    fn parse_of_other_text_is_none() {
        for text in ["", "{", "{}x", "[1,]", "NaN", "{\"a\":\"\n\"}", "[\"\u{1}\"]"] {
            assert!(parse(text.as_bytes()).is_none(), "{text}");
        }
        assert!(parse(&b"[".repeat(100_000)).is_none());
        assert!(parse(b"\"\xff\"").is_none());
    }

    #[test]
    fn parse_of_long_list_keeps_only_members_that_are_read() {
        let entry =
            json!({"id": "m", "object": "model", "pricing": {"prompt": "1"}, "status": {"value": "x"}});
        let json = parse(json!({ "data": vec![entry.clone(); 40] }).to_string().as_bytes()).unwrap();
        assert_eq!(json.value["data"][WHOLE_ENTRIES - 1], entry);
        assert_eq!(json.value["data"][WHOLE_ENTRIES], json!({"id": "m", "status": {"value": "x"}}));
        assert!(!json.is_cut);
    }

    #[test]
    fn parse_of_many_values_is_cut_at_the_limit() {
        for body in [
            format!("[{}]", vec![r#"{"a":0}"#; 130_000].join(",")),
            format!(r#"{{"data":[{}]}}"#, vec![r#"{"id":""}"#; 100_000].join(",")),
            format!("[{}]", vec!["[0]"; 200_000].join(",")),
            format!("[[{}]]", vec!["0"; 500_000].join(",")),
            format!("{{{}}}", (0..100_000).map(|n| format!("\"{n}\":0")).collect::<Vec<_>>().join(",")),
        ] {
            let json = parse(body.as_bytes()).expect("JSON");
            assert!(json.is_cut && count(&json.value) <= VALUES + 2, "{}", &body[..20]);
        }
    }
}
