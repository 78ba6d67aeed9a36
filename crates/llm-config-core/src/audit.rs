//! What is recorded about every change and every opening of a credential.

use crate::caller::Caller;
use crate::field::Field;
use crate::id::{ConfigId, PrincipalId, TokenId, WorkspaceId};
use crate::scope::Scope;

/// What happened. The names are stable: people search for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "`as_str` names each")]
pub enum EventKind {
    Initialized,
    RootCreated,
    ConfigCreated,
    ConfigUpdated,
    /// The origin was changed by another principal than the one who gave the credential.
    OriginChanged,
    ConfigMoved,
    ConfigDeleted,
    CredentialOpened,
    CredentialRefused,
    TokenIssued,
    TokenUpdated,
    TokenRevoked,
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

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditObject {
    /// The installation.
    System,
    /// A configuration.
    Config(ConfigId, Scope),
    /// A token and its holder.
    Token(TokenId, PrincipalId),
    /// A user.
    User(PrincipalId),
    /// A workspace.
    Workspace(WorkspaceId),
    /// A user's membership in a workspace.
    Membership(WorkspaceId, PrincipalId),
}

/// An event to be recorded. It has no place for a value, so no secret can be in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// To what.
    pub object: AuditObject,
    /// Which fields were given, by name only.
    pub fields: Vec<&'static str>,
    /// Who did it, and from where.
    pub caller: Caller,
}

impl Event {
    /// An event without fields.
    #[must_use]
    pub const fn new(kind: EventKind, object: AuditObject, caller: Caller) -> Self {
        Self { kind, object, fields: Vec::new(), caller }
    }

    /// The same event with the names of the fields that were given.
    #[must_use]
    pub fn with_fields(mut self, fields: &[Field]) -> Self {
        self.fields = fields.iter().map(|field| field.as_str()).collect();
        self
    }

    /// The same event with a word in place of fields, such as the purpose of an opening.
    #[must_use]
    pub fn with_note(mut self, note: &'static str) -> Self {
        self.fields = vec![note];
        self
    }
}
