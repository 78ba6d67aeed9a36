//! What settings are accepted, and what is said about the others.

use super::*;

fn check(raw: RawSettings, expected: Result<&str, &str>) {
    let found = Settings::check(raw).map(|it| it.listen.to_string()).map_err(|it| it.to_string());
    match (found, expected) {
        (Ok(listen), Ok(expected)) => assert_eq!(listen, expected),
        (Err(message), Err(expected)) => assert!(message.contains(expected), "{message}"),
        (found, expected) => panic!("{found:?} is not {expected:?}"),
    }
}

fn listen(address: &str) -> RawSettings {
    RawSettings { listen: Some(address.parse().unwrap()), ..RawSettings::default() }
}

#[test]
fn without_settings_the_server_listens_on_loopback_and_keeps_everything_in_its_data_directory() {
    let settings = Settings::check(RawSettings::default()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    let here = std::env::current_dir().unwrap();
    let registry = here.join("data/registry.db");
    assert_eq!(settings.database.to_string(), format!("sqlite://{}", registry.display()));
    assert!(matches!(&settings.keys, Keys::File(path) if *path == here.join("data/keyring")));
    assert!(!settings.wait_for_init);
}

#[test]
fn a_public_address_needs_a_word() {
    check(listen("127.0.0.1:1"), Ok("127.0.0.1:1"));
    check(listen("[::1]:1"), Ok("[::1]:1"));
    check(listen("0.0.0.0:1"), Err("--allow-public-listen"));
    check(RawSettings { allow_public_listen: Some(true), ..listen("0.0.0.0:1") }, Ok("0.0.0.0:1"));
}

#[test]
fn keys_have_one_source() {
    let file = || RawSettings { keyring_file: Some("f".into()), ..RawSettings::default() };
    check(file(), Ok("127.0.0.1:8080"));
    check(RawSettings { keyring_dir: Some("d".into()), ..file() }, Err("give only one"));
    check(RawSettings { current_key: Some("k".into()), ..file() }, Err("goes with `--keyring-dir`"));
    check(
        RawSettings {
            current_key: Some("/".into()),
            keyring_dir: Some("d".into()),
            ..RawSettings::default()
        },
        Err("a key id has"),
    );
}

#[test]
fn flags_win_over_the_file() {
    let file = RawSettings::from_toml("listen = \"127.0.0.1:1\"\nworkers = 3\n").unwrap();
    let merged = listen("127.0.0.1:2").or(file);
    assert_eq!((merged.listen.unwrap().port(), merged.workers), (2, Some(3)));
}

#[test]
fn unknown_keys_of_the_file_are_refused_without_quoting_the_file() {
    let wrong =
        RawSettings::from_toml("listen = \"127.0.0.1:1\"\ndatabse-url = \"postgres://u:hunter2@h/d\"\n");
    let reason = wrong.map(drop).unwrap_err();
    assert!(reason.starts_with("line 2: unknown field `databse-url`"), "{reason}");
    assert!(!reason.contains("hunter2"), "{reason}");
}

#[test]
fn a_database_password_is_not_described() {
    let url = Some("postgres://u:hunter2@h/d?password=hunter2".to_owned());
    let settings = Settings::check(RawSettings { database_url: url, ..RawSettings::default() }).unwrap();
    assert!(!format!("{:?}", settings.views()).contains("hunter2"));
}

#[test]
fn what_is_shown_is_where_it_is() {
    let raw = RawSettings {
        data_dir: Some("./elsewhere".into()),
        database_url: Some("sqlite://it.db".to_owned()),
        ..RawSettings::default()
    };
    let settings = Settings::check(raw).unwrap();
    let shown: Vec<_> = settings.views().into_iter().map(|it| it.text()).collect();
    let here = std::env::current_dir().unwrap().display().to_string();
    for place in [
        format!("{here}/elsewhere"),
        format!("file {here}/elsewhere/keyring"),
        format!("sqlite://{here}/it.db"),
    ] {
        assert!(shown.contains(&place), "{shown:?} has no {place}");
    }
}

#[test]
fn origins_are_what_browsers_send() {
    let origins = |list: &[&str]| RawSettings {
        cors_origins: Some(list.iter().map(|&it| it.to_owned()).collect()),
        ..RawSettings::default()
    };
    check(origins(&["https://console.example", "http://localhost:3000"]), Ok("127.0.0.1:8080"));
    for wrong in ["*", "console.example", "https://console.example/", "https://console.example:443"] {
        check(origins(&[wrong]), Err("an origin is a scheme and a host"));
    }
}

#[test]
fn a_public_address_for_metrics_needs_the_same_word() {
    let metrics = |address: &str| RawSettings {
        metrics_listen: Some(address.parse().unwrap()),
        ..RawSettings::default()
    };
    check(metrics("127.0.0.1:9"), Ok("127.0.0.1:8080"));
    check(metrics("0.0.0.0:9"), Err("--allow-public-listen"));
}
