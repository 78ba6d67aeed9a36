//! The prompt of `config create` and `config update` for a secret, at a pseudo-terminal.

use std::fs::File;
use std::io::{Read, Write};
use std::process::Child;

use rustix::termios::{LocalModes, tcgetattr};
use serde_json::json;

use super::super::sqlite;
use super::{CANARY, for_root, for_team, id, initialised};
use crate::support::{Installation, wait_until};

/// A program at a pseudo-terminal.
struct AtTerminal {
    terminal: File,
    program: Child,
    shown: String,
}

impl AtTerminal {
    fn start(installation: &Installation, arguments: &[&str]) -> Self {
        let (terminal, program) = installation.start_at_terminal(arguments);
        Self { terminal, program, shown: String::new() }
    }

    /// Whether the terminal shows what is typed.
    fn shows_input(&self) -> bool {
        tcgetattr(&self.terminal).expect("the modes").local_modes.contains(LocalModes::ECHO)
    }

    /// Types a text after the terminal has shown `prompt`.
    fn answer(mut self, prompt: &str, text: &str) -> Self {
        while !self.shown.ends_with(prompt) {
            let mut bytes = [0; 256];
            let read = self.terminal.read(&mut bytes).expect("the program runs");
            self.shown.push_str(std::str::from_utf8(&bytes[..read]).expect("ASCII"));
        }
        wait_until("the terminal still shows input", || !self.shows_input());
        self.terminal.write_all(text.as_bytes()).expect("the terminal accepts input");
        self
    }

    /// The exit status, and everything that the terminal showed.
    fn end(mut self) -> (Option<i32>, String) {
        let status = self.program.wait().expect("the program ends");
        assert!(self.shows_input(), "the terminal does not show input afterwards");
        let mut rest = Vec::new();
        // Linux reports an error at the end of the output of a program that has ended.
        let _ = self.terminal.read_to_end(&mut rest);
        (status.code(), self.shown + std::str::from_utf8(&rest).expect("UTF-8"))
    }
}

const SECRET_PROMPT: &str = "The secret (not shown): ";

#[test]
fn create_at_terminal_asks_for_secret_without_showing_it() {
    let installation = sqlite();
    initialised(&installation);
    let program = AtTerminal::start(&installation, &for_root(&[]));
    let (status, shown) = program.answer(SECRET_PROMPT, &format!("{CANARY}\n")).end();
    assert_eq!((status, shown.contains("created `GPT`")), (Some(0), true), "{shown}");
    assert!(!shown.contains("canary"), "{shown}");
    let config = &installation.json(&["config", "list"])[0];
    assert_eq!(config["credential"]["mask"], "****wxyz");
    let update = ["config", "update", id(config), "--secret-file", "-"];
    let program = AtTerminal::start(&installation, &update);
    let (status, shown) = program.answer(SECRET_PROMPT, "sk-canary-0123456789next\r").end();
    assert_eq!((status, shown.contains("canary")), (Some(0), false), "{shown}");
    assert_eq!(installation.json(&["config", "show", id(config)])["credential"]["mask"], "****next");
}

#[test]
fn create_at_terminal_asks_for_key_id_and_secret() {
    let installation = sqlite();
    initialised(&installation);
    let pair = for_team("AWS", &["--key-id-file", "-", "--secret-file", "-"]);
    let program = AtTerminal::start(&installation, &pair);
    let program = program.answer("The key id (not shown): ", "AKIA0123456789ABCD\n");
    let (status, shown) = program.answer(SECRET_PROMPT, &format!("{CANARY}\n")).end();
    assert_eq!((status, shown.contains("canary")), (Some(0), false), "{shown}");
    let credential = &installation.json(&["config", "list"])[0]["credential"];
    assert_eq!((&credential["keyIdMask"], &credential["mask"]), (&json!("****ABCD"), &json!("****wxyz")));
}

#[test]
fn create_at_terminal_with_wrong_input_stores_nothing() {
    let installation = sqlite();
    initialised(&installation);
    for (input, status, sentence) in [
        ("\n", 64, "the secret must not be blank"),
        ("${KEY}\n", 64, "`--reference`"),
        ("{\n\"type\": \"service_account\"\n}\n", 64, "has several lines"),
        ("sk-canary\u{3}", 74, "interrupted"),
        ("\u{4}", 74, "end of file"),
    ] {
        let program = AtTerminal::start(&installation, &for_root(&[]));
        let (found, shown) = program.answer(SECRET_PROMPT, input).end();
        assert_eq!((found, shown.contains(sentence)), (Some(status), true), "{shown}");
        assert!(!shown.contains("canary") && !shown.contains("service_account"), "{shown}");
    }
    assert_eq!(installation.json(&["config", "list"]), json!([]));
}

#[test]
fn create_at_terminal_with_other_errors_does_not_ask() {
    let installation = sqlite();
    initialised(&installation);
    let program = AtTerminal::start(&installation, &for_root(&["--endpoint", "nowhere"]));
    let (status, shown) = program.end();
    assert_eq!((status, shown.contains("not shown")), (Some(64), false), "{shown}");
    assert!(shown.contains("`--endpoint` must"), "{shown}");
}
