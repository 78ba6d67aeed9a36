//! Conversions of JSON values to Rust types.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Display;
use std::marker::PhantomData;
use std::str::FromStr;

use llm_config_core::config::{ClientConfig, ContextLength, Labels};
use llm_config_core::patch::Patch;
use serde::de::DeserializeOwned;
use utoipa::openapi::{RefOr, Schema};
use zeroize::Zeroizing;

use crate::http::body::object::{FromJson, FromObject, Member, Object};
use crate::http::schema::value::{Components, ValueSchema, or_blank};

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        T::from_json(member).map(Some)
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(None)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        T::list_from_json(member)
    }
}

/// Reads a string by `FromStr`.
pub(crate) fn read_text<T: FromStr<Err: Display>>(mut member: Member<'_>) -> Option<T> {
    match member.text() {
        Some(text) => member.check(text.parse()),
        None => member.expect(None, "must be a string"),
    }
}

/// Implements [`FromJson`] for types that JSON represents as strings, by `FromStr`.
macro_rules! from_text {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::http::body::object::FromJson for $type {
            fn from_json(member: $crate::http::body::object::Member<'_>) -> Option<Self> {
                $crate::http::body::json::read_text(member)
            }

            fn list_from_json(mut member: $crate::http::body::object::Member<'_>) -> Option<Vec<Self>> {
                member.list("must be a list of strings")
            }
        }
    )*};
}
pub(crate) use from_text;

from_text! {
    String,
    llm_config_core::access::Right,
    llm_config_core::endpoint::ApiPath,
    llm_config_core::endpoint::Endpoint,
    llm_config_core::id::ConfigId,
    llm_config_core::id::PrincipalId,
    llm_config_core::id::TokenId,
    llm_config_core::id::WorkspaceId,
    llm_config_core::config::Modality,
    llm_config_core::text::Description,
    llm_config_core::text::DisplayName,
    llm_config_core::text::ModelId,
    llm_config_core::text::ModelVersion,
    llm_config_core::user::Email,
    llm_config_core::user::PersonName,
}

impl FromJson for Zeroizing<String> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let text = member.text();
        member.expect(text, "must be a string")
    }
}

impl FromJson for BTreeMap<String, String> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        member.text_map(Ok::<_, Infallible>)
    }
}

impl FromJson for Labels {
    fn from_json(member: Member<'_>) -> Option<Self> {
        member.text_map(Self::try_from)
    }
}

/// The JSON text is kept byte for byte.
impl FromJson for ClientConfig {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let json = member.json();
        member.check(json.parse())
    }
}

/// An optional text; blank is the same as absent.
pub(crate) struct Optional<T>(pub(crate) Option<T>);

impl<T: FromJson> FromJson for Optional<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        if member.is_blank() { Some(Self(None)) } else { T::from_json(member).map(|value| Self(Some(value))) }
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self(None))
    }
}

/// A change of an optional text; a blank value clears the text.
impl<T: FromJson> FromJson for Patch<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        if member.is_blank() { Some(Self::Clear) } else { T::from_json(member).map(Self::Set) }
    }

    fn absent() -> Result<Self, &'static str> {
        Ok(Self::Keep)
    }
}

/// A boolean or a number.
pub(crate) trait Scalar: Sized {
    /// The error message for a value of another type.
    const EXPECTED: &str;

    /// Reads JSON text.
    fn parse(json: &str) -> Option<Self>;
}

impl Scalar for bool {
    const EXPECTED: &str = "must be true or false";

    fn parse(json: &str) -> Option<Self> {
        from_str(json)
    }
}

impl Scalar for f64 {
    const EXPECTED: &str = "must be a number";

    fn parse(json: &str) -> Option<Self> {
        from_str(json)
    }
}

/// A float without a fraction, such as `2048.0`, is a whole number.
impl Scalar for i64 {
    const EXPECTED: &str = "must be a whole number";

    fn parse(json: &str) -> Option<Self> {
        from_str(json).or_else(|| whole(from_str(json)?))
    }
}

/// The value as a whole number; `None` without noting an error.
pub(crate) fn integer(member: &Member<'_>) -> Option<i64> {
    Scalar::parse(member.json())
}

fn from_str<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// The float as an integer if it has no fraction. A float beyond the range of `i64` becomes its nearest
/// bound, which no member accepts.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "clamped by the cast, which is intended")]
    let integer = number as i64;
    (number.fract() == 0.0).then_some(integer)
}

macro_rules! from_scalar {
    ($($type:ty),*) => {$(
        impl FromJson for $type {
            fn from_json(member: Member<'_>) -> Option<Self> {
                let value = Scalar::parse(member.json());
                member.expect(value, Self::EXPECTED)
            }
        }
    )*};
}

