//! The connection parameters of libpq 18, the version that is linked into this program:
//! <https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-PARAMKEYWORDS>.

/// Each parameter, and whether its value is a secret.
const KNOWN: &[(&str, bool)] = &[
    ("application_name", false),
    ("channel_binding", false),
    ("client_encoding", false),
    ("connect_timeout", false),
    ("dbname", false),
    ("fallback_application_name", false),
    ("gssdelegation", false),
    ("gssencmode", false),
    ("gsslib", false),
    ("host", false),
    ("hostaddr", false),
    ("keepalives", false),
    ("keepalives_count", false),
    ("keepalives_idle", false),
    ("keepalives_interval", false),
    ("krbsrvname", false),
    ("load_balance_hosts", false),
    ("max_protocol_version", false),
    ("min_protocol_version", false),
    ("oauth_client_id", false),
    ("oauth_client_secret", true),
    ("oauth_issuer", false),
    ("oauth_scope", false),
    ("options", false),
    ("passfile", false),
    ("password", true),
    ("port", false),
    ("replication", false),
    ("require_auth", false),
    ("requirepeer", false),
    ("scram_client_key", true),
    ("scram_server_key", true),
    ("service", false),
    ("ssl_max_protocol_version", false),
    ("ssl_min_protocol_version", false),
    ("sslcert", false),
    ("sslcertmode", false),
    ("sslcompression", false),
    ("sslcrl", false),
    ("sslcrldir", false),
    ("sslkey", false),
    ("sslkeylogfile", false),
    ("sslmode", false),
    ("sslnegotiation", false),
    ("sslpassword", true),
    ("sslrootcert", false),
    ("sslsni", false),
    ("target_session_attrs", false),
    ("tcp_user_timeout", false),
    ("user", false),
];

/// The static name of a known parameter.
pub(super) fn known(name: &str) -> Option<&'static str> {
    KNOWN.iter().map(|(known, _)| *known).find(|known| *known == name)
}

/// Whether the value of a parameter is a secret.
pub(super) fn is_secret(name: &str) -> bool {
    KNOWN.contains(&(name, true))
}
