//! The memory of the real program stays private.

use super::sqlite;

#[test]
fn start_switches_core_files_off() {
    let server = sqlite().start_after("ulimit -c unlimited 2>/dev/null || ulimit -Sc $(ulimit -Hc)");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process_id())).expect("Linux");
    let limit = limits.lines().find(|line| line.starts_with("Max core file size")).expect("a limit");
    let numbers: Vec<_> = limit.split_whitespace().skip(4).take(2).collect();
    assert_eq!(numbers, ["0", "0"]);
}
