//! Attacks that once succeeded. Each test drives the real program from outside (HTTP, command line,
//! files), so that it also runs against another build, which `TEST_PROGRAM` names:
//!
//! ```sh
//! TEST_PROGRAM=/path/to/llm-config-server tests/run.sh -- \
//!     cargo test -p llm-config-tests --test it -- security::
//! ```

mod audit;
mod database_url;
mod destination;
mod drafts;
mod handing_out;
mod headers;
mod init;
mod loopback;
mod marks;
mod preconditions;
mod private_files;
mod renewal_race;
mod team;
mod tellings;
mod text;
mod token_hashes;
mod upgrade;
mod write_ahead_log;

use crate::binary::each;
