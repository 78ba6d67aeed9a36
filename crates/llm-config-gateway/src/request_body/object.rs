//! The members of one JSON object: which it has, and where the values of some of them stand.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{self, DeserializeSeed, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::error::BodyFault;

/// What was read of an object.
#[derive(Debug)]
pub(super) struct Object<'a, T> {
    /// The text of the values that were asked for.
    pub(super) kept: Vec<(T, &'a str)>,
    /// Whether it has no members.
    pub(super) is_empty: bool,
}

/// Reads an object in one pass. `select` gets each decoded name and decides whether the value is kept.
///
/// Values that are not kept need not be valid UTF-8. Depth is not limited, because values are skipped without
/// recursion.
pub(super) fn read_object<T>(
    json: &[u8],
    mut select: impl FnMut(&str) -> Result<Option<T>, BodyFault>,
) -> Result<Object<'_, T>, BodyFault> {
    let mut fault = None;
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let object = deserializer.deserialize_map(ObjectVisitor { select: &mut select, fault: &mut fault });
    let object = object.and_then(|object| deserializer.end().map(|()| object));
    object.map_err(|error| fault.unwrap_or_else(|| not_json(&error)))
}

/// Reads the entries of an array one after the other.
pub(super) fn read_array<'a>(
    json: &'a [u8],
    mut entry: impl FnMut(&'a str) -> Result<(), BodyFault>,
) -> Result<(), BodyFault> {
    let mut fault = None;
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let array = deserializer.deserialize_seq(ArrayVisitor { entry: &mut entry, fault: &mut fault });
    array.map_err(|error| fault.unwrap_or_else(|| not_json(&error)))
}

fn not_json(error: &serde_json::Error) -> BodyFault {
    let text = error.to_string();
    let reason = text.split_once(" at line ").map_or(text.as_str(), |(reason, _)| reason).to_owned();
    BodyFault::NotJson { reason, line: error.line(), column: error.column() }
}

struct ObjectVisitor<'s, F> {
    select: &'s mut F,
    fault: &'s mut Option<BodyFault>,
}

impl<'de, T, F> Visitor<'de> for ObjectVisitor<'_, F>
where
    F: FnMut(&str) -> Result<Option<T>, BodyFault>,
{
    type Value = Object<'de, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut object = Object { kept: Vec::new(), is_empty: true };
        while let Some(selection) = map.next_key_seed(NameSeed(&mut *self.select))? {
            object.is_empty = false;
            match selection {
                Ok(Some(kind)) => object.kept.push((kind, map.next_value::<&RawValue>()?.get())),
                Ok(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
                Err(fault) => {
                    *self.fault = Some(fault);
                    return Err(de::Error::custom("a field is refused"));
                }
            }
        }
        Ok(object)
    }
}

/// Reads a name without a copy, unless it has escapes.
struct NameSeed<'s, F>(&'s mut F);

impl<'de, T, F> DeserializeSeed<'de> for NameSeed<'_, F>
where
    F: FnMut(&str) -> Result<Option<T>, BodyFault>,
{
    type Value = Result<Option<T>, BodyFault>;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<T, F> Visitor<'_> for NameSeed<'_, F>
where
    F: FnMut(&str) -> Result<Option<T>, BodyFault>,
{
    type Value = Result<Option<T>, BodyFault>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Self::Value, E> {
        Ok((self.0)(name))
    }
}

struct ArrayVisitor<'s, F> {
    entry: &'s mut F,
    fault: &'s mut Option<BodyFault>,
}

impl<'de, F> Visitor<'de> for ArrayVisitor<'_, F>
where
    F: FnMut(&'de str) -> Result<(), BodyFault>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while let Some(value) = seq.next_element::<&RawValue>()? {
            if let Err(fault) = (self.entry)(value.get()) {
                *self.fault = Some(fault);
                return Err(de::Error::custom("an entry is refused"));
            }
        }
        Ok(())
    }
}
