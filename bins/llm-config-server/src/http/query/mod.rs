//! Query parameters. A struct of `query_params!` is both the reader and the documentation:
//!
//! ```text
//! query_params! {
//!     pub(crate) struct ListQuery {
//!         /// Only LLMs of this user.
//!         pub(crate) owner_id: Option<PrincipalId>,
//!     }
//! }
//! ```
//!
//! The parameter is called `ownerId`. [`FromParam`] of the field's type reads it and describes it.
//! [`BothSpellings`] of the struct accepts `owner_id` too. The list of operations names the struct,
//! `operations![list(BothSpellings<list::ListQuery>)]`; the handler calls [`read`]. All errors are reported
//! at once, and a parameter that no member of the struct reads is an error.

mod unknown;

use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::{Deprecated, RefOr, Required, Schema};

use crate::http::schema::object;
use crate::http::schema::value::{Components, ValueSchema};

/// The parameters of a query while they are read.
pub(crate) struct Query {
    pairs: Vec<Pair>,
    has_both_spellings: bool,
    errors: FieldErrors<String>,
}

/// A parameter that was sent.
struct Pair {
    name: String,
    value: String,
    /// Whether a member of the struct has read it.
    is_read: bool,
}

/// A set of parameters; implemented by `query_params!`.
pub(crate) trait FromQuery: Sized {
    /// Reads every parameter and notes its errors; `None` if there are any.
    fn from_query(query: &mut Query) -> Option<Self>;

    /// The description of the parameters. Adds the components that it refers to.
    fn describe(components: &mut Components) -> Vec<Parameter>;
}

/// A type that a parameter can have.
pub(crate) trait FromParam: Sized {
    /// Reads the parameter; `None` after noting an error.
    fn from_param(query: &mut Query, name: &str) -> Option<Self>;

    /// The schema of the parameter. Adds the components that it refers to.
    fn param_schema(components: &mut Components) -> RefOr<Schema>;
}

/// Parameters whose names may be in camel case or, as newer clients send them, in snake case.
pub(crate) struct BothSpellings<T>(pub(crate) T);

/// Parameters of an operation that has none.
pub(crate) struct NoParameters;

/// Reads the query of a request.
pub(crate) fn read<T: FromQuery>(request: &HttpRequest) -> Parsed<T> {
    read_text(request.query_string())
}

/// Reads a query string.
pub(crate) fn read_text<T: FromQuery>(query: &str) -> Parsed<T> {
    // Decoded: `+` and `%20` are spaces, `%5B` is a bracket.
    let pairs = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let pairs = pairs.map(|(name, value)| Pair { name, value, is_read: false }).collect();
    let mut query = Query { pairs, has_both_spellings: false, errors: FieldErrors::<String>::default() };
    let value = T::from_query(&mut query);
    let Query { pairs, mut errors, .. } = query;
    let unread = pairs.into_iter().filter(|pair| !pair.is_read).map(|pair| pair.name).collect();
    unknown::refuse(&mut errors, &unread, || T::describe(&mut Components::new()));
    match value {
        Some(value) if errors.is_empty() => Ok(value),
        Some(_) | None => Err(errors),
    }
}

impl Query {
    /// Reads the parameters that `select` chooses by their names: each with what `select` returns.
    pub(crate) fn select<K>(&mut self, select: impl Fn(&str) -> Option<K>) -> Vec<(K, String)> {
        let mut selected = Vec::new();
        for pair in &mut self.pairs {
            if let Some(key) = select(&pair.name) {
                pair.is_read = true;
                selected.push((key, pair.value.clone()));
            }
        }
        selected
    }

    /// Reads all values of a parameter.
    fn values(&mut self, name: &str) -> Vec<String> {
        let snake_case = self.has_both_spellings.then(|| snake_case(name));
        let is_named = |other: &str| other == name || snake_case.as_deref() == Some(other);
        let values = self.select(|other| is_named(other).then_some(()));
        values.into_iter().map(|((), value)| value).collect()
    }

    /// The value of a parameter. Two different values are an error, because the server cannot know which
    /// of them the client means.
    pub(crate) fn value(&mut self, name: &str) -> Option<String> {
        let mut values = self.values(name).into_iter();
        let first = values.next()?;
        if values.any(|other| other != first) {
            self.errors.add(name, "is given twice, with different values");
            return None;
        }
        Some(first)
    }

    /// The first value of a parameter; `None` if it is empty.
    fn first(&mut self, name: &str) -> Option<String> {
        self.values(name).into_iter().next().filter(|value| !value.is_empty())
    }

    /// Notes an error of a parameter.
    pub(crate) fn error(&mut self, name: &str, message: impl Display) {
        self.errors.add(name, message);
    }
}

impl<T: FromStr<Err: Display> + ValueSchema> FromParam for Option<T> {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let Some(text) = query.value(name) else { return Some(None) };
        text.parse().map_err(|error| query.error(name, error)).ok().map(Some)
    }

    fn param_schema(components: &mut Components) -> RefOr<Schema> {
        T::value_schema(components)
    }
}

