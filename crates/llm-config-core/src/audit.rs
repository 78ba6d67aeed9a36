//! Audit events: one for every change and every decryption of a credential.

use crate::caller::Caller;
use crate::field::Field;
use crate::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use crate::scope::Scope;

/// The kind of an event. The names are stable, because operators search for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`as_str` names each")]
pub enum EventKind {
    Initialized,
    RootCreated,
    ConfigCreated,
    ConfigUpdated,
    /// The origin was changed by another principal than the one that entered the credential.
    OriginChanged,
    ConfigMoved,
    ConfigDeleted,
    CredentialOpened,
    CredentialRefused,
    TokenIssued,
    TokenUpdated,
    TokenRevoked,
    SignedIn,
    SignedOut,
    SessionEnded,
    LoginLinkCreated,
    UserCreated,
    UserUpdated,
    UserDeleted,
    WorkspaceCreated,
    WorkspaceRenamed,
    WorkspaceDeleted,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
}

impl EventKind {
    /// The event's name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Initialized => "system.initialized",
            Self::RootCreated => "system.root_created",
            Self::ConfigCreated => "config.created",
            Self::ConfigUpdated => "config.updated",
            Self::OriginChanged => "config.origin_changed",
            Self::ConfigMoved => "config.moved",
            Self::ConfigDeleted => "config.deleted",
            Self::CredentialOpened => "credential.opened",
            Self::CredentialRefused => "credential.refused",
            Self::TokenIssued => "token.issued",
            Self::TokenUpdated => "token.updated",
            Self::TokenRevoked => "token.revoked",
            Self::SignedIn => "session.signed_in",
            Self::SignedOut => "session.signed_out",
            Self::SessionEnded => "session.ended",
            Self::LoginLinkCreated => "login_link.created",
            Self::UserCreated => "user.created",
            Self::UserUpdated => "user.updated",
            Self::UserDeleted => "user.deleted",
            Self::WorkspaceCreated => "workspace.created",
            Self::WorkspaceRenamed => "workspace.renamed",
            Self::WorkspaceDeleted => "workspace.deleted",
            Self::MemberAdded => "workspace.member_added",
            Self::MemberChanged => "workspace.member_changed",
            Self::MemberRemoved => "workspace.member_removed",
        }
    }
}

/// The object that an event concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditObject {
    /// The whole installation.
    System,
    /// A configuration.
    Config(ConfigId, Scope),
    /// A token, or the token of a browser session, and its holder.
    Token(TokenId, PrincipalId),
    /// A user.
    User(PrincipalId),
    /// A workspace.
    Workspace(WorkspaceId),
    /// A user's membership in a workspace.
    Membership(WorkspaceId, PrincipalId),
}

/// An audit event. An event contains names of fields but no values, so it cannot contain a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The kind of the event.
    pub kind: EventKind,
    /// The object that it concerns.
    pub object: AuditObject,
    /// The names of the fields that the request contained.
    pub fields: Vec<&'static str>,
    /// The caller.
    pub caller: Caller,
}

impl Event {
    /// An event without fields.
    #[must_use]
    pub const fn new(kind: EventKind, object: AuditObject, caller: Caller) -> Self {
        Self { kind, object, fields: Vec::new(), caller }
    }

    /// The event with the names of the fields that the request contained.
    #[must_use]
    pub fn with_fields(mut self, fields: &[Field]) -> Self {
        self.fields = fields.iter().map(|field| field.as_str()).collect();
        self
    }

    /// The event with the names of fields that are no [`Field`], such as those of call settings.
    #[must_use]
    pub fn with_names(mut self, names: Vec<&'static str>) -> Self {
        self.fields = names;
        self
    }

    /// The event with a note instead of fields, such as the purpose of a decryption.
    #[must_use]
    pub fn with_note(mut self, note: &'static str) -> Self {
        self.fields = vec![note];
        self
    }
}
