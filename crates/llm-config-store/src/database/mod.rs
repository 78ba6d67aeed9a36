//! The two databases: their URLs, files, connections, migrations and tables.

pub(crate) mod backend;
pub(crate) mod migrate;
pub(crate) mod open_connections;
pub(crate) mod pool;
pub(crate) mod schema;
pub(crate) mod session_mode;
pub(crate) mod sqlite_file;
pub(crate) mod statement;
pub(crate) mod url;
