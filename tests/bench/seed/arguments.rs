//! The arguments of the seeder: `--name value`, each of them once.

use std::path::PathBuf;

/// What to store, and where.
pub(crate) struct Arguments {
    /// The URL of the database, which a server has initialised.
    pub(crate) database_url: String,
    /// The key file of that server.
    pub(crate) keyring: PathBuf,
    /// How many configurations to create.
    pub(crate) count: usize,
    /// How many of them, evenly spread, have an encrypted credential.
    pub(crate) credentials: usize,
    /// How many transactions run at a time: one on SQLite.
    pub(crate) parallel: usize,
}

impl Arguments {
    /// Reads the command line; the message of the error names what is wrong.
    pub(crate) fn read() -> Result<Self, String> {
        let mut given: Vec<(String, String)> = Vec::new();
        let mut words = std::env::args().skip(1);
        while let Some(name) = words.next() {
            let value = words.next().ok_or_else(|| format!("`{name}` has no value"))?;
            given.push((name, value));
        }
        let mut take = |name: &str| match given.iter().position(|(given, _)| given == name) {
            Some(at) => Ok(given.swap_remove(at).1),
            None => Err(format!("`{name}` is missing")),
        };
        let arguments = Self {
            database_url: take("--database-url")?,
            keyring: take("--keyring")?.into(),
            count: number(&take("--count")?)?,
            credentials: number(&take("--credentials")?)?,
            parallel: number(&take("--parallel")?)?.max(1),
        };
        match given.first() {
            Some((name, _)) => Err(format!("`{name}` is not known or given twice")),
            None => Ok(arguments),
        }
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("`{text}` is not a number"))
}
