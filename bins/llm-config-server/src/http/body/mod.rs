//! Request bodies. One declaration of a body type generates its parser and its `OpenAPI` schema:
//!
//! ```text
//! request_body! {
//!     /// A new widget.
//!     pub(crate) struct CreateWidget as WidgetCreationRequest {
//!         /// Unique.
//!         pub(crate) display_name: DisplayName,
//!         pub(crate) size: Option<i64> => in_range(&Widget::SIZE),
//!     }
//!     example { "displayName": "a" }
//! }
//! ```
//!
//! The member of the field `display_name` is `displayName`. [`FromJson`] reads the field's type from JSON,
//! and `ValueSchema` describes it; the function after `=>` adds what the type does not know. A member is
//! optional if its type is an `Option` or implements [`FromJson::absent`]. It may be `null` if
//! [`FromJson::null`] of its type has a value; by default, `null` is the same as an absent member. All errors
//! of a body are reported at once, each at its member, and none quotes a value. The name after `as` is the
//! name in the document.
//!
//! Members that the struct does not have are errors, and the schema excludes them; in an `open struct` they
//! are ignored.
//!
//! More about declarations:
//!
//! - `rules(object) { … }` after the struct checks rules that involve several members. In this block each
//!   member is a variable of type `Option`, which is `None` if the member has an error.
//! - `forbids(…)` describes these rules: schemas of bodies that break one, from `schema::object`.
//! - The type of a member object that is converted to a type of the core library implements [`Check`]; the
//!   member has the type [`Checked`].
//! - A handler receives the body in `Authenticated`.

mod bytes;
pub(crate) mod json;
pub(crate) mod object;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::Data;
use llm_config_core::field::FieldErrors;
use llm_config_core::time::Timestamp;
use llm_config_service::{Parsed, Service};

pub(crate) use bytes::{
    BODY_TIMEOUT, BodyError, BodyTimeout, UNCOUNTED, read_bytes, read_bytes_up_to, request_memory,
};
pub(crate) use json::{Check, Checked, Lenient, Optional, Unchecked, from_text};
pub(crate) use object::{FromJson, FromObject, Member, Object};

/// A type that a handler can receive as the request body.
pub(crate) trait FromBody: Sized {
    /// Reads the body, or returns all its errors.
    fn from_body(request: &HttpRequest, body: &[u8]) -> Parsed<Self>;
}

/// Hands the errors of the body to the handler instead of responding with them, so that the handler can
/// respond with 403 or 404 first.
impl<T: FromBody> FromBody for Parsed<T> {
    fn from_body(request: &HttpRequest, body: &[u8]) -> Parsed<Self> {
        Ok(T::from_body(request, body))
    }
}

/// Reads a body that is one JSON object.
pub(crate) fn read_object<T: FromObject>(request: &HttpRequest, body: &[u8]) -> Parsed<T> {
    let mut errors = FieldErrors::<String>::default();
    check_content_type(request, &mut errors);
    // Only unit tests have no service, and so no clock: they read every time as one in the future.
    let service = request.app_data::<Data<Service>>();
    let now = service.map_or(Timestamp::from_micros(0), |service| service.now());
    Object::read_body(body, now, errors, T::read)
}

/// Refuses a body whose content type is not JSON. A request without a content type is accepted.
fn check_content_type(request: &HttpRequest, errors: &mut FieldErrors<String>) {
    let Some(content_type) = request.headers().get(CONTENT_TYPE) else { return };
    let media_type = content_type.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_json = media_type.eq_ignore_ascii_case("application/json")
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    if !is_json {
        errors.add("content-type", "must be `application/json`");
    }
}

/// The JSON name of a member: `display_name` becomes `displayName`, as in the schema.
pub(crate) fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let mut letters = word.chars();
        name + &letters.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default()
            + letters.as_str()
    })
}

