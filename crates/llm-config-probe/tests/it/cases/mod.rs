//! Provider by situation: the whole report.

mod custom;

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{BAD, Case, GOOD, probe};

/// Every report of a table, one after the other, to be compared with what was reviewed.
async fn reports(cases: Vec<Case>) -> String {
    let mut text = String::new();
    for case in cases {
        let (report, received, port) = probe(&case).await;
        assert!(received.len() <= 3, "{}: {} requests", case.name, received.len());
        let mut json = serde_json::to_value(&report).expect("JSON");
        for call in json["calls"].as_array_mut().expect("a list") {
            call.as_object_mut().expect("an object").remove("milliseconds");
        }
        let shown = lines(&json).replace(&format!(":{port}"), "");
        for secret in [GOOD, BAD] {
            assert!(!shown.contains(secret), "{}", case.name);
        }
        writeln!(text, "== {}\n-- {}\n{shown}", case.name, case.source).expect("memory");
    }
    text
}

/// A line for each member that says something.
fn lines(report: &Value) -> String {
    let says = |value: &Value| !value.is_null() && value.as_array().is_none_or(|it| !it.is_empty());
    let mut text = String::new();
    for (name, value) in report.as_object().expect("an object").iter().filter(|(_, value)| says(value)) {
        match value.as_array().filter(|_| name == "calls") {
            Some(calls) => calls.iter().for_each(|it| writeln!(text, "call: {it}").expect("memory")),
            None => writeln!(text, "{name}: {value}").expect("memory"),
        }
    }
    text
}