/// A parameter with one value: further values are ignored, and an empty value is the same as none.
pub(crate) struct First<T>(pub(crate) Option<T>);

impl<T: FromStr<Err: Display> + ValueSchema> FromParam for First<T> {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let Some(text) = query.first(name) else { return Some(Self(None)) };
        let value = text.parse();
        value.map_err(|error| query.error(name, error)).ok().map(|value| Self(Some(value)))
    }

    fn param_schema(components: &mut Components) -> RefOr<Schema> {
        T::value_schema(components)
    }
}

/// `true` or `false`; absent or empty is `false`.
pub(crate) struct Flag(pub(crate) bool);

impl FromParam for Flag {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        match query.value(name).as_deref() {
            None | Some("false" | "") => Some(Self(false)),
            Some("true") => Some(Self(true)),
            Some(_) => {
                query.error(name, "must be true or false");
                None
            }
        }
    }

    fn param_schema(components: &mut Components) -> RefOr<Schema> {
        bool::value_schema(components)
    }
}

/// A name from a closed list, in upper or lower case.
pub(crate) struct AnyCase<T>(pub(crate) T);

impl<T: FromStr> FromStr for AnyCase<T> {
    type Err = T::Err;

    fn from_str(name: &str) -> Result<Self, T::Err> {
        name.to_uppercase().parse().map(Self)
    }
}

impl<T: FromQuery> FromQuery for BothSpellings<T> {
    fn from_query(query: &mut Query) -> Option<Self> {
        query.has_both_spellings = true;
        T::from_query(query).map(Self)
    }

    fn describe(components: &mut Components) -> Vec<Parameter> {
        let both = |parameter: Parameter| {
            let mut twin = parameter.clone();
            twin.name = snake_case(&parameter.name);
            twin.description = Some(format!("The same as `{}`.", parameter.name));
            twin.deprecated = Some(Deprecated::True);
            let has_twin = twin.name != parameter.name;
            [Some(parameter), has_twin.then_some(twin)].into_iter().flatten()
        };
        T::describe(components).into_iter().flat_map(both).collect()
    }
}

impl FromQuery for NoParameters {
    fn from_query(_: &mut Query) -> Option<Self> {
        Some(Self)
    }

    fn describe(_: &mut Components) -> Vec<Parameter> {
        Vec::new()
    }
}

impl<T: FromStr + ValueSchema> ValueSchema for AnyCase<T> {
    fn value_schema(components: &mut Components) -> RefOr<Schema> {
        T::value_schema(components)
    }
}

/// The description of a parameter; `docs` are the lines of its documentation comment.
pub(crate) fn parameter<T: FromParam>(name: &str, docs: &str, components: &mut Components) -> Parameter {
    let schema = T::param_schema(components);
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Query)
        .description(object::description(docs))
        .required(Required::False);
    let parameter = match &schema {
        RefOr::T(Schema::Array(_)) => parameter.style(Some(ParameterStyle::Form)).explode(Some(true)),
        RefOr::T(_) | RefOr::Ref(_) => parameter,
    };
    parameter.schema(Some(schema)).build()
}

fn snake_case(name: &str) -> String {
    name.chars().fold(String::new(), |mut snake, letter| {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
        snake
    })
}

/// Declares parameters: their documentation and their reader. See the documentation of the module. With
/// `checked struct`, the values must only be valid, and no handler reads them.
macro_rules! query_params {
    (
        $(#[$($attribute:tt)*])*
        $vis:vis struct $name:ident {
            $($(#[$($param_attribute:tt)*])* $param_vis:vis $param:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$($attribute)*])*
        $vis struct $name {
            $($(#[$($param_attribute)*])* $param_vis $param: $type,)*
        }

        impl $crate::http::query::FromQuery for $name {
            fn from_query(query: &mut $crate::http::query::Query) -> Option<Self> {
                $(let $param: Option<$type> = $crate::http::query::FromParam::from_param(
                    query,
                    &$crate::http::body::camel_case(stringify!($param)),
                );)*
                Some(Self { $($param: $param?),* })
            }

            fn describe(
                components: &mut $crate::http::schema::value::Components,
            ) -> Vec<utoipa::openapi::path::Parameter> {
                vec![$($crate::http::query::parameter::<$type>(
                    &$crate::http::body::camel_case(stringify!($param)),
                    $crate::http::schema::object::docs!($(#[$($param_attribute)*])*),
                    components,
                )),*]
            }
        }
    };
    (
        $(#[$($attribute:tt)*])*
        $vis:vis checked struct $name:ident {
            $($(#[$($param_attribute:tt)*])* $param:ident: $type:ty),* $(,)?
        }
    ) => {
        $crate::http::query::query_params! {
            $(#[$($attribute)*])*
            $vis struct $name {
                $($(#[$($param_attribute)*])* $param: $type,)*
            }
        }

        // A use of each member for the compiler.
        const _: fn($name) = |$name { $($param),* }| _ = ($($param,)*);
    };
}
pub(crate) use query_params;
