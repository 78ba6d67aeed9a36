//! Reading JSON bodies field by field, so that every fault is named at once and none is quoted.

use llm_config_core::field::FieldErrors;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use actix_web::HttpRequest;
use actix_web::http::header::CONTENT_TYPE;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Refuses a body that says it is something other than JSON. Saying nothing is fine.
pub(super) fn check_content_type(request: &HttpRequest, problems: &mut FieldErrors<String>) {
    let Some(given) = request.headers().get(CONTENT_TYPE) else { return };
    let media_type = given.to_str().unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let is_json = media_type.eq_ignore_ascii_case("application/json")
        || (media_type.starts_with("application/") && media_type.ends_with("+json"));
    if !is_json {
        problems.add("content-type", "must be `application/json`");
    }
}

/// A JSON object whose members are taken one by one. A member that is `null` is not given.
#[derive(Default)]
pub(super) struct Object<'a> {
    prefix: String,
    members: BTreeMap<String, &'a RawValue>,
}

/// The members in order of their appearance, repetitions included.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
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

        deserializer.deserialize_map(Collect).map(Self)
    }
}

impl<'a> Object<'a> {
    /// The object that a body consists of; without one after noting why.
    pub(super) fn parse(body: &'a [u8], problems: &mut FieldErrors<String>) -> Self {
        match std::str::from_utf8(body) {
            Err(_) => problems.add("", "the body must be UTF-8"),
            Ok(text) if text.trim().is_empty() => {
                problems.add("", "the body must be a JSON object, but is empty");
            }
            Ok(text) => match serde_json::from_str::<&RawValue>(text) {
                Ok(raw) => return Self::of(raw, String::new(), problems).unwrap_or_default(),
                Err(error) => {
                    let (line, column) = (error.line(), error.column());
                    problems.add("", format_args!("the body is not JSON: line {line}, column {column}"));
                }
            },
        }
        Self::default()
    }

    fn of(raw: &'a RawValue, prefix: String, problems: &mut FieldErrors<String>) -> Option<Self> {
        let Ok(Members(list)) = serde_json::from_str(raw.get()) else {
            match prefix.trim_end_matches('.') {
                "" => problems.add("", "the body must be a JSON object"),
                field => problems.add(field, "must be an object"),
            }
            return None;
        };
        let mut members = BTreeMap::new();
        let mut repeated = BTreeSet::new();
        for (name, value) in list {
            if let Some((name, _)) = members.remove_entry(&name) {
                repeated.insert(name);
            }
            members.insert(name, value);
        }
        for name in &repeated {
            problems.add(format!("{prefix}{}", shown(name)), "is given twice");
        }
        Some(Self { prefix, members })
    }

    fn field(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The member's JSON text as it was sent.
    pub(super) fn raw(&mut self, name: &str) -> Option<&'a RawValue> {
        #[cfg(test)]
        super::asked::note(&self.field(name));
        self.members.remove(name).filter(|raw| raw.get() != "null")
    }

    fn take<T>(
        &mut self,
        name: &str,
        expected: &str,
        problems: &mut FieldErrors<String>,
        read: impl FnOnce(&'a RawValue) -> Option<T>,
    ) -> Option<T> {
        let value = read(self.raw(name)?);
        if value.is_none() {
            problems.add(self.field(name), expected);
        }
        value
    }

    /// A string.
    pub(super) fn text(&mut self, name: &str, problems: &mut FieldErrors<String>) -> Option<String> {
        self.take(name, "must be a string", problems, parse)
    }

    /// A string that is parsed further.
    pub(super) fn parsed<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
        problems: &mut FieldErrors<String>,
    ) -> Option<T> {
        let text = self.text(name, problems)?;
        text.parse().map_err(|error| problems.add(self.field(name), error)).ok()
    }

    /// A string that is parsed further and must be there.
    pub(super) fn required<T: std::str::FromStr<Err: fmt::Display>>(
        &mut self,
        name: &str,
        problems: &mut FieldErrors<String>,
    ) -> Option<T> {
        let (is_given, before) = (self.members.contains_key(name) && !self.is_null(name), problems.len());
        let value = self.parsed(name, problems);
        if !is_given && problems.len() == before {
            problems.add(self.field(name), "is required");
        }
        value
    }

    /// Whether the member is there and `null`.
    pub(super) fn is_null(&self, name: &str) -> bool {
        self.members.get(name).is_some_and(|raw| raw.get() == "null")
    }

    /// A whole number; `2048.0` is one.
    pub(super) fn integer(
        &mut self,
        name: &str,
        field_names: Spelling,
        problems: &mut FieldErrors<String>,
    ) -> Option<i64> {
        self.take(name, "must be a whole number", problems, |raw| {
            field_names.parse::<i64>(raw).or_else(|| whole(field_names.parse(raw)?))
        })
    }
}

/// A name that a client made up, short and printable.
fn shown(name: &str) -> String {
    let short: String = name.chars().take(64).collect();
    short.escape_debug().to_string()
}

/// Whether a field takes its value also as a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Real JSON types only.
    Exact,
}

impl Spelling {
    fn parse<T: DeserializeOwned>(self, raw: &RawValue) -> Option<T> {
        match self {
            Self::Exact => parse(raw),
        }
    }
}

fn parse<'a, T: Deserialize<'a>>(raw: &'a RawValue) -> Option<T> {
    serde_json::from_str(raw.get()).ok()
}

/// Beyond 2^53 a float does not say which whole number was meant; clamped, it is out of every
/// range that a field has.
fn whole(number: f64) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "clamped by the cast, which is what is wanted")]
    let integer = number as i64;
    (number.fract() == 0.0).then_some(integer)
}
