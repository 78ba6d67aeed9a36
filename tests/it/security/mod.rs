//! Attacks that succeeded against an earlier version. Each test uses only HTTP, the command line and files,
//! so that it also runs against another build:
//!
//! ```sh
//! TEST_PROGRAM=/path/to/llm-config-server tests/run.sh -- \
//!     cargo test -p llm-config-tests --test it -- security::
//! ```

mod audit;
mod database_url;
mod delegation;
mod disclosure;
mod headers;
mod hidden_characters;
mod init;
mod loopback;
mod preconditions;
mod private_files;
mod proxy_headers;
mod renewal;
mod renewal_race;
mod revoked_during_body;
#[cfg(feature = "root-tests")]
mod root_only;
mod team;
mod upgrade;
mod write_ahead_log;
