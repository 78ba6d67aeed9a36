//! The options of an opened store.

use std::sync::Arc;

use llm_config_core::endpoint::VendorHosts;
use llm_config_core::key::KeySource;

use super::error::OpenError;
use crate::clock::{Clock, SystemClock};
use crate::database::url::DatabaseUrl;

/// Options of [`Store::open`](crate::Store::open).
pub struct Options {
    /// The database.
    pub database: DatabaseUrl,
    /// The source of the key-encryption keys.
    pub keys: Arc<dyn KeySource>,
    /// The known hosts of vendors. Credentials are bound to origins, which depend on them, so every program
    /// on one database needs the same hosts.
    pub hosts: Arc<dyn VendorHosts>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The maximum number of open connections.
    pub connections: u32,
    /// The maximum number of cached tokens, and of cached configurations. Zero caches none.
    pub cache_entries: usize,
    /// Whether a file of 8 MiB beside a SQLite database keeps disk space, so that rights can be taken away
    /// when the disk is full.
    pub disk_reserve: bool,
    /// Whether pending migrations run and an empty database is initialised. If `false`, a database that needs
    /// either is rejected.
    pub allow_setup: bool,
}

impl Options {
    /// The usual number of cache entries.
    pub const CACHE_ENTRIES: usize = 2048;

    /// Options with the system's clock, at most eight connections, [`Self::CACHE_ENTRIES`], a disk reserve,
    /// and setup allowed.
    #[must_use]
    pub fn new(database: DatabaseUrl, keys: Arc<dyn KeySource>, hosts: Arc<dyn VendorHosts>) -> Self {
        Self {
            database,
            keys,
            hosts,
            clock: Arc::new(SystemClock),
            connections: 8,
            cache_entries: Self::CACHE_ENTRIES,
            disk_reserve: true,
            allow_setup: true,
        }
    }

    /// Rejects a database and keys that other users of this machine could write to. Changes nothing;
    /// [`Store::open`](crate::Store::open) begins with it.
    pub fn check_permissions(&self) -> Result<(), OpenError> {
        self.database.check_files()?;
        self.keys.check_permissions().map_err(OpenError::KeySource)
    }
}
