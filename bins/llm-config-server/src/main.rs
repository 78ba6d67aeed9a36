//! The `llm-config-server` program: everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    llm_config_server::main()
}
