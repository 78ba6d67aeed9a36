//! Attacks that once succeeded. Each test drives the real program from outside (HTTP, command line,
//! files), so that it also runs against another build, which `TEST_PROGRAM` names:
//!
//! ```sh
//! TEST_PROGRAM=/path/to/llm-config-server tests/run.sh -- \
//!     cargo test -p llm-config-tests --test it -- security::
//! ```

mod headers;
mod init;
mod loopback;
mod marks;

use llm_config_store::testing::TestDatabase;

use crate::support::Installation;

/// On each database that there is.
fn each() -> Vec<Installation> {
    let databases = [Some(TestDatabase::sqlite()), TestDatabase::postgres()];
    databases.into_iter().flatten().map(Installation::on).collect()
}