from_scalar!(bool, f64, i64);

/// A boolean or a number that may also be in a string, because the API's documentation has examples of
/// this form.
pub(crate) struct Lenient<T>(pub(crate) T);

impl<T: Scalar> FromJson for Lenient<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        let json = member.json();
        let value = T::parse(json).or_else(|| T::parse(&from_str::<String>(json)?));
        member.expect(value, T::EXPECTED).map(Self)
    }
}

impl FromJson for Lenient<ContextLength> {
    fn from_json(mut member: Member<'_>) -> Option<Self> {
        let json = member.json();
        match i64::parse(json).or_else(|| i64::parse(&from_str::<String>(json)?)) {
            Some(tokens) => member.check(ContextLength::try_from(tokens)).map(Self),
            None => member.expect(None, i64::EXPECTED),
        }
    }
}

/// A text that is described by the type `T`, but that another type checks later.
pub(crate) struct Unchecked<T>(pub(crate) String, PhantomData<T>);

impl<T> FromStr for Unchecked<T> {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned(), PhantomData))
    }
}

impl<T> FromJson for Unchecked<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        String::from_json(member).map(|text| Self(text, PhantomData))
    }

    fn list_from_json(member: Member<'_>) -> Option<Vec<Self>> {
        let texts = String::list_from_json(member)?;
        Some(texts.into_iter().map(|text| Self(text, PhantomData)).collect())
    }
}

/// An object that has rules across its members, or that is converted to another type.
pub(crate) trait Check: FromObject {
    type Checked;

    /// Checks the rules; `None` after noting an error.
    fn check(self, object: &mut Object<'_>) -> Option<Self::Checked>;
}

/// A member object `T` that is checked when it is read.
pub(crate) struct Checked<T: Check>(pub(crate) T::Checked);

impl<T: Check> FromJson for Checked<T> {
    fn from_json(member: Member<'_>) -> Option<Self> {
        member.object(|object| T::read(object)?.check(object).map(Self))
    }
}

/// Types whose schema is that of the value that they contain.
macro_rules! schema_of_value {
    ($($wrapper:ident),*) => {$(
        impl<T: ValueSchema> ValueSchema for $wrapper<T> {
            fn value_schema(components: &mut Components) -> RefOr<Schema> {
                T::value_schema(components)
            }
        }
    )*};
}

schema_of_value!(Lenient, Unchecked);

impl<T: Check + ValueSchema> ValueSchema for Checked<T> {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        T::value_schema(components)
    }
}

/// Types that read a blank text as the absence of a value.
macro_rules! schema_with_blank {
    ($($wrapper:ident),*) => {$(
        impl<T: ValueSchema> ValueSchema for $wrapper<T> {
            fn value_schema(components: &mut Components) -> RefOr<Schema> {
                or_blank(T::value_schema(components))
            }
        }
    )*};
}

schema_with_blank!(Optional, Patch);

#[cfg(test)]
mod tests {
    use llm_config_core::field::FieldErrors;

    use super::*;

    fn read<T: FromJson>(json: &str) -> Option<T> {
        let body = format!(r#"{{"a": {json}}}"#);
        let now = llm_config_core::time::Timestamp::from_micros(0);
        Object::read_body(body.as_bytes(), now, FieldErrors::<String>::default(), |object| object.member("a"))
            .ok()
    }

    #[test]
    fn read_of_number_accepts_whole_floats_and_lenient_strings() {
        assert_eq!(read::<i64>("2048.0"), Some(2048));
        assert_eq!(read::<i64>("2048.5"), None);
        assert_eq!(read::<i64>(r#""2048""#), None);
        assert_eq!(read::<Lenient<i64>>(r#""2048""#).map(|value| value.0), Some(2048));
        assert!(read::<Lenient<i64>>(r#""2048 x""#).is_none());
        assert_eq!(read::<i64>("1e300"), Some(i64::MAX));
        assert_eq!(read::<i64>("1e999"), None);
        assert_eq!(read::<Option<i64>>("null"), Some(None));
    }

    #[test]
    fn read_of_optional_text_treats_blank_as_absent() {
        let read = |json: &str| read::<Optional<Zeroizing<String>>>(json).map(|text| text.0);
        for blank in ["null", r#""""#, r#"" \t""#, r#""\u0020""#] {
            assert_eq!(read(blank), Some(None), "{blank}");
        }
        for (json, expected) in [(r#""a""#, "a"), (r#"" \u0061""#, " a")] {
            assert_eq!(read(json), Some(Some(Zeroizing::new(expected.to_owned()))), "{json}");
        }
        assert_eq!(read("1"), None);
    }
}
