//! The names of configurations and models in requests, and the model that a call is sent for.

mod path;

use llm_config_core::id::ConfigId;

pub use path::decode_path_model;

use crate::error::GatewayError;

/// A `model` that names a configuration, perhaps with the provider's model behind a slash.
///
/// Two readings are tried in this order, because names may contain slashes: the whole text is an id or a
/// name; or the part before the first slash is one, and the rest is the provider's model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestedModel<'a> {
    whole: &'a str,
    split: Option<(&'a str, &'a str)>,
}

impl<'a> RequestedModel<'a> {
    /// The readings of a text.
    #[must_use]
    pub fn new(model: &'a str) -> Self {
        Self { whole: model, split: model.split_once('/').filter(|(name, _)| !name.is_empty()) }
    }

    /// The whole text.
    #[must_use]
    pub const fn whole(self) -> &'a str {
        self.whole
    }

    /// What stands before the first slash, and what stands behind it; `None` without a slash.
    #[must_use]
    pub const fn split(self) -> Option<(&'a str, &'a str)> {
        self.split
    }
}

/// What a request says about the model, beside the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModelChoice<'a> {
    /// `model` names the configuration: the part behind the slash, if there is one.
    BehindName(Option<&'a str>),
    /// The URL names the configuration.
    BesideUrl {
        /// The model of the request.
        model: Option<&'a str>,
        /// The id of the configuration.
        id: &'a ConfigId,
        /// The name of the configuration.
        name: &'a str,
    },
}

/// The provider's model that a call is sent for. `stored` is the model of the configuration.
pub fn upstream_model(stored: Option<&str>, choice: ModelChoice<'_>) -> Result<String, GatewayError> {
    let requested = match choice {
        ModelChoice::BehindName(rest) => rest,
        ModelChoice::BesideUrl { model, .. } => model.filter(|model| !model.is_empty()),
    };
    match (stored, requested) {
        (None, None | Some("")) => Err(GatewayError::ModelRequired),
        (None, Some(model)) => Ok(model.to_owned()),
        (Some(stored), None) => Ok(stored.to_owned()),
        (Some(stored), Some(model)) if model == stored || names_configuration(model, choice) => {
            Ok(stored.to_owned())
        }
        (Some(stored), Some(_)) => Err(GatewayError::ModelNotAllowed { stored: stored.to_owned() }),
    }
}

/// Whether the model of a request whose URL names the configuration is the configuration's id or name.
fn names_configuration(model: &str, choice: ModelChoice<'_>) -> bool {
    match choice {
        ModelChoice::BehindName(_) => false,
        ModelChoice::BesideUrl { model: _, id, name } => {
            model == name || model.parse::<ConfigId>().is_ok_and(|parsed| parsed == *id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";

    #[test]
    fn split_of_model_is_at_first_slash() {
        let check = |model, expected| {
            let requested = RequestedModel::new(model);
            assert_eq!((requested.whole(), requested.split()), (model, expected));
        };
        check("prod", None);
        check("prod/gpt-5", Some(("prod", "gpt-5")));
        check("prod/org/model:free", Some(("prod", "org/model:free")));
        check("prod/", Some(("prod", "")));
        check("/gpt-5", None);
        check("", None);
    }

    #[track_caller]
    fn check(stored: Option<&str>, choice: ModelChoice<'_>, expected: Result<&str, &str>) {
        let found = upstream_model(stored, choice);
        assert_eq!(found.as_deref().map_err(GatewayError::code), expected, "{stored:?} {choice:?}");
    }

    #[test]
    fn upstream_model_behind_name_follows_stored_model() {
        let stored = Some("gpt-5");
        check(stored, ModelChoice::BehindName(None), Ok("gpt-5"));
        check(stored, ModelChoice::BehindName(Some("gpt-5")), Ok("gpt-5"));
        check(stored, ModelChoice::BehindName(Some("gpt-4")), Err("model_not_allowed"));
        check(stored, ModelChoice::BehindName(Some("GPT-5")), Err("model_not_allowed"));
        check(stored, ModelChoice::BehindName(Some("")), Err("model_not_allowed"));
        check(None, ModelChoice::BehindName(None), Err("model_required"));
        check(None, ModelChoice::BehindName(Some("")), Err("model_required"));
        check(None, ModelChoice::BehindName(Some("a/b:c")), Ok("a/b:c"));
    }

    #[test]
    fn upstream_model_beside_url_follows_stored_model() {
        let id = ID.parse().expect("an id");
        let beside = |model| ModelChoice::BesideUrl { model, id: &id, name: "prod" };
        let stored = Some("gpt-5");
        for model in [None, Some(""), Some("gpt-5"), Some("prod"), Some(ID)] {
            check(stored, beside(model), Ok("gpt-5"));
        }
        let upper = ID.to_uppercase();
        check(stored, beside(Some(&upper)), Ok("gpt-5"));
        check(stored, beside(Some("prod/gpt-5")), Err("model_not_allowed"));
        check(stored, beside(Some("Prod")), Err("model_not_allowed"));
        check(stored, beside(Some("00000000-0000-0000-0000-000000000000")), Err("model_not_allowed"));
        check(None, beside(Some("org/model")), Ok("org/model"));
        check(None, beside(Some("prod")), Ok("prod"));
        check(None, beside(None), Err("model_required"));
        check(None, beside(Some("")), Err("model_required"));
    }
}
