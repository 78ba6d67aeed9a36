//! The limit of open files.

use super::sqlite;

#[test]
fn start_raises_limit_of_open_files_and_warns_if_calls_need_more() {
    for (calls, warns) in [("4096", true), ("100", false)] {
        let server = sqlite().with("CALLS", calls).start_after("ulimit -Sn 256 && ulimit -Hn 1000");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process_id())).expect("Linux");
        let limit = limits.lines().find(|line| line.starts_with("Max open files")).expect("a limit");
        let numbers: Vec<_> = limit.split_whitespace().skip(3).take(2).collect();
        assert_eq!(numbers, ["1000", "1000"]);
        let log = server.stop();
        let warning = log.lines().find(|line| line.contains("may open fewer files"));
        let numbers = warning.map(|line| (line.contains("limit=1000"), line.contains("needed=12800")));
        assert_eq!(numbers, warns.then_some((true, true)), "{log}");
    }
}
