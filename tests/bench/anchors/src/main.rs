//! The programs that the benchmark compares the server with; loopback only. Run by `tests/bench/run.sh`.
//!
//! ```text
//! llm-config-bench-anchors registry PORT DATABASE TOKEN
//! llm-config-bench-anchors provider PORT KEY
//! llm-config-bench-anchors models PORT
//! llm-config-bench-anchors proxy PORT UPSTREAM TOKEN
//! llm-config-bench-anchors delays ADDRESS AUTHORIZATION BODY STREAMS SECONDS
//! ```

mod clock;
mod delays;
mod models;
mod paced;
mod provider;
mod proxy;
mod registry;
mod row;
mod token;

use std::error::Error;
use std::path::Path;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let system = actix_web::rt::System::new();
    match arguments.as_slice() {
        ["registry", port, database, token] => {
            system.block_on(registry::serve(port.parse()?, Path::new(database), token))
        }
        ["provider", port, key] => system.block_on(provider::serve(port.parse()?, key)),
        ["models", port] => system.block_on(models::serve(port.parse()?)),
        ["proxy", port, upstream, token] => system.block_on(proxy::serve(port.parse()?, upstream, token)),
        ["delays", address, authorization, body, streams, seconds] => {
            let call = delays::Call { address, authorization, body };
            system.block_on(delays::measure(call, streams.parse()?, seconds.parse()?))
        }
        _ => Err("expects `registry`, `provider`, `models`, `proxy` or `delays`, and its arguments".into()),
    }
}
