//! A session, and the browser that began it.

use std::net::IpAddr;

use llm_config_core::id::{PrincipalId, TokenId};
use llm_config_core::text::escape_unprintable;
use llm_config_core::time::Timestamp;

use super::method::SignInMethod;

/// What the server knows of a browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    /// The header `User-Agent`. What is stored of it is printable and has at most 256 characters.
    pub user_agent: Option<String>,
    /// The address.
    pub address: Option<IpAddr>,
}

impl Browser {
    const USER_AGENT_LENGTH: usize = 256;

    /// The user agent as it is stored: browsers send what they like.
    pub(super) fn stored_user_agent(&self) -> Option<String> {
        let text = self.user_agent.as_deref()?;
        let start: String = text.chars().take(Self::USER_AGENT_LENGTH).collect();
        Some(escape_unprintable(&start).chars().take(Self::USER_AGENT_LENGTH).collect())
    }
}

/// A stored session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredSession {
    /// The id of its token.
    pub id: TokenId,
    /// The user.
    pub user: PrincipalId,
    /// The token that was used to sign in.
    pub parent: Option<TokenId>,
    /// How it began.
    pub method: SignInMethod,
    /// The browser that signed in.
    pub browser: Browser,
    /// When it began.
    pub signed_in_at: Timestamp,
    /// The last activity that was recorded.
    pub last_seen_at: Timestamp,
    /// The absolute end.
    pub expires_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    pub(super) fn stored_user_agent_is_printable_and_short() {
        let stored = |text: &str| {
            Browser { user_agent: Some(text.to_owned()), address: None }.stored_user_agent().unwrap()
        };
        assert_eq!(stored("Mozilla/5.0 (X11)"), "Mozilla/5.0 (X11)");
        assert_eq!(stored("a\u{1b}[2J\u{202e}"), "a\\u{1b}[2J\\u{202e}");
        assert_eq!(stored(&"é".repeat(300)), "é".repeat(256));
        assert_eq!(stored(&"\u{7f}".repeat(300)).chars().count(), 256);
    }
}
