//! JSON objects that are read member by member and collect all errors.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use llm_config_core::field::{Field, FieldErrors};
use llm_config_core::time::Timestamp;
use llm_config_service::Parsed;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use zeroize::Zeroizing;

use crate::http::client_name;

/// A type that a member of a body can have.
pub(crate) trait FromJson: Sized {
    /// Reads a value that is not `null`; `None` after noting an error.
    fn from_json(member: Member<'_>) -> Option<Self>;

    /// The value of an absent member, or the error message if the member is required.
    fn absent() -> Result<Self, &'static str> {
        Err("is required")
    }

    /// The value of a member that is `null`; by default the same as that of an absent member.
    fn null() -> Result<Self, &'static str> {
        Self::absent()
    }

    /// Reads a list of such values.
    fn list_from_json(mut member: Member<'_>) -> Option<Vec<Self>> {
        member.list("must be a list of objects")
    }
}

/// An object that is read member by member; implemented by `request_body!`.
pub(crate) trait FromObject: Sized {
    /// Reads every member and notes its errors; `None` if there are any.
    fn read(object: &mut Object<'_>) -> Option<Self>;
}

/// A JSON object that is being read.
pub(crate) struct Object<'a> {
    /// The path of the object with a dot at its end; empty for the body itself.
    prefix: String,
    members: BTreeMap<String, Value<'a>>,
    /// The time of the request.
    now: Timestamp,
    errors: FieldErrors<String>,
}

/// The value of a member.
struct Value<'a> {
    raw: &'a RawValue,
    /// Whether a type has read it. Other members are unknown.
    is_read: bool,
}

/// A member of an object that is present and not `null`.
pub(crate) struct Member<'a> {
    raw: &'a RawValue,
    path: Cow<'a, str>,
    now: Timestamp,
    errors: &'a mut FieldErrors<String>,
}

impl<'a> Object<'a> {
    /// Reads a body that arrived at `now`. `errors` are the errors of the request's head.
    pub(crate) fn read_body<T>(
        body: &'a [u8],
        now: Timestamp,
        mut errors: FieldErrors<String>,
        read: impl FnOnce(&mut Object<'a>) -> Option<T>,
    ) -> Parsed<T> {
        let text = match std::str::from_utf8(body) {
            Err(_) => Err("the body must be UTF-8".to_owned()),
            Ok(text) if text.trim().is_empty() => {
                Err("the body must be a JSON object, but is empty".to_owned())
            }
            Ok(text) => serde_json::from_str::<&RawValue>(text).map_err(|error| {
                format!("the body is not JSON: line {}, column {}", error.line(), error.column())
            }),
        };
        let members = text.and_then(|raw| members(raw).ok_or("the body must be a JSON object".to_owned()));
        match members {
            Ok(members) => {
                let mut object = Self::new(String::new(), members, now, errors);
                match read(&mut object) {
                    Some(value) if object.errors.is_empty() => Ok(value),
                    Some(_) | None => {
                        let errors = object.errors;
                        Err(errors)
                    }
                }
            }
            Err(message) => {
                errors.add("", message);
                Err(errors)
            }
        }
    }

    fn new(
        prefix: String,
        list: Vec<(String, &'a RawValue)>,
        now: Timestamp,
        mut errors: FieldErrors<String>,
    ) -> Self {
        let mut members = BTreeMap::new();
        let mut repeated = BTreeSet::new();
        for (name, raw) in list {
            if let Some((name, _)) = members.remove_entry(&name) {
                repeated.insert(name);
            }
            members.insert(name, Value { raw, is_read: false });
        }
        for name in &repeated {
            errors.add(format!("{prefix}{}", client_name::printable(name)), "is given twice");
        }
        Self { prefix, members, now, errors }
    }

    /// Reads a member by its type; `None` after noting an error.
    pub(crate) fn member<T: FromJson>(&mut self, name: &str) -> Option<T> {
        let value = match self.members.get_mut(name) {
            Some(Value { raw, is_read }) => {
                *is_read = true;
                if raw.get() != "null" {
                    let path = if self.prefix.is_empty() {
                        Cow::Borrowed(name)
                    } else {
                        Cow::Owned(format!("{}{name}", self.prefix))
                    };
                    return T::from_json(Member { raw, path, now: self.now, errors: &mut self.errors });
                }
                T::null()
            }
            None => T::absent(),
        };
        value.map_err(|message| self.error(name, message)).ok()
    }

    /// Whether the member is present and not `null`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|value| value.raw.get() != "null")
    }

    /// Notes an error of a member.
    pub(crate) fn error(&mut self, name: &str, message: impl fmt::Display) {
        self.errors.add(format!("{}{name}", self.prefix), message);
    }

    /// Notes an error of the object itself.
    pub(crate) fn own_error(&mut self, message: impl fmt::Display) {
        self.errors.add(self.prefix.trim_end_matches('.'), message);
    }

    /// Returns the checked value, or `None` after noting the errors. `path` returns the path of the member
    /// for a field of a configuration.
    pub(crate) fn check_fields<T>(
        &mut self,
        checked: Result<T, FieldErrors>,
        path: impl Fn(Field) -> &'static str,
    ) -> Option<T> {
        let note = |errors: FieldErrors| {
            self.errors.extend(errors.renamed(|field| path(field).to_owned()));
        };
        checked.map_err(note).ok()
    }

    /// Notes an error of two members that exclude each other.
    pub(crate) fn exclude(&mut self, first: &str, second: &str) {
        if self.has(first) && self.has(second) {
            self.error(first, format_args!("must not be sent together with {second}; send one of them"));
        }
    }

    /// Notes an error for every member that was not read.
    pub(crate) fn refuse_unknown(&mut self) {
        for (name, _) in self.members.iter().filter(|(_, value)| !value.is_read) {
            self.errors.add(
                format!("{}{}", self.prefix, client_name::printable(name)),
                "is not a field of this request",
            );
        }
    }
}

impl<'a> Member<'a> {
    /// The member's JSON text as it was sent.
    pub(crate) fn json(&self) -> &'a str {
        self.raw.get()
    }

