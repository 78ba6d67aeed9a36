//! The one row that says whether this database was initialised.

use diesel::prelude::*;
use llm_config_core::audit::{AuditObject, Event, EventKind};
use llm_config_core::caller::Caller;
use llm_config_core::id::OrganizationId;
use llm_config_core::time::Timestamp;

use crate::audit;
use crate::backend::AnyConnection;
use crate::error::StoreError;
use crate::random;
use crate::row::corrupt;
use crate::schema::installation;
use crate::transaction::{Lock, Tx};
use crate::unique_keys;

const ROW: i32 = 1;

/// The installation as its row describes it.
pub(crate) struct Instance {
    pub(crate) organization: OrganizationId,
    pub(crate) has_root: bool,
}

pub(crate) fn find(conn: &mut AnyConnection) -> Result<Option<Instance>, StoreError> {
    let row: Option<(String, Option<i64>)> = installation::table
        .find(ROW)
        .select((installation::organization_id, installation::root_created_at))
        .first(conn)
        .optional()?;
    row.map(|(organization, root)| {
        let organization =
            organization.parse().map_err(|_| corrupt("installation", ROW, "organization_id"))?;
        Ok(Instance { organization, has_root: root.is_some() })
    })
    .transpose()
}

pub(crate) fn create(conn: &mut AnyConnection, now: Timestamp) -> Result<Instance, StoreError> {
    let organization = OrganizationId::new(random::uuid(now));
    let row = (
        installation::id.eq(ROW),
        installation::organization_id.eq(organization.to_string()),
        installation::initialized_at.eq(now.as_micros()),
        installation::uniqueness_rules.eq(unique_keys::RULES),
    );
    diesel::insert_into(installation::table).values(row).execute(conn)?;
    let event = Event::new(EventKind::Initialized, AuditObject::System, Caller::operator());
    audit::append(conn, &event, now, 0)?;
    Ok(Instance { organization, has_root: false })
}

impl Tx<'_> {
    pub(crate) fn instance(&mut self) -> Result<Instance, StoreError> {
        find(self.conn)?.ok_or_else(|| corrupt("installation", ROW, "id"))
    }

    /// Whether the root user was created.
    pub fn has_root(&mut self) -> Result<bool, StoreError> {
        Ok(self.instance()?.has_root)
    }

    /// Notes that there is a root user now. `false` if there was one already; others who ask
    /// wait until this transaction ends.
    pub(crate) fn claim_root(&mut self) -> Result<bool, StoreError> {
        self.lock(&Lock::Instance)?;
        let unclaimed = installation::table.find(ROW).filter(installation::root_created_at.is_null());
        let changed = diesel::update(unclaimed)
            .set(installation::root_created_at.eq(self.now.as_micros()))
            .execute(self.conn)?;
        Ok(changed == 1)
    }
}
