//! The schemas of values in requests. Lengths, ranges and formats are those of the types that read the
//! values.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use llm_config_core::config::{ClientConfig, ContextLength, Labels, SearchTerm};
use llm_config_core::credential::{HeaderName, HeaderPrefix};
use llm_config_core::endpoint::{ApiPath, Endpoint};
use llm_config_core::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use llm_config_core::secret::{Secret, SecretRef, SecretStore};
use llm_config_core::text::{Description, DisplayName, ModelId, ModelVersion, StopSequence};
use llm_config_core::user::{Email, PersonName};
use llm_config_probe::ping::Message;
use llm_config_service::CursorText;
use utoipa::Number;
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, ObjectBuilder, Type};
use utoipa::openapi::{KnownFormat, Ref, RefOr, Schema, SchemaFormat};
use zeroize::Zeroizing;

/// The components of a document: schemas by name.
pub(crate) type Components = Vec<(String, RefOr<Schema>)>;

/// A type of values in requests.
pub(crate) trait ValueSchema {
    /// The schema of a value. Adds the components that the schema refers to.
    fn value_schema(components: &mut Components) -> RefOr<Schema>;
}

/// A pattern that every text with a character other than white space matches.
const NOT_BLANK: &str = r"\S";

/// A text.
pub(crate) fn text() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String)
}

/// A text that is not blank, with at most `limit` characters.
pub(crate) fn not_blank(limit: usize) -> ObjectBuilder {
    text().min_length(Some(1)).max_length(Some(limit)).pattern(Some(NOT_BLANK))
}

/// A text that only requests contain. It has at most as many characters as a secret may have bytes.
pub(crate) fn secret() -> ObjectBuilder {
    not_blank(Secret::LIMIT).format(Some(SchemaFormat::KnownFormat(KnownFormat::Password))).write_only(true)
}

/// The id of an object.
pub(crate) fn uuid() -> ObjectBuilder {
    text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
}

/// A whole number.
pub(crate) fn integer() -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int64);
    ObjectBuilder::new().schema_type(Type::Integer).format(Some(format))
}

/// A list of values.
pub(crate) fn list(items: impl Into<RefOr<Schema>>) -> ArrayBuilder {
    ArrayBuilder::new().items(items.into())
}

/// An object with any members, whose values are texts.
fn text_map(key: ObjectBuilder, value: ObjectBuilder) -> ObjectBuilder {
    let value = AdditionalProperties::RefOr(value.into());
    let schema = ObjectBuilder::new().schema_type(Type::Object).additional_properties(Some(value));
    schema.property_names(Some(key))
}

/// An object whose members are texts: at most `limit` of them, whose names and values have at most
/// `text_limit` characters.
pub(crate) fn limited_text_map(limit: usize, text_limit: usize) -> ObjectBuilder {
    let limited = || text().max_length(Some(text_limit));
    text_map(limited(), limited()).max_properties(Some(limit))
}

/// Limits a number to a range.
pub(crate) fn in_range<T: Copy + Into<Number>>(
    range: &RangeInclusive<T>,
) -> impl Fn(RefOr<Schema>) -> RefOr<Schema> {
    let (minimum, maximum) = (*range.start(), *range.end());
    move |schema| match schema {
        RefOr::T(Schema::Object(mut object)) => {
            object.minimum = Some(minimum.into());
            object.maximum = Some(maximum.into());
            RefOr::T(Schema::Object(object))
        }
        other @ (RefOr::Ref(_) | RefOr::T(_)) => other,
    }
}

/// Limits the number of entries of a list.
pub(crate) fn max_items(limit: usize) -> impl Fn(RefOr<Schema>) -> RefOr<Schema> {
    move |schema| match schema {
        RefOr::T(Schema::Array(mut array)) => {
            array.max_items = Some(limit);
            RefOr::T(Schema::Array(array))
        }
        other @ (RefOr::Ref(_) | RefOr::T(_)) => other,
    }
}

/// A whole number in a range that 32 bits hold.
pub(crate) fn small_integer(range: &RangeInclusive<i64>) -> ObjectBuilder {
    let format = SchemaFormat::KnownFormat(KnownFormat::Int32);
    integer().format(Some(format)).minimum(Some(*range.start())).maximum(Some(*range.end()))
}

