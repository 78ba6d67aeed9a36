//! The threads of checks and pings, which read what providers answer.

use std::io;

use tokio::runtime::{Builder, Handle, Runtime};

const THREADS: usize = 2;

/// The maximum number of threads of lookups: four kinds of names with 16 lookups each.
const LOOKUP_THREADS: usize = 64;

/// How much the threads give way to those that serve requests, in units of `nice`.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 5;

/// The runtime of checks and pings. Dropping it ends them.
pub(super) struct ProviderRuntime {
    handle: Handle,
    runtime: Option<Runtime>,
}

impl ProviderRuntime {
    pub(super) fn start() -> io::Result<Self> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(THREADS)
            .max_blocking_threads(LOOKUP_THREADS)
            .thread_name("providers")
            .on_thread_start(give_way)
            .enable_io()
            .enable_time()
            .build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }

    pub(super) fn handle(&self) -> Handle {
        self.handle.clone()
    }
}

impl Drop for ProviderRuntime {
    fn drop(&mut self) {
        // Without waiting for lookups that hang.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn give_way() {
    // On Linux, the value is that of the thread.
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "the priority of a thread for providers could not be lowered");
    }
}