/// Declares a body, or an object in a body: its schema and its reader. See the documentation of the module.
macro_rules! request_body {
    (
        @declare is_open: $is_open:literal
        $(#[$($attribute:tt)*])*
        $vis:vis struct $name:ident $(as $as:ident)? {
            $(
                $(#[$($member_attribute:tt)*])*
                $member_vis:vis $member:ident: $type:ty $(=> $adjust:expr)?
            ),* $(,)?
        }
        $(example $example:tt)?
        $(forbids($($forbidden:expr),* $(,)?))?
        $(rules($object:ident) $rules:block)?
    ) => {
        $(#[$($attribute)*])*
        $vis struct $name {
            $($(#[$($member_attribute)*])* $member_vis $member: $type,)*
        }

        impl $crate::http::body::FromObject for $name {
            fn read(object: &mut $crate::http::body::Object<'_>) -> Option<Self> {
                $(let $member: Option<$type> = {
                    static NAME: std::sync::LazyLock<String> =
                        std::sync::LazyLock::new(|| $crate::http::body::camel_case(stringify!($member)));
                    object.member(&NAME)
                };)*
                $({
                    let $object = &mut *object;
                    $rules
                })?
                if !$is_open {
                    object.refuse_unknown();
                }
                Some(Self { $($member: $member?),* })
            }
        }

        impl $crate::http::body::FromJson for $name {
            fn from_json(member: $crate::http::body::Member<'_>) -> Option<Self> {
                member.object(<Self as $crate::http::body::FromObject>::read)
            }
        }

        impl $crate::http::body::FromBody for $name {
            fn from_body(
                request: &actix_web::HttpRequest,
                body: &[u8],
            ) -> llm_config_service::Parsed<Self> {
                $crate::http::body::read_object(request, body)
            }
        }

        impl $name {
            /// The schema. Adds the components that it refers to.
            fn object_schema(
                components: &mut $crate::http::schema::value::Components,
            ) -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                use $crate::http::body::FromJson;
                use $crate::http::schema::object::{MemberSchema, ObjectSchema};
                use $crate::http::schema::value::ValueSchema;

                let schema = ObjectSchema::new($crate::http::schema::object::docs!($(#[$($attribute)*])*));
                $(let schema = {
                    let value = <$type as ValueSchema>::value_schema(components);
                    $(let value = $adjust(value);)?
                    schema.member(MemberSchema {
                        name: &$crate::http::body::camel_case(stringify!($member)),
                        docs: $crate::http::schema::object::docs!($(#[$($member_attribute)*])*),
                        value,
                        is_required: <$type as FromJson>::absent().is_err(),
                        is_nullable: <$type as FromJson>::null().is_ok(),
                    })
                };)*
                let schema = if $is_open { schema } else { schema.closed() };
                $(let schema = schema.example(serde_json::json!($example));)?
                $(let schema = schema.forbid([$($forbidden),*]);)?
                schema.build()
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                Self::object_schema(&mut Vec::new())
            }
        }

        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                let names = [stringify!($name), $(stringify!($as))?];
                names[names.len() - 1].into()
            }

            fn schemas(components: &mut $crate::http::schema::value::Components) {
                Self::object_schema(components);
            }
        }

        $crate::http::schema::value::components!($name);
    };
    ($(#[$($attribute:tt)*])* open $vis:vis struct $($rest:tt)*) => {
        $crate::http::body::request_body! {
            @declare is_open: true $(#[$($attribute)*])* $vis struct $($rest)*
        }
    };
    ($(#[$($attribute:tt)*])* $vis:vis struct $($rest:tt)*) => {
        $crate::http::body::request_body! {
            @declare is_open: false $(#[$($attribute)*])* $vis struct $($rest)*
        }
    };
}
pub(crate) use request_body;

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde_json::json;
    use utoipa::{PartialSchema, ToSchema};

    use super::*;
    use crate::http::schema::object::both;
    use crate::http::schema::value::in_range;

    request_body! {
        /// Test body.
        /// Another sentence.
        struct Outer {
            /// Required.
            first_name: String,
            size: Option<Lenient<i64>> => in_range(&(1_i64..=9)),
            inner: Option<Inner>,
            list: Option<Vec<Inner>>,
        }
        example {"firstName": "a"}
        forbids(both("size", "inner"))
        rules(object) {
            if size.is_some() && object.has("inner") {
                object.error("size", "excludes inner");
            }
        }
    }

    request_body! {
        /// Test member.
        struct Inner as Member {
            flag: bool,
        }
    }

    request_body! {
        /// Test body that ignores unknown members.
        open struct Open {
            name: Option<String>,
        }
    }

    fn errors<T: FromBody>(body: &str) -> Vec<String> {
        let read = T::from_body(&TestRequest::default().to_http_request(), body.as_bytes());
        let Err(errors) = read else { return vec![] };
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect()
    }

    #[test]
    fn read_of_valid_body_succeeds() {
        assert_eq!(errors::<Outer>(r#"{"firstName": "a", "size": "7", "list": [{"flag": true}]}"#), [""; 0]);
        let request = TestRequest::default().to_http_request();
        let Ok(outer) = Outer::from_body(&request, br#"{"firstName": "a", "size": "7"}"#) else {
            panic!("the body was rejected")
        };
        let Outer { first_name, size, inner, list } = outer;
        assert_eq!((first_name.as_str(), size.map(|size| size.0)), ("a", Some(7)));
        assert!(inner.is_none_or(|inner| inner.flag) && list.is_none());
    }

    #[test]
    fn read_reports_all_errors_at_once_and_quotes_no_value() {
        let body =
            r#"{"size": 1, "inner": {"flag": "sk-1"}, "list": [{"flag": true}, {"other": 1}], "x": "sk-2"}"#;
        assert_eq!(
            errors::<Outer>(body),
            [
                "firstName: is required",
                "inner.flag: must be true or false",
                "list[1].flag: is required",
                "list[1].other: is not a field of this request",
                "size: excludes inner",
                "x: is not a field of this request",
            ]
        );
    }

    #[test]
    fn read_of_open_body_ignores_unknown_members() {
        let request = TestRequest::default().to_http_request();
        let open = Open::from_body(&request, br#"{"name": null, "other": 1}"#);
        assert!(open.is_ok_and(|open| open.name.is_none()));
        assert_eq!(errors::<Open>(r#"{"name": 1, "name": "a"}"#), ["name: is given twice"]);
    }

    #[test]
    fn schema_of_body_is_that_of_its_members() {
        let inner = json!({"$ref": "#/components/schemas/Member"});
        let expected = json!({
            "type": "object",
            "description": "Test body. Another sentence.",
            "required": ["firstName"],
            "properties": {
                "firstName": {"type": "string", "description": "Required."},
                "size": {"type": ["integer", "null"], "format": "int64", "minimum": 1, "maximum": 9},
                "inner": {"oneOf": [{"type": "null"}, inner]},
                "list": {"type": ["array", "null"], "items": inner},
            },
            "additionalProperties": false,
            "examples": [{"firstName": "a"}],
            "not": both("size", "inner"),
        });
        assert_eq!(serde_json::to_value(Outer::schema()).unwrap(), expected);
        let mut components = Vec::new();
        Outer::schemas(&mut components);
        assert!(components.iter().all(|(name, _)| name == "Member") && Inner::name() == "Member");
        assert_eq!(serde_json::to_value(Open::schema()).unwrap().get("additionalProperties"), None);
    }

    #[test]
    fn camel_case_of_field_is_the_name_in_the_schema() {
        for (name, expected) in [("name", "name"), ("max_tokens", "maxTokens"), ("top_p", "topP")] {
            assert_eq!(camel_case(name), expected);
        }
    }
}