/// Allows blank texts, where they mean that there is no value.
pub(crate) fn or_blank(mut schema: RefOr<Schema>) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.min_length = None;
        object.pattern.take_if(|pattern| pattern == NOT_BLANK);
    }
    schema
}

/// The pattern of references: the scheme of a store, and the name of a secret.
fn reference_pattern() -> String {
    let schemes: Vec<_> = SecretStore::ALL.iter().map(|store| store.scheme()).collect();
    format!(r"^\s*({})\S", schemes.join("|"))
}

/// Refers to the component of the type.
pub(crate) fn reference<T: utoipa::ToSchema>(components: &mut Components) -> RefOr<Schema> {
    components.push((T::name().into_owned(), T::schema()));
    T::schemas(components);
    Ref::from_schema_name(T::name()).into()
}

/// Declares the schemas of types without components.
macro_rules! value_schemas {
    ($($type:ty => $schema:expr;)*) => {$(
        impl $crate::http::schema::value::ValueSchema for $type {
            fn value_schema(
                _: &mut $crate::http::schema::value::Components,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $schema.into()
            }
        }
    )*};
}
pub(crate) use value_schemas;

/// Declares types whose schemas are components.
macro_rules! components {
    ($($type:ty),* $(,)?) => {$(
        impl $crate::http::schema::value::ValueSchema for $type {
            fn value_schema(
                components: &mut $crate::http::schema::value::Components,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::http::schema::value::reference::<Self>(components)
            }
        }
    )*};
}
pub(crate) use components;

impl<T: ValueSchema> ValueSchema for Option<T> {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        T::value_schema(components)
    }
}

impl<T: ValueSchema> ValueSchema for Vec<T> {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        list(T::value_schema(components)).into()
    }
}

value_schemas! {
    bool => ObjectBuilder::new().schema_type(Type::Boolean);
    i64 => integer();
    f64 => ObjectBuilder::new()
        .schema_type(Type::Number)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)));
    String => text();
    Zeroizing<String> => secret();
    BTreeMap<String, String> => text_map(text(), text());
    ConfigId => uuid();
    PrincipalId => uuid();
    TokenId => uuid();
    WorkspaceId => uuid();
    DisplayName => not_blank(DisplayName::LIMIT);
    Description => not_blank(Description::LIMIT);
    ModelId => not_blank(ModelId::LIMIT);
    ModelVersion => not_blank(ModelVersion::LIMIT);
    PersonName => not_blank(PersonName::LIMIT);
    Email => text()
        .max_length(Some(Email::LIMIT))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
    Endpoint => not_blank(Endpoint::LIMIT)
        .pattern(None::<String>)
        .format(Some(SchemaFormat::Custom("uri".to_owned())));
    // White space around the path is removed; inside it is an error.
    ApiPath => text()
        .max_length(Some(ApiPath::LIMIT))
        .pattern(Some(r"^\s*[^\s\\#\u0000-\u001F\u007F-\u009F]*\s*$"));
    Labels => text_map(
        text().min_length(Some(1)).max_length(Some(Labels::TEXT_LIMIT)).pattern(Some("^[a-z0-9._-]+$")),
        text().max_length(Some(Labels::TEXT_LIMIT)),
    )
    .max_properties(Some(Labels::LIMIT));
    ClientConfig => ObjectBuilder::new().schema_type(Type::Object);
    ContextLength => small_integer(&ContextLength::RANGE);
    HeaderName => text()
        .max_length(Some(HeaderName::LIMIT))
        .pattern(Some(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]*$"));
    HeaderPrefix => text().max_length(Some(HeaderPrefix::LIMIT));
    SecretRef => text().max_length(Some(SecretRef::URI_LIMIT)).pattern(Some(reference_pattern()));
    SearchTerm => not_blank(SearchTerm::LIMIT);
    CursorText => text();
    StopSequence => not_blank(StopSequence::LIMIT);
    Message => text().max_length(Some(Message::LIMIT));
}