    /// The value as a type of serde's; `None` without noting an error. Use [`Self::text`] for strings.
    pub(crate) fn parse<T: Deserialize<'a>>(&self) -> Option<T> {
        serde_json::from_str(self.json()).ok()
    }

    /// The value if it is a string; `None` without noting an error. Any string may be a secret, so the
    /// copy is overwritten in memory when dropped.
    pub(crate) fn text(&self) -> Option<Zeroizing<String>> {
        self.parse().map(Zeroizing::new)
    }

    /// Whether the value is a string without characters other than white space.
    pub(crate) fn is_blank(&self) -> bool {
        // A string without escapes is read in place, without a copy.
        match self.parse::<&str>() {
            Some(text) => text.trim().is_empty(),
            None => self.text().is_some_and(|text| text.trim().is_empty()),
        }
    }

    /// The time of the request.
    pub(crate) const fn now(&self) -> Timestamp {
        self.now
    }

    /// Returns `value`; if it is `None`, notes `expected` as the error of the member.
    pub(crate) fn expect<T>(self, value: Option<T>, expected: &str) -> Option<T> {
        if value.is_none() {
            self.errors.add(self.path, expected);
        }
        value
    }

    /// The value of `result`, or `None` after noting its error.
    pub(crate) fn check<T, E: fmt::Display>(&mut self, result: Result<T, E>) -> Option<T> {
        result.map_err(|error| self.errors.add(&*self.path, error)).ok()
    }

    /// Reads the member as an object.
    pub(crate) fn object<T>(self, read: impl FnOnce(&mut Object<'a>) -> Option<T>) -> Option<T> {
        let Self { raw, path, now, errors } = self;
        let Some(members) = members(raw) else {
            errors.add(path, "must be an object");
            return None;
        };
        let mut object = Object::new(format!("{path}."), members, now, std::mem::take(errors));
        let value = read(&mut object);
        *errors = object.errors;
        value
    }

    /// Reads the member as a list of `T`; the entries are `path[0]`, `path[1]`, …
    pub(crate) fn list<T: FromJson>(&mut self, expected: &str) -> Option<Vec<T>> {
        let Self { raw, path, now, errors } = self;
        let Ok(list) = serde_json::from_str::<Vec<&RawValue>>(raw.get()) else {
            errors.add(&**path, expected);
            return None;
        };
        let mut entries = Vec::new();
        for (n, raw) in list.into_iter().enumerate() {
            entries.push(T::from_json(Member {
                raw,
                path: Cow::Owned(format!("{path}[{n}]")),
                now: *now,
                errors,
            }));
        }
        entries.into_iter().collect()
    }

    /// Reads the member as an object whose values are strings, and converts it.
    pub(crate) fn text_map<T, E: fmt::Display>(
        self,
        convert: impl FnOnce(BTreeMap<String, String>) -> Result<T, E>,
    ) -> Option<T> {
        self.object(|object| {
            let mut texts = BTreeMap::new();
            for (name, Value { raw, .. }) in std::mem::take(&mut object.members) {
                match serde_json::from_str(raw.get()) {
                    Ok(text) => {
                        texts.insert(name, text);
                    }
                    Err(_) => object.error(&client_name::printable(&name), "must be a string"),
                }
            }
            convert(texts).map_err(|error| object.own_error(error)).ok()
        })
    }
}

/// The members in their order, with repetitions; `None` if the value is not an object.
fn members(raw: &RawValue) -> Option<Vec<(String, &RawValue)>> {
    struct Members<'a>(Vec<(String, &'a RawValue)>);
    struct Collect;

    impl<'de> Visitor<'de> for Collect {
        type Value = Vec<(String, &'de RawValue)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(member) = map.next_entry()? {
                members.push(member);
            }
            Ok(members)
        }
    }

    impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserializer.deserialize_map(Collect).map(Self)
        }
    }

    serde_json::from_str(raw.get()).map(|Members(members)| members).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(body: &str, expected: &[&str]) {
        let read = |object: &mut Object<'_>| {
            object.refuse_unknown();
            Some(())
        };
        let now = Timestamp::from_micros(0);
        let errors = match Object::read_body(body.as_bytes(), now, FieldErrors::<String>::default(), read) {
            Err(errors) => errors,
            Ok(()) => FieldErrors::<String>::default(),
        };
        let found: Vec<_> =
            errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn read_body_of_anything_but_one_json_object_is_rejected() {
        check("", &[": the body must be a JSON object, but is empty"]);
        check("[]", &[": the body must be a JSON object"]);
        check("{", &[": the body is not JSON: line 1, column 1"]);
        check("{} {}", &[": the body is not JSON: line 1, column 4"]);
        check("{}", &[]);
    }

    #[test]
    fn read_body_with_repeated_or_unknown_members_names_them() {
        check(r#"{"d": 1, "d": 2}"#, &["d: is given twice", "d: is not a field of this request"]);
    }
}
