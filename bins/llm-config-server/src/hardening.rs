//! What keeps the keys and secrets in the memory of this process out of files and other programs.

use rustix::io::Result;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Makes the system write no core file of this process, and, on Linux, lets no program of the same user read
/// its memory. `LimitCORE=` of systemd does the former only, and a debugger may not be attached any more.
pub(crate) fn keep_memory_private() {
    let none = Rlimit { current: Some(0), maximum: Some(0) };
    report("core files cannot be switched off", setrlimit(Resource::Core, none));
    #[cfg(target_os = "linux")]
    report("other programs may read the memory", set_not_dumpable());
}

#[cfg(target_os = "linux")]
fn set_not_dumpable() -> Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

fn report(what: &str, done: Result<()>) {
    if let Err(error) = done {
        tracing::warn!(%error, "{what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn keep_memory_private_makes_the_process_not_dumpable() {
        use rustix::process::{DumpableBehavior, dumpable_behavior, getrlimit};
        keep_memory_private();
        assert!(matches!(dumpable_behavior(), Ok(DumpableBehavior::NotDumpable)));
        let Rlimit { current, maximum } = getrlimit(Resource::Core);
        assert_eq!((current, maximum), (Some(0), Some(0)));
    }
}
