//! Deserialisation whose errors never quote the input.
//!
//! Serde's own messages do (``invalid type: string "sk-…"``, ``unknown field `sk-…` ``), so a secret in
//! the wrong field would end in a log.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, Expected, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

/// A deserialiser of a self-describing format whose errors, at every depth, quote no input.
///
/// Every value is read with `deserialize_any`: a format that knows the expected type writes its own error
/// and quotes the value in it, while an error of the visitor passes through this module. Structs are read
/// from maps only.
pub(crate) struct Redacted<D>(pub(crate) D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Redacted<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(RedactedVisitor { visitor, takes_lists: true })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(RedactedVisitor { visitor, takes_lists: false })
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_option(RedactedVisitor { visitor, takes_lists: true })
    }

    // `serde_json` recognises raw JSON values by this name.
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, D::Error> {
        self.0.deserialize_newtype_struct(name, RedactedVisitor { visitor, takes_lists: true })
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}

/// A visitor whose errors are [`RedactedError`]s.
struct RedactedVisitor<V> {
    visitor: V,
    takes_lists: bool,
}

macro_rules! visit_redacted {
    ($($method:ident: $value:ty,)*) => {
        $(
            fn $method<E: Error>(self, value: $value) -> Result<V::Value, E> {
                self.visitor.$method::<RedactedError>(value).map_err(E::custom)
            }
        )*
    };
}

impl<'de, V: Visitor<'de>> Visitor<'de> for RedactedVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.visitor.expecting(f)
    }

    visit_redacted! {
        visit_bool: bool,
        visit_i64: i64,
        visit_i128: i128,
        visit_u64: u64,
        visit_u128: u128,
        visit_f64: f64,
        visit_str: &str,
        visit_borrowed_str: &'de str,
        visit_string: String,
        visit_bytes: &[u8],
        visit_borrowed_bytes: &'de [u8],
        visit_byte_buf: Vec<u8>,
    }

    fn visit_none<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_none::<RedactedError>().map_err(E::custom)
    }

    fn visit_unit<E: Error>(self) -> Result<V::Value, E> {
        self.visitor.visit_unit::<RedactedError>().map_err(E::custom)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_some(Redacted(deserializer))
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        self.visitor.visit_newtype_struct(Redacted(deserializer))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        if self.takes_lists {
            self.visitor.visit_seq(RedactedEntries(entries))
        } else {
            Err(A::Error::custom(RedactedError::invalid_type(Unexpected::Seq, &self)))
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, entries: A) -> Result<V::Value, A::Error> {
        self.visitor.visit_map(RedactedEntries(entries))
    }
}

/// The entries of a list or a map, each read through [`Redacted`].
struct RedactedEntries<A>(A);

impl<'de, A: SeqAccess<'de>> SeqAccess<'de> for RedactedEntries<A> {
    type Error = A::Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, A::Error> {
        self.0.next_element_seed(RedactedSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for RedactedEntries<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        self.0.next_key_seed(RedactedSeed(seed))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, A::Error> {
        self.0.next_value_seed(RedactedSeed(seed))
    }

    fn size_hint(&self) -> Option<usize> {
        self.0.size_hint()
    }
}

struct RedactedSeed<T>(T);

impl<'de, T: DeserializeSeed<'de>> DeserializeSeed<'de> for RedactedSeed<T> {
    type Value = T::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<T::Value, D::Error> {
        self.0.deserialize(Redacted(deserializer))
    }
}

/// An error that names the expected input and never the actual one.
#[derive(Debug, thiserror::Error)]
#[error("{_0}")]
struct RedactedError(String);

impl Error for RedactedError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self(format!("expected {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("expected one of `{}`", expected.join("`, `")))
    }

    fn unknown_field(_: &str, expected: &'static [&'static str]) -> Self {
        Self(format!("has a member other than `{}`", expected.join("`, `")))
    }
}
