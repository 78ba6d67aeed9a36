//! The precedence of settings: flags, then the environment, then the file.

use std::fs;

use super::sqlite;

#[test]
fn flag_overrides_environment_which_overrides_file() {
    let installation = sqlite().without("LISTEN").without("WORKERS");
    let file = installation.folder.path().join("settings.toml");
    fs::write(&file, "listen = '127.0.0.1:50001'\nworkers = 3\nlog-format = 'json'\nwait-for-init = true\n")
        .unwrap();
    let file = file.to_str().unwrap();
    let setting = |printed: String, name: &str| {
        let line = printed
            .lines()
            .find(|line| line.starts_with(name))
            .unwrap_or_else(|| panic!("{printed}"))
            .to_owned();
        // The name, the source and the value.
        line.split_whitespace().nth(2).unwrap_or_default().to_owned()
    };
    let check = |installation: &crate::support::Installation, flags: &[&str], name: &str, value: &str| {
        let printed = installation.run(&[&["config", "check"], flags].concat()).succeeded();
        assert_eq!(setting(printed, name), value);
    };
    check(&installation, &[], "listen", "127.0.0.1:8080");
    check(&installation, &["--config", file], "listen", "127.0.0.1:50001");
    check(&installation, &["--config", file], "wait-for-init", "true");
    check(&installation, &["--config", file, "--listen", "127.0.0.1:50003"], "listen", "127.0.0.1:50003");
    let installation =
        installation.with("LISTEN", "127.0.0.1:50002").with("WAIT_FOR_INIT", "false").with("FILE", file);
    check(&installation, &[], "listen", "127.0.0.1:50002");
    check(&installation, &[], "wait-for-init", "false");
    check(&installation, &[], "workers", "3");
    check(&installation, &[], "log-format", "json");
    check(&installation, &["--listen", "127.0.0.1:50003"], "listen", "127.0.0.1:50003");
    check(&installation, &["--wait-for-init"], "wait-for-init", "true");
    // Flags may also precede the command.
    let before = installation.run(&["--listen", "127.0.0.1:50004", "config", "check"]).succeeded();
    assert_eq!(setting(before, "listen"), "127.0.0.1:50004");
}
