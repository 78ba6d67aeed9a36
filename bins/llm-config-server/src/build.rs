//! What the build was told about itself, and the C libraries inside.

use std::sync::LazyLock;

/// The commit of the source: the environment variable `BUILD_COMMIT` of the compiler, if it was set.
pub(crate) const COMMIT: Option<&str> = option_env!("BUILD_COMMIT");

/// The versions of the C libraries inside the program, as advisories name them. A test compares them with the
/// lock file.
macro_rules! libraries {
    () => {
        "SQLite 3.53.2, OpenSSL 3.6.3, libpq 18.6"
    };
}

/// What `--version` prints after the name, with the commit where it is known; `-V` prints only the version.
pub(crate) fn long_version() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let commit = COMMIT.map(|commit| format!(" ({commit})")).unwrap_or_default();
        format!("{}{commit}\n{}", env!("CARGO_PKG_VERSION"), libraries!())
    });
    &TEXT
}

#[cfg(test)]
mod tests {
    use std::ffi::CStr;

    const LOCK: &str = include_str!("../../../Cargo.lock");

    /// The version of a package in the lock file.
    fn locked(package: &str) -> &'static str {
        let (_, rest) = LOCK.split_once(&format!("name = \"{package}\"\nversion = \"")).unwrap();
        rest.split('"').next().unwrap()
    }

    #[test]
    fn libraries_are_those_of_the_lock_file() {
        let sqlite: &CStr = libsqlite3_sys::SQLITE_VERSION;
        let (_, openssl) = locked("openssl-src").split_once('+').unwrap();
        let (_, libpq) = locked("pq-src").split_once("+libpq-").unwrap();
        let expected = format!("SQLite {}, OpenSSL {openssl}, libpq {libpq}", sqlite.to_str().unwrap());
        assert_eq!(libraries!(), expected);
    }
}
