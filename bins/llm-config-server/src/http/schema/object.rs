//! The schema of an object in a request body.

use serde_json::{Value, json};
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};

/// The schema of an object while its members are added.
pub(crate) struct ObjectSchema {
    object: ObjectBuilder,
    forbidden: Vec<Value>,
}

/// A member of an object.
pub(crate) struct MemberSchema<'a> {
    pub(crate) name: &'a str,
    /// The lines of the documentation comment.
    pub(crate) docs: &'a str,
    pub(crate) value: RefOr<Schema>,
    pub(crate) is_required: bool,
    pub(crate) is_nullable: bool,
}

impl ObjectSchema {
    /// An object; `docs` are the lines of the documentation comment.
    pub(crate) fn new(docs: &str) -> Self {
        let object = ObjectBuilder::new().schema_type(Type::Object).description(description(docs));
        Self { object, forbidden: Vec::new() }
    }

    /// Adds a member.
    pub(crate) fn member(mut self, member: MemberSchema<'_>) -> Self {
        let MemberSchema { name, docs, value, is_required, is_nullable } = member;
        let mut value = if is_nullable { nullable(value) } else { value };
        describe(&mut value, docs);
        self.object = self.object.property(name, value);
        if is_required {
            self.object = self.object.required(name);
        }
        self
    }

    /// Excludes members that are not declared.
    pub(crate) fn closed(mut self) -> Self {
        self.object = self.object.additional_properties(Some(AdditionalProperties::FreeForm(false)));
        self
    }

    /// Adds an example of the object.
    pub(crate) fn example(mut self, example: Value) -> Self {
        self.object = self.object.examples([example]);
        self
    }

    /// Excludes objects that match one of these schemas.
    pub(crate) fn forbid(mut self, forbidden: impl IntoIterator<Item = Value>) -> Self {
        self.forbidden.extend(forbidden);
        self
    }

    pub(crate) fn build(self) -> RefOr<Schema> {
        let Self { object, mut forbidden } = self;
        let mut object = object.build();
        if forbidden.contains(&nothing()) {
            object.min_properties = Some(1);
        }
        let not = if forbidden.len() > 1 { Some(json!({"anyOf": forbidden})) } else { forbidden.pop() };
        if let Some(not) = not {
            // utoipa has no member for this keyword of JSON Schema. All generators of clients that we know
            // ignore it, while with `oneOf` most would make a type for each case.
            object.extensions.get_or_insert_default().insert("not".to_owned(), not);
        }
        RefOr::T(Schema::Object(object))
    }
}

/// Objects with both of these members. Null is the same as an absent member.
pub(crate) fn both(first: &str, second: &str) -> Value {
    json!({"required": [first, second], "properties": {first: present(), second: present()}})
}

/// Objects with none of these members.
pub(crate) fn neither(first: &str, second: &str) -> Value {
    json!({"properties": {first: absent(), second: absent()}})
}

/// Objects without any member.
pub(crate) fn nothing() -> Value {
    json!({"additionalProperties": absent()})
}

/// Objects in which `member` has one of `values`, and `other` matches `schema`: [`present`] or [`absent`].
pub(crate) fn with(member: &str, values: &[Value], other: &str, schema: &Value) -> Value {
    let mut required = Vec::new();
    if !values.contains(&Value::Null) {
        required.push(member);
    }
    if *schema == present() {
        required.push(other);
    }
    json!({"required": required, "properties": {member: {"enum": values}, other: schema}})
}

/// Any value but null.
pub(crate) fn present() -> Value {
    json!({"not": {"type": "null"}})
}

/// Null.
pub(crate) fn absent() -> Value {
    json!({"type": "null"})
}

/// The text of documentation comments among attributes.
macro_rules! docs {
    ($(#[$($attribute:tt)*])*) => {
        concat!($($crate::http::schema::object::docs!(@line $($attribute)*)),*)
    };
    (@line doc = $line:literal) => { concat!($line, "\n") };
    (@line $($other:tt)*) => { "" };
}
pub(crate) use docs;

/// The text of a documentation comment, with each paragraph on one line.
pub(crate) fn description(docs: &str) -> Option<String> {
    let text = docs.lines().map(str::trim).fold(String::new(), |text, line| match line {
        "" if text.is_empty() => text,
        "" => text + "\n\n",
        _ if text.is_empty() || text.ends_with('\n') => text + line,
        _ => text + " " + line,
    });
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The schema, or null.
fn nullable(schema: RefOr<Schema>) -> RefOr<Schema> {
    let add_null = |schema_type: &mut SchemaType| match schema_type {
        SchemaType::Type(only) if *only != Type::Null => {
            *schema_type = [only.clone(), Type::Null].into_iter().collect();
        }
        SchemaType::Type(_) | SchemaType::Array(_) | SchemaType::AnyValue => {}
    };
    match schema {
        RefOr::T(Schema::Object(mut object)) => {
            add_null(&mut object.schema_type);
            RefOr::T(Schema::Object(object))
        }
        RefOr::T(Schema::Array(mut array)) => {
            add_null(&mut array.schema_type);
            RefOr::T(Schema::Array(array))
        }
        other @ (RefOr::Ref(_) | RefOr::T(_)) => {
            OneOfBuilder::new().item(ObjectBuilder::new().schema_type(Type::Null)).item(other).into()
        }
    }
}

fn describe(schema: &mut RefOr<Schema>, docs: &str) {
    let Some(description) = description(docs) else { return };
    match schema {
        RefOr::Ref(reference) => reference.description = description,
        RefOr::T(Schema::Object(object)) => object.description = Some(description),
        RefOr::T(Schema::Array(array)) => array.description = Some(description),
        RefOr::T(Schema::OneOf(one_of)) => one_of.description = Some(description),
        // No member has such a schema.
        RefOr::T(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::schema::value::{list, text, uuid};

    fn check(value: impl Into<RefOr<Schema>>, is_nullable: bool, expected: &Value) {
        let member = MemberSchema {
            name: "a",
            docs: " First\n line.\n\n Second.\n",
            value: value.into(),
            is_required: !is_nullable,
            is_nullable,
        };
        let schema = serde_json::to_value(ObjectSchema::new("").member(member).build()).unwrap();
        assert_eq!(&schema["properties"]["a"], expected);
        assert_eq!(schema.get("required").is_some(), !is_nullable);
    }

    #[test]
    fn build_of_member_has_description_and_null_where_it_is_accepted() {
        let docs = "First line.\n\nSecond.";
        check(uuid(), false, &json!({"type": "string", "format": "uuid", "description": docs}));
        let nullable = json!({"type": ["array", "null"], "items": {"type": "string"}, "description": docs});
        check(list(text()), true, &nullable);
        let reference = utoipa::openapi::Ref::from_schema_name("B");
        let either = json!([{"type": "null"}, {"$ref": "#/components/schemas/B"}]);
        check(reference, true, &json!({"oneOf": either, "description": docs}));
    }

    #[test]
    fn build_with_forbidden_objects_excludes_them() {
        let schema = |forbidden: Vec<Value>| {
            serde_json::to_value(ObjectSchema::new("").closed().forbid(forbidden).build()).unwrap()
        };
        let closed = json!({"type": "object", "additionalProperties": false});
        assert_eq!(schema(vec![]), closed);
        let change = schema(vec![nothing()]);
        assert_eq!((&change["not"], &change["minProperties"]), (&nothing(), &json!(1)));
        let several = schema(vec![both("a", "b"), neither("a", "b")]);
        assert_eq!(several["not"], json!({"anyOf": [both("a", "b"), neither("a", "b")]}));
    }
}
