//! A session of a browser, as lists show it.

use llm_config_core::access::OrgRole;
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::time::Timestamp;
use llm_config_store::{Browser, SignInMethod, StoredSession};

use super::times::SessionTimes;

/// A session of a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrowserSession {
    /// The id.
    pub id: TokenId,
    /// The user.
    pub user: PrincipalId,
    /// How it began.
    pub method: SignInMethod,
    /// The access token that was used to sign in.
    pub parent: Option<TokenId>,
    /// The browser that signed in.
    pub browser: Browser,
    /// When it began.
    pub signed_in_at: Timestamp,
    /// The last activity, as precise as it is recorded.
    pub last_seen_at: Timestamp,
    /// The absolute end.
    pub expires_at: Timestamp,
    /// The end if there is no further activity, at most the absolute one.
    pub idle_ends_at: Timestamp,
    /// Whether the caller uses this session.
    pub is_current: bool,
}

impl BrowserSession {
    /// `role` is that of the user of the session.
    pub(super) fn new(session: StoredSession, times: &SessionTimes, role: OrgRole, caller: &Caller) -> Self {
        let expires_at = times.end_of(&session);
        let StoredSession { id, user, parent, method, browser, signed_in_at, last_seen_at, expires_at: _ } =
            session;
        let idle_ends_at = last_seen_at.plus(times.idle_of(role)).min(expires_at);
        let is_current = match caller.identity {
            Identity::Token { id: current, .. } => current == id,
            Identity::User(_) | Identity::Operator => false,
        };
        Self {
            id,
            user,
            method,
            parent,
            browser,
            signed_in_at,
            last_seen_at,
            expires_at,
            idle_ends_at,
            is_current,
        }
    }
}
