//! The installation: one row, which exists once the database is initialised.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::OrganizationId;
use llm_config_core::time::Timestamp;

use crate::audit;
use crate::configs::{fingerprints, sources};
use crate::database::backend::AnyConnection;
use crate::database::schema::installation;
use crate::error::StoreError;
use crate::list_rules;
use crate::random;
use crate::row::corrupt;
use crate::transaction::{Lock, Tx};
use crate::unique_keys;

const ROW: i32 = 1;

/// The organisation of this database, and whether its root user exists.
pub(crate) struct Installation {
    pub(crate) organization: OrganizationId,
    pub(crate) has_root: bool,
}

pub(crate) fn find(conn: &mut AnyConnection) -> Result<Option<Installation>, StoreError> {
    let row: Option<(String, Option<i64>)> = installation::table
        .find(ROW)
        .select((installation::organization_id, installation::root_created_at))
        .get_result(conn)
        .optional()?;
    row.map(|(organization, root)| {
        let organization =
            organization.parse().map_err(|_| corrupt("installation", ROW, "organization_id"))?;
        Ok(Installation { organization, has_root: root.is_some() })
    })
    .transpose()
}

pub(crate) fn create(conn: &mut AnyConnection, now: Timestamp) -> Result<Installation, StoreError> {
    let organization = OrganizationId::new(random::uuid(now));
    let row = (
        installation::id.eq(ROW),
        installation::organization_id.eq(organization.to_string()),
        installation::initialized_at.eq(now.as_micros()),
        installation::uniqueness_rules.eq(unique_keys::RULES),
        installation::fingerprint_rules.eq(fingerprints::RULES),
        installation::list_rules.eq(list_rules::RULES),
        installation::source_rules.eq(sources::RULES),
    );
    diesel::insert_into(installation::table).values(row).execute(conn)?;
    let event = Event::new(EventKind::Initialized, AuditObject::System, Caller::operator());
    audit::append(conn, &event, now)?;
    Ok(Installation { organization, has_root: false })
}

impl Tx<'_> {
    pub(crate) fn installation(&mut self) -> Result<Installation, StoreError> {
        find(self.conn)?.ok_or_else(|| corrupt("installation", ROW, "id"))
    }

    /// Whether the root user has been created.
    pub fn has_root(&mut self) -> Result<bool, StoreError> {
        Ok(self.installation()?.has_root)
    }

    /// Records that the root user is created. Returns `false` if that was already recorded. Concurrent
    /// callers wait for the end of this transaction.
    pub(crate) fn claim_root(&mut self) -> Result<bool, StoreError> {
        self.lock(&Lock::Installation)?;
        let unclaimed = installation::table.find(ROW).filter(installation::root_created_at.is_null());
        let changed = diesel::update(unclaimed)
            .set(installation::root_created_at.eq(self.now.as_micros()))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
