//! Tests of settings: valid values, and the errors of invalid ones.

use super::*;

fn check(raw: RawSettings, expected: Result<&str, &str>) {
    let found =
        Settings::check(raw).map(|settings| settings.listen.to_string()).map_err(|error| error.to_string());
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
fn check_without_settings_selects_loopback_and_data_directory() {
    let settings = Settings::check(RawSettings::default()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    let here = std::env::current_dir().unwrap();
    let registry = here.join("data/registry.db");
    assert_eq!(settings.database.to_string(), format!("sqlite://{}", registry.display()));
    assert!(matches!(&settings.keys, Keys::File(path) if *path == here.join("data/keyring")));
    assert!(!settings.wait_for_init);
}

#[test]
fn listen_on_public_address_without_flag_is_refused() {
    check(listen("127.0.0.1:1"), Ok("127.0.0.1:1"));
    check(listen("[::1]:1"), Ok("[::1]:1"));
    check(listen("0.0.0.0:1"), Err("--allow-public-listen"));
    check(RawSettings { allow_public_listen: Some(true), ..listen("0.0.0.0:1") }, Ok("0.0.0.0:1"));
}

#[test]
fn keys_from_several_sources_are_refused() {
    let file = || RawSettings { keyring_file: Some("f".into()), ..RawSettings::default() };
    check(file(), Ok("127.0.0.1:8080"));
    check(RawSettings { keyring_dir: Some("d".into()), ..file() }, Err("give only one"));
    check(RawSettings { current_key: Some("k".into()), ..file() }, Err("only with `--keyring-dir`"));
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
fn merge_of_flags_and_file_prefers_flags() {
    let file = RawSettings::from_toml("listen = \"127.0.0.1:1\"\nworkers = 3\n").unwrap();
    let merged = listen("127.0.0.1:2").or(file);
    assert_eq!((merged.listen.unwrap().port(), merged.workers), (2, Some(3)));
}

#[test]
fn unknown_key_in_file_is_refused_without_quoting_values() {
    let wrong =
        RawSettings::from_toml("listen = \"127.0.0.1:1\"\ndatabse-url = \"postgres://u:hunter2@h/d\"\n");
    let reason = wrong.map(drop).unwrap_err();
    assert!(reason.starts_with("line 2: unknown field `databse-url`"), "{reason}");
    assert!(!reason.contains("hunter2"), "{reason}");
}

#[test]
fn views_of_database_url_omit_the_password() {
    let url = Some("postgres://u:hunter2@h/d?password=hunter2".to_owned());
    let settings = Settings::check(RawSettings { database_url: url, ..RawSettings::default() }).unwrap();
    assert!(!format!("{:?}", settings.views()).contains("hunter2"));
}

#[test]
fn views_of_relative_paths_are_absolute() {
    let raw = RawSettings {
        data_dir: Some("./elsewhere".into()),
        database_url: Some("sqlite://it.db".to_owned()),
        ..RawSettings::default()
    };
    let settings = Settings::check(raw).unwrap();
    let texts: Vec<_> = settings.views().into_iter().map(|view| view.text()).collect();
    let here = std::env::current_dir().unwrap().display().to_string();
    for path in [
        format!("{here}/elsewhere"),
        format!("file {here}/elsewhere/keyring"),
        format!("sqlite://{here}/it.db"),
    ] {
        assert!(texts.contains(&path), "{texts:?} has no {path}");
    }
}

#[test]
fn cors_origin_with_path_or_default_port_is_refused() {
    let origins = |list: &[&str]| RawSettings {
        cors_origins: Some(list.iter().map(|&origin| origin.to_owned()).collect()),
        ..RawSettings::default()
    };
    check(origins(&["https://console.example", "http://localhost:3000"]), Ok("127.0.0.1:8080"));
    for wrong in ["*", "console.example", "https://console.example/", "https://console.example:443"] {
        check(origins(&[wrong]), Err("an origin is a scheme and a host"));
    }
}

#[test]
fn metrics_listen_on_public_address_without_flag_is_refused() {
    let metrics = |address: &str| RawSettings {
        metrics_listen: Some(address.parse().unwrap()),
        ..RawSettings::default()
    };
    check(metrics("127.0.0.1:9"), Ok("127.0.0.1:8080"));
    check(metrics("0.0.0.0:9"), Err("--allow-public-listen"));
}
