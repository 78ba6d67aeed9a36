//! How sessions begin.

/// How a session began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInMethod {
    /// By an access token that was pasted.
    AccessToken,
    /// By a login link of the operator.
    LoginLink,
}

impl SignInMethod {
    /// The name in the database and in audit events.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "access_token",
            Self::LoginLink => "login_link",
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        [Self::AccessToken, Self::LoginLink].into_iter().find(|method| method.as_str() == name)
    }
}
