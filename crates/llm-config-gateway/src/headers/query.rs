//! The query parameters of the gateway's routes.

use llm_config_providers::{CallRoute, Dialect};

/// A route of the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GatewayRoute {
    /// A call of a model.
    Call(CallRoute),
    /// The list of models.
    ModelList(Dialect),
    /// One model of the list.
    Model(Dialect),
}

impl GatewayRoute {
    /// The dialect of the route.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Call(route) => route.dialect(),
            Self::ModelList(dialect) | Self::Model(dialect) => dialect,
        }
    }
}

/// Whether a route takes a query parameter. `name` is decoded.
///
/// `alt` selects the form of Gemini's streams. The beta namespace of Anthropic's clients adds `beta` to each
/// path. The others page through lists.
#[must_use]
pub fn query_is_allowed(route: GatewayRoute, name: &str) -> bool {
    let is_list = matches!(route, GatewayRoute::ModelList(_));
    match route.dialect() {
        Dialect::OpenAi => false,
        Dialect::Anthropic => name == "beta" || is_list && matches!(name, "limit" | "after_id" | "before_id"),
        Dialect::Gemini => name == "alt" || is_list && matches!(name, "pageSize" | "pageToken"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_is_allowed_for_listed_names_of_the_route() {
        let names =
            ["alt", "beta", "limit", "after_id", "before_id", "pageSize", "pageToken", "key", "model", ""];
        let check = |route, expected: &[&str]| {
            let found: Vec<_> = names.into_iter().filter(|name| query_is_allowed(route, name)).collect();
            assert_eq!(found, expected, "{route:?}");
        };
        for route in CallRoute::ALL {
            let expected: &[&str] = match route.dialect() {
                Dialect::OpenAi => &[],
                Dialect::Anthropic => &["beta"],
                Dialect::Gemini => &["alt"],
            };
            check(GatewayRoute::Call(route), expected);
            check(GatewayRoute::Model(route.dialect()), expected);
        }
        check(GatewayRoute::ModelList(Dialect::OpenAi), &[]);
        check(GatewayRoute::ModelList(Dialect::Anthropic), &["beta", "limit", "after_id", "before_id"]);
        check(GatewayRoute::ModelList(Dialect::Gemini), &["alt", "pageSize", "pageToken"]);
    }
}
