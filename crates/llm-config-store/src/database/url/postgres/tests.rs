//! Accepted and rejected URLs, the parameters for libpq, and the displayed form.

use super::*;
use crate::database::url::DatabaseUrl;

fn url(text: &str) -> PostgresUrl {
    PostgresUrl::new(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// The connection string for libpq, without the defaults.
fn conninfo(text: &str) -> String {
    let conninfo = url(text).conninfo().to_string();
    let defaults = [
        "connect_timeout='5'",
        "keepalives='1'",
        "keepalives_idle='30'",
        "keepalives_interval='10'",
        "keepalives_count='3'",
        "tcp_user_timeout='8000'",
        "application_name='llm-config'",
        "target_session_attrs='primary'",
    ];
    // Of remote hosts; `sslmode_of` tests it.
    let conninfo = if text.contains("ssl") { conninfo } else { conninfo.replace(" sslmode='require'", "") };
    defaults
        .iter()
        .fold(conninfo, |text, default| text.replace(&format!(" {default}"), "").replace(default, ""))
}

#[test]
fn parse_url_of_every_form_yields_libpq_parameters() {
    for (text, expected) in [
        ("postgres://", ""),
        ("postgres:///", ""),
        ("postgres://h", "host='h'"),
        ("postgresql://h/d", "host='h' dbname='d'"),
        ("postgres://u@h:5433/d", "user='u' host='h' port='5433' dbname='d'"),
        ("postgres://u:p@/d", "user='u' password='p' dbname='d'"),
        ("postgres://u:@h:/d", "user='u' host='h' dbname='d'"),
        ("postgres://h1:1,h2/d", "host='h1,h2' port='1,' dbname='d'"),
        ("postgres://h:5433,[::1]:5434/d", "host='h,::1' port='5433,5434' dbname='d'"),
        ("postgres://[fe80::1%25eth0]/d", "host='fe80::1%eth0' dbname='d'"),
        ("postgres://u@%2Frun%2Fpostgresql:5433/d", "user='u' host='/run/postgresql' port='5433' dbname='d'"),
        ("postgres:///d?host=/run&port=5435,5436", "dbname='d' host='/run' port='5435,5436'"),
        ("postgres://db_1.example-host.com/a%20b", "host='db_1.example-host.com' dbname='a b'"),
        ("postgres://bücher.example/d", "host='bücher.example' dbname='d'"),
        ("postgres://u:a:b+c[]'\\\"d@h/d", "user='u' password='a:b+c[]\\'\\\\\"d' host='h' dbname='d'"),
        (
            "postgres://u%40x:%40%3a%2F%3F%23%25%5b%20%27@h/d",
            "user='u@x' password='@:/?#%[ \\'' host='h' dbname='d'",
        ),
        (
            "postgres://u@h/d?options=-csearch_path%3Da%20b+c",
            "user='u' host='h' dbname='d' options='-csearch_path=a b+c'",
        ),
        ("postgres:///d?user=a@b&password=x=y", "dbname='d' user='a@b' password='x=y'"),
        ("postgres:///d?ssl=true&sslmode=", "dbname='d' sslmode='require' sslmode=''"),
    ] {
        assert_eq!(conninfo(text), expected, "{text}");
    }
}

#[test]
fn parse_url_with_pooler_declares_it_to_this_program_only() {
    let declared = url("postgres://h/d?pooler=transaction&connect_timeout=9");
    assert_eq!(declared.session_mode(), SessionMode::PerTransaction);
    assert!(!declared.conninfo().contains("pooler"), "libpq does not know it");
    assert_eq!(declared.with_parameters(), "postgres://h/d?pooler=transaction&connect_timeout=9");
    assert_eq!(url("postgres://h/d?%70ooler=transactio%6E").session_mode(), SessionMode::PerTransaction);
    assert_eq!(url("postgres://h/d?connect_timeout=9").session_mode(), SessionMode::Own);
}

#[test]
fn parse_url_with_unknown_pooler_or_options_for_it_is_rejected() {
    for (parameters, expected) in [
        ("pooler=", DatabaseUrlError::Pooler),
        ("pooler=session", DatabaseUrlError::Pooler),
        ("pooler=Transaction", DatabaseUrlError::Pooler),
        ("pooler=transaction&pooler=statement", DatabaseUrlError::Pooler),
        ("pooler=transaction&options=-csearch_path%3Da", DatabaseUrlError::PoolerWithOptions),
        ("options=-csearch_path%3Da&pooler=transaction", DatabaseUrlError::PoolerWithOptions),
    ] {
        assert_eq!(PostgresUrl::new(&format!("postgres://h/d?{parameters}")).err(), Some(expected));
    }
}

/// The value of `sslmode` that libpq gets.
fn sslmode_of(text: &str) -> Option<String> {
    let conninfo = url(text).conninfo().to_string();
    let (_, rest) = conninfo.rsplit_once("sslmode='")?;
    Some(rest.split('\'').next().unwrap_or_default().to_owned())
}

#[test]
fn parse_url_of_remote_host_requires_tls_unless_the_url_says_otherwise() {
    for (text, expected) in [
        ("postgres://db.example/d", Some("require")),
        ("postgres://10.0.0.7/d", Some("require")),
        ("postgres://[fd00::7]:5433/d", Some("require")),
        ("postgres://localhost.example/d", Some("require")),
        ("postgres://localhost,db.example/d", Some("require")),
        ("postgres:///d?host=db.example", Some("require")),
        ("postgres://localhost/d?hostaddr=10.0.0.7", Some("require")),
        ("postgres://db.example/d?sslmode=prefer", Some("prefer")),
        ("postgres://db.example/d?sslmode=disable", Some("disable")),
        ("postgres://db.example/d?sslmode=verify-ca&sslrootcert=/ca.pem", Some("verify-ca")),
        ("postgres://localhost/d", None),
        ("postgres://127.0.0.1:5433,[::1]/d", None),
        ("postgres:///d?host=/run/postgresql", None),
        ("postgres://%2Frun%2Fpostgresql/d", None),
        ("postgres:///d", None),
        ("postgres:///d?service=registry", None),
    ] {
        assert_eq!(sslmode_of(text).as_deref(), expected, "{text}");
    }
}

#[test]
fn parse_url_keeps_the_timeouts_that_it_sets() {
    let conninfo = url("postgres:///d?tcp_user_timeout=60000&keepalives_idle=5").conninfo().to_string();
    for (given, default) in [
        ("tcp_user_timeout='60000'", "tcp_user_timeout='8000'"),
        ("keepalives_idle='5'", "keepalives_idle='30'"),
    ] {
        assert!(conninfo.contains(given) && !conninfo.contains(default), "{conninfo}");
    }
    assert!(conninfo.contains("keepalives='1'") && conninfo.contains("keepalives_count='3'"), "{conninfo}");
}

#[test]
fn parse_malformed_url_is_rejected_without_quoting_url() {
    const PASSWORD: &str = "Hunter22";
    for (text, expected) in [
        ("postgres://u:Hunter22@x@h/d", "more than one `@`"),
        ("postgres://u:Hunter22/x@h/d", "an `@` after a `/`"),
        ("postgres://u:Hunter22/x", "has a port"),
        ("postgres://h/d?user=Hunter22@x", "an `@` after a `/` or a `?`"),
        ("postgres://u:12/Hunter22@h/d", "an `@` after a `/`"),
        ("postgres://u:Hunter22?x@h/d", "an `@` after a `/` or a `?`"),
        ("postgres://u:12?Hunter22@h/d", "an `@` after a `/` or a `?`"),
        ("postgres://u:Hunter22#x@h/d", "contains a `#`"),
        ("postgres://u:Hunter22%@h/d", "a `%` that is not followed by two hexadecimal digits"),
        ("postgres://u:Hunter22%4x@h/d", "a `%` that is not followed by two hexadecimal digits"),
        ("postgres://u:Hunter22%00@h/d", "`%00`"),
        ("postgres://u:Hunter22%ff@h/d", "not UTF-8"),
        ("postgres://u:Hunter22 x@h/d", "a space"),
        ("postgres://u:Hunter22\n@h/d", "a control character"),
        ("postgres://u:Hunter22@[::1/x?", "a `[` without a `]`"),
        ("postgres://u:p@[Hunter22]/d", "no IPv6 address"),
        ("postgres://u:p@[::1]Hunter22/d", "after `]`"),
        ("postgres://u:p@h:Hunter22/d", "has a port"),
        ("postgres://u:p@h:0/d", "has a port"),
        ("postgres://u:p@h:65536/d", "has a port"),
        ("postgres://u:p@h:+1/d", "has a port"),
        ("postgres://u:p@h:1:2/d", "has a port"),
        ("postgres://u:p@Hunter22!/d", "a host that is neither"),
        ("postgres://u:p@h/a/Hunter22", "more than one `/`"),
        ("postgres://u:p@h/d?Hunter22", "without a `=`"),
        ("postgres://u:p@h/d?Hunter22=x", "does not know"),
        ("postgres://u:p@h/d?ssl=Hunter22", "does not know"),
        ("postgres://u:p@h/d?port=Hunter22", "has a port"),
    ] {
        let Err(error) = text.parse::<DatabaseUrl>() else { panic!("{text} is accepted") };
        let error = format!("{error} {error:?}");
        assert!(error.contains(expected), "{text}: {error}");
        for part in PASSWORD.as_bytes().windows(4) {
            assert!(!error.contains(std::str::from_utf8(part).unwrap()), "{text}: {error}");
        }
    }
}

#[test]
fn display_url_omits_password_and_parameters() {
    for (text, expected) in [
        ("postgres://u:p%40ss@h:5/d?password=x", "postgres://u@h:5/d"),
        ("postgresql://h/d", "postgresql://h/d"),
        ("postgres://:p@h", "postgres://@h"),
        ("postgres://u@%2Frun:1,[::1]/d%20e?sslmode=require", "postgres://u@%2Frun:1,[::1]/d%20e"),
    ] {
        assert_eq!(url(text).to_string(), expected);
        assert_eq!(format!("{:?}", url(text)), format!("PostgresUrl({expected})"));
    }
}

#[test]
fn with_parameters_omits_secrets_and_what_contains_a_part_of_one() {
    for (text, expected) in [
        ("postgres://u:p%40ssword@h:5/d", "postgres://u@h:5/d"),
        (
            "postgres://u:hunter22@h/d?sslmode=verify-full&sslrootcert=%2Fc.pem&password=x&connect_timeout=9",
            "postgres://u@h/d?sslmode=verify-full&sslrootcert=%2Fc.pem&connect_timeout=9",
        ),
        ("postgres://u@h/d?options=-csearch_path%3Da", "postgres://u@h/d?options=-csearch_path%3Da"),
        ("postgres://u:hunter22@h/d?application_name=unte&sslpassword=x", "postgres://u@h/d"),
        ("postgres://u:hunter22@h/d?application_name=%75nte%72", "postgres://u@h/d"),
        ("postgres://u@h/d?ssl=true", "postgres://u@h/d"),
    ] {
        assert_eq!(url(text).with_parameters(), expected);
    }
}

#[test]
fn ports_of_several_hosts_include_each_and_the_default() {
    let ports = |text: &str| url(text).ports();
    assert_eq!(ports("postgres://h/d"), [5432]);
    assert_eq!(ports("postgres://u:p%40:1@h:5433/d"), [5433, 5432]);
    assert_eq!(ports("postgres://h:5433,[::1]:5434/d"), [5433, 5434, 5432]);
    assert_eq!(ports("postgres:///d?host=/run&port=5435,5436"), [5435, 5436, 5432]);
}

#[test]
fn conninfo_without_parameters_gets_defaults() {
    let text = url("postgres://h/d?options=-csearch_path%3Da%20b+c&connect_timeout=9").conninfo();
    assert_eq!(
        text.as_str(),
        "host='h' dbname='d' options='-csearch_path=a b+c' connect_timeout='9' sslmode='require' \
         keepalives='1' keepalives_idle='30' keepalives_interval='10' keepalives_count='3' \
         tcp_user_timeout='8000' application_name='llm-config' target_session_attrs='primary'"
    );
}

#[test]
fn verify_without_named_ca_file_uses_the_systems_bundle() {
    let conninfo = |text: &str| match PostgresUrl::new(text) {
        Ok(url) => url.conninfo().to_string(),
        Err(error) => error.to_string(),
    };
    let named = conninfo("postgres://h/d?sslmode=verify-full&sslrootcert=%2Fca.pem");
    assert!(named.contains("sslrootcert='/ca.pem'") && named.matches("sslrootcert").count() == 1, "{named}");
    assert!(!conninfo("postgres://h/d?sslmode=require").contains("sslrootcert"));
    let system = conninfo("postgres://h/d?sslmode=verify-full&sslrootcert=system");
    assert!(!system.ends_with("sslrootcert='system'"), "{system}");
}

#[test]
fn redact_text_with_part_of_password_replaces_whole_text() {
    let redacted = "the driver's message is not shown, because it contains a part of the password";
    for (password, text, is_shown) in [
        ("hunter22", "connection refused", true),
        ("hunter22", "invalid port number: \"unte\"", false),
        ("hunter22", "invalid port number: \"UNTE\"", false),
        ("HunTer22", "no such host: nter22x", false),
        ("hunter22", "hun ter 22", true),
        ("abc", "no such host: abc", false),
        ("abc", "no such host: ab", true),
        ("p%40ss", "host \"p@ss\"", false),
        ("x%40%40", "host \"x%40y\"", false),
        ("p%C3%9Fw%C3%96rd", "host \"ßwör\"", false),
        ("", "connection refused", true),
    ] {
        for url in [
            format!("postgres://u:{password}@h/d"),
            format!("postgres://u@h/d?password={password}"),
            format!("postgres://u@h/d?sslpassword={password}"),
        ] {
            let url: DatabaseUrl = url.parse().unwrap();
            let expected = if is_shown { text } else { redacted };
            assert_eq!(url.redact(text.to_owned()), expected, "{password}");
        }
    }
}
