//! Attacks that once succeeded. Each test drives the real program from outside (HTTP, command line,
//! files), so that it also runs against another build, which `TEST_PROGRAM` names:
//!
//! ```sh
//! TEST_PROGRAM=/path/to/llm-config-server tests/run.sh -- \
//!     cargo test -p llm-config-tests --test it -- security::
//! ```

mod database_url;
mod private_files;
mod token_hashes;
mod write_ahead_log;
