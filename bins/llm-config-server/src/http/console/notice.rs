//! The sentence that a page shows after a change. The redirect after the change names it in the query.

use url::form_urlencoded;

/// The name of the query parameter.
const PARAMETER: &str = "done";

/// The notices: name, value of the parameter, sentence.
macro_rules! notices {
    ($($name:ident = $value:literal: $text:literal,)*) => {
        /// What was just done.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Notice { $($name),* }

        impl Notice {
            const ALL: &[Self] = &[$(Self::$name),*];

            /// The value of the parameter.
            const fn name(self) -> &'static str {
                match self { $(Self::$name => $value),* }
            }

            /// The sentence.
            pub(crate) const fn text(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }
        }
    };
}

notices! {
    ConfigCreated = "config-created": "The configuration is created.",
    ConfigSaved = "config-saved": "The changes are saved.",
    ConfigDeleted = "config-deleted": "The configuration and its credential are deleted.",
    TokenRevoked = "token-revoked": "The token is revoked, with every token that was issued by using it.",
    SessionEnded = "session-ended": "The session is ended.",
    WorkspaceCreated = "workspace-created": "The workspace is created.",
    WorkspaceRenamed = "workspace-renamed": "The workspace is renamed.",
    WorkspaceDeleted = "workspace-deleted": "The workspace is deleted.",
    MemberSaved = "member-saved": "The member is saved.",
    MemberRemoved = "member-removed": "The member is removed.",
    PersonCreated = "person-created": "The person is added.",
    PersonSaved = "person-saved": "The changes are saved.",
    PersonDeleted = "person-deleted": "The person and their tokens are deleted.",
    PreferencesSaved = "preferences-saved": "The preferences of this browser are saved.",
    SignedOut = "signed-out": "You are signed out.",
}

impl Notice {
    /// The notice that a query names.
    pub(crate) fn from_query(query: &str) -> Option<Self> {
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let (_, name) = pairs.find(|(key, _)| key == PARAMETER)?;
        Self::ALL.iter().copied().find(|notice| notice.name() == name)
    }

    /// The path of a page that shows the notice.
    pub(crate) fn on(self, path: &str) -> String {
        format!("{path}?{PARAMETER}={}", self.name())
    }
}
