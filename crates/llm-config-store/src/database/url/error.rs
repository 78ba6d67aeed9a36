//! Why a database URL is rejected.

/// A database URL that cannot be used. The text never quotes the URL, which may contain a password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// The scheme is neither PostgreSQL's nor SQLite's.
    #[error("the database URL must start with `postgres://` or `sqlite://`")]
    Scheme,
    /// A PostgreSQL URL that does not parse, with the reason. The reason contains no part of the URL.
    #[error(
        "the database URL {_0}; in a user, a password or a name write `@` as `%40`, `:` as `%3A`, `/` as \
         `%2F`, `?` as `%3F`, `#` as `%23`, `%` as `%25` and a space as `%20`"
    )]
    Malformed(&'static str),
    /// `sqlite://` without a path.
    #[error(
        "the database URL must name a file after `sqlite://`, such as \
         `sqlite:///var/lib/llm-config/registry.db`"
    )]
    NoFile,
    /// A `pooler` that is not known.
    #[error(
        "the database URL has a `pooler` other than `transaction`; leave it out if each connection has a \
         session of its own, as it has without a pooler"
    )]
    Pooler,
    /// Options for sessions that a pooler shares among its clients.
    #[error(
        "the database URL has both `options` and `pooler=transaction`, but a pooler does not give a client's \
         options to the sessions that its clients share; set them in the database instead, as in `ALTER ROLE \
         llm_config SET search_path = name`"
    )]
    PoolerWithOptions,
    /// The URL requires a verified certificate, and no certificate authorities are available.
    #[error(
        "the database URL requires a verified certificate, but this system has no CA bundle; install \
         `ca-certificates` or add `sslrootcert=/path/to/ca.pem` to the URL"
    )]
    NoCaBundle,
}
