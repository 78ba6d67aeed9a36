//! Query parameters. A struct of `query_params!` is both the reader and the documentation:
//!
//! ```text
//! query_params! {
//!     pub(crate) struct ListQuery {
//!         /// Only LLMs of this user.
//!         #[param(value_type = Option<String>, format = Uuid)]
//!         pub(crate) owner_id: Option<PrincipalId>,
//!     }
//! }
//! ```
//!
//! The parameter is called `ownerId`. A handler that reads [`BothSpellings`] of the struct accepts `owner_id`
//! too. All errors are reported at once. Unknown parameters are ignored.

use std::fmt::Display;
use std::str::FromStr;

use actix_web::HttpRequest;
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};

/// The parameters of a query while they are read.
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
    has_both_spellings: bool,
    errors: FieldErrors<String>,
}

/// A set of parameters; implemented by `query_params!`.
pub(crate) trait FromQuery: Sized {
    /// Reads every parameter and notes its errors; `None` if there are any.
    fn from_query(query: &mut Query) -> Option<Self>;
}

/// A type that a parameter can have.
pub(crate) trait FromParam: Sized {
    /// Reads the parameter; `None` after noting an error.
    fn from_param(query: &mut Query, name: &str) -> Option<Self>;
}

/// Parameters whose names may be in camel case or, as newer clients send them, in snake case.
pub(crate) struct BothSpellings<T>(pub(crate) T);

/// Reads the query of a request.
pub(crate) fn read<T: FromQuery>(request: &HttpRequest) -> Parsed<T> {
    read_pairs(pairs(request.query_string()))
}

/// The parameters, decoded: `+` and `%20` are spaces, `%5B` a bracket.
fn pairs(query: &str) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

fn read_pairs<T: FromQuery>(pairs: Vec<(String, String)>) -> Parsed<T> {
    let mut query = Query { pairs, has_both_spellings: false, errors: FieldErrors::<String>::default() };
    match T::from_query(&mut query) {
        Some(value) if query.errors.is_empty() => Ok(value),
        Some(_) | None => {
            let errors = query.errors;
            Err(errors)
        }
    }
}

impl Query {
    /// All parameters, decoded.
    pub(crate) fn pairs(&self) -> &[(String, String)] {
        &self.pairs
    }

    /// The value of a parameter. Two different values are an error, because the server cannot know which
    /// of them the client means.
    pub(crate) fn value(&mut self, name: &str) -> Option<String> {
        let snake_case = self.has_both_spellings.then(|| snake_case(name));
        let is_named = |other: &str| other == name || snake_case.as_deref() == Some(other);
        let mut values = self.pairs.iter().filter(|(other, _)| is_named(other)).map(|(_, value)| value);
        let first = values.next()?.clone();
        if values.any(|other| *other != first) {
            self.errors.add(name, "is given twice, with different values");
            return None;
        }
        Some(first)
    }

    /// The first value of a parameter; `None` if it is empty.
    fn first(&self, name: &str) -> Option<&str> {
        let first = self.pairs.iter().find(|(other, _)| other == name)?;
        Some(first.1.as_str()).filter(|value| !value.is_empty())
    }

    /// Notes an error of a parameter.
    pub(crate) fn error(&mut self, name: &str, message: impl Display) {
        self.errors.add(name, message);
    }
}

impl<T: FromStr<Err: Display>> FromParam for Option<T> {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let Some(text) = query.value(name) else { return Some(None) };
        text.parse().map_err(|error| query.error(name, error)).ok().map(Some)
    }
}

/// A parameter with one value: further values are ignored, and an empty value is the same as none.
pub(crate) struct First<T>(pub(crate) Option<T>);

impl<T: FromStr<Err: Display>> FromParam for First<T> {
    fn from_param(query: &mut Query, name: &str) -> Option<Self> {
        let Some(text) = query.first(name) else { return Some(Self(None)) };
        let value = text.parse();
        value.map_err(|error| query.error(name, error)).ok().map(|value| Self(Some(value)))
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
}

impl<T: IntoParams> IntoParams for BothSpellings<T> {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let both = |parameter: Parameter| {
            let mut twin = parameter.clone();
            twin.name = snake_case(&parameter.name);
            twin.description = Some(format!("The same as `{}`.", parameter.name));
            let has_twin = twin.name != parameter.name;
            [Some(parameter), has_twin.then_some(twin)].into_iter().flatten()
        };
        T::into_params(parameter_in).into_iter().flat_map(both).collect()
    }
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

/// Declares parameters: their documentation and their reader. See the documentation of the module.
macro_rules! query_params {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident {
            $($(#[$param_meta:meta])* $param_vis:vis $param:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(utoipa::IntoParams)]
        #[into_params(parameter_in = Query, rename_all = "camelCase")]
        $vis struct $name {
            $($(#[$param_meta])* $param_vis $param: $type,)*
        }

        impl $crate::http::query::FromQuery for $name {
            fn from_query(query: &mut $crate::http::query::Query) -> Option<Self> {
                $(let $param: Option<$type> = $crate::http::query::FromParam::from_param(
                    query,
                    &$crate::http::body::camel_case(stringify!($param)),
                );)*
                Some(Self { $($param: $param?),* })
            }
        }
    };
}
pub(crate) use query_params;

/// Reads a query string, for tests of parameters.
#[cfg(test)]
pub(crate) fn read_text<T: FromQuery>(query: &str) -> Parsed<T> {
    read_pairs(pairs(query))
}
