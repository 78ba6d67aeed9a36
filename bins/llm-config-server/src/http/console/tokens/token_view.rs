//! A token as pages show it.

use std::collections::BTreeMap;

use llm_config_core::access::TokenScope;
use llm_config_core::id::PrincipalId;
use llm_config_core::time::Timestamp;
use llm_config_service::{Token, TokenState};

/// A token as pages show it.
pub(crate) struct TokenView {
    pub(crate) id: String,
    pub(crate) prefix: String,
    pub(crate) labels: Vec<String>,
    /// The holder's e-mail address, or their id for a person who may not read the holder.
    pub(crate) holder: String,
    /// What the token is narrowed to.
    pub(crate) scope: String,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Option<Timestamp>,
    pub(crate) state: TokenState,
    /// Whether it expires within two weeks.
    pub(crate) expires_soon: bool,
}

impl TokenView {
    pub(crate) fn new(token: Token, emails: &BTreeMap<PrincipalId, String>, now: Timestamp) -> Self {
        let state = TokenState::at(&token, now);
        let expires_at = token.token_scope.expires_at;
        let expires_soon = TokenState::expires_soon(&token, now);
        Self {
            id: token.id.to_string(),
            prefix: token.prefix,
            labels: token.labels.into_iter().map(|(key, value)| format!("{key}={value}")).collect(),
            holder: emails.get(&token.holder).cloned().unwrap_or_else(|| token.holder.to_string()),
            scope: scope(&token.token_scope),
            created_at: token.created.at,
            expires_at,
            state,
            expires_soon,
        }
    }
}

/// What a token is narrowed to, in words.
fn scope(scope: &TokenScope) -> String {
    let count = |number: usize, one: &str| match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    };
    let parts = [
        scope.configs.as_ref().map(|configs| count(configs.len(), "configuration")),
        scope.workspaces.as_ref().map(|workspaces| count(workspaces.len(), "workspace")),
        scope.rights.as_ref().map(|rights| count(rights.len(), "right")),
    ];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        "Everything its holder may do".to_owned()
    } else {
        format!("Only {}", parts.join(", "))
    }
}
