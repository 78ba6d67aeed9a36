//! Tests that act as another user, and therefore run as root.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::process::Command;

use super::init::{HEADER, INIT, code, uninitialised};
use super::private_files::{check_refused, initialised};
use crate::support::Server;

/// The id of another user.
const OTHER: u32 = 65_533;

/// Sends `POST /v1/system/init` from a process of an unprivileged user; returns status and body.
fn init_as_unprivileged_user(server: &Server, headers: &[(&str, &str)]) -> (String, String) {
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups", "curl", "-s", "--noproxy", "*"]);
    command.args(["-X", "POST", "-w", "\n%{http_code}"]);
    for (name, value) in headers {
        command.arg("-H").arg(format!("{name}: {value}"));
    }
    let output = command.arg(format!("{}{INIT}", server.base)).output().expect("setpriv");
    assert!(output.status.success(), "needs root: {output:?}");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let (body, status) = text.rsplit_once('\n').expect("a status");
    (status.to_owned(), body.to_owned())
}

#[test]
fn init_from_process_of_other_user_requires_code() {
    for installation in uninitialised() {
        let server = installation.start();
        // The requests include one as a proxy on this machine sends it that adds no header.
        for headers in [&[][..], &[("host", "localhost")], &[(HEADER, "wrong")]] {
            let (status, body) = init_as_unprivileged_user(&server, headers);
            assert!(status == "403" && body.contains(HEADER) && !body.contains("gm_"), "{status} {body}");
        }
        let code = code(&installation);
        let (status, body) = init_as_unprivileged_user(&server, &[(HEADER, &code)]);
        assert!(status == "200" && body.contains("gm_"), "{status} {body}");
    }
}

#[test]
fn run_with_files_of_other_user_is_refused() {
    let installation = initialised();
    let data = installation.data_dir();
    for path in [data.clone(), data.join("registry.db"), data.join("keyring")] {
        let owner = fs::metadata(&path).expect("the file exists").uid();
        chown(&path, Some(OTHER), None).expect("the right of root to change owners");
        check_refused(
            &installation,
            &[path.to_str().expect("a UTF-8 path"), "65533", &format!("chown {owner}")],
        );
        chown(&path, Some(owner), None).expect("an owner");
    }
    installation.start().stop();
}
