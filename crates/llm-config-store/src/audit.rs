//! The audit log: events are written in the transaction that they record, and never changed.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event};
use llm_config_core::caller::{Caller, Identity};
use llm_config_core::time::Timestamp;

use crate::database::backend::{AnyConnection, on_either};
use crate::database::schema::audit_events;
use crate::error::StoreError;
use crate::random;
use crate::transaction::Tx;

/// A stored event.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, treat_none_as_default_value = false)]
#[diesel(check_for_backend(crate::database::backend::MultiBackend))]
pub struct AuditRow {
    /// The event's id. Ids sort by the millisecond of the event and, within a transaction, in the order of
    /// writing.
    pub id: String,
    /// The time, in microseconds since the Unix epoch.
    pub at: i64,
    /// The kind of event, such as `config.created`.
    pub kind: String,
    /// The kind of object: `system`, `config`, `token`, `user`, `membership` or `workspace`.
    pub object_kind: String,
    /// The object's id.
    pub object_id: Option<String>,
    /// The owner or workspace of the object.
    pub scope: Option<String>,
    /// The kind of actor: `token`, `user` or `operator`.
    pub actor_kind: String,
    /// The principal that acts.
    pub actor_id: String,
    /// The token that authenticates the actor.
    pub token_id: Option<String>,
    /// The names of the given fields, separated by commas, and a note.
    pub fields: String,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The client's address.
    pub address: Option<String>,
}

/// Writes the first event of a transaction.
pub(crate) fn append(conn: &mut AnyConnection, event: &Event, now: Timestamp) -> Result<(), StoreError> {
    diesel::insert_into(audit_events::table).values(row(event, now, 0)).execute(conn)?;
    Ok(())
}

/// The row of an event. `counter` is the number of events that its transaction has written before.
fn row(event: &Event, now: Timestamp, counter: u16) -> AuditRow {
    let Event { kind, object, fields, caller } = event;
    let Caller { identity, request_id, address } = caller;
    let (object_kind, object_id, scope) = match object {
        AuditObject::System => ("system", None, None),
        AuditObject::Config(id, scope) => ("config", Some(id.to_string()), Some(scope.to_string())),
        AuditObject::Token(id, holder) => ("token", Some(id.to_string()), Some(format!("owner:{holder}"))),
        AuditObject::User(id) => ("user", Some(id.to_string()), None),
        AuditObject::Membership(workspace, user) => {
            ("membership", Some(user.to_string()), Some(format!("workspace:{workspace}")))
        }
        AuditObject::Workspace(id) => ("workspace", Some(id.to_string()), None),
    };
    let (actor_kind, token_id) = match identity {
        Identity::Token { id, .. } => ("token", Some(id.to_string())),
        Identity::User(_) => ("user", None),
        Identity::Operator => ("operator", None),
    };
    AuditRow {
        id: random::uuid_with_counter(now, counter).to_string(),
        at: now.as_micros(),
        kind: kind.as_str().to_owned(),
        object_kind: object_kind.to_owned(),
        object_id,
        scope,
        actor_kind: actor_kind.to_owned(),
        actor_id: identity.principal().to_string(),
        token_id,
        fields: fields.join(","),
        request_id: request_id.clone(),
        address: address.map(|address| address.to_string()),
    }
}

impl Tx<'_> {
    /// Records an event in this transaction.
    pub fn append_event(&mut self, event: &Event) -> Result<(), StoreError> {
        let row = self.next_event(event);
        let insert = diesel::insert_into(audit_events::table).values(&row);
        on_either!(self.conn, |conn| insert.execute(conn))?;
        Ok(())
    }

    /// The row of the next event of this transaction, which the caller inserts.
    pub(crate) fn next_event(&mut self, event: &Event) -> AuditRow {
        let row = row(event, self.now, self.effects.events);
        self.effects.events = self.effects.events.saturating_add(1);
        row
    }

    /// The newest `limit` events, newest first: of the object with the given id, or of all objects.
    pub fn audit_events(&mut self, object_id: Option<&str>, limit: i64) -> Result<Vec<AuditRow>, StoreError> {
        let mut query = audit_events::table.select(AuditRow::as_select()).into_boxed();
        if let Some(id) = object_id {
            query = query.filter(audit_events::object_id.eq(id.to_owned()));
        }
        let newest_first = (audit_events::at.desc(), audit_events::id.desc());
        Ok(query.order(newest_first).limit(limit).load(self.conn)?)
    }
}
