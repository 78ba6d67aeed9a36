//! Replays the inputs that the fuzzer found: each holds its target's property.
// Clippy exempts helpers of tests from some lints only below `cfg(test)`.
#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

#[path = "src/lib.rs"]
#[expect(unreachable_pub, reason = "for the fuzz targets it is a library")]
mod properties;

use properties::TARGETS;

/// The entries of a folder below `tests/fuzz`.
fn entries(folder: &str) -> Vec<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz").join(folder);
    let found = fs::read_dir(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    found.map(|entry| entry.unwrap().path()).collect()
}

/// Their names without extensions.
fn names(folder: &str) -> BTreeSet<String> {
    entries(folder).iter().map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn replay_of_kept_inputs_holds_every_property() {
    let mut broken = Vec::new();
    for (target, check) in TARGETS {
        let inputs = entries(&format!("seeds/{target}"));
        assert!(!inputs.is_empty(), "{target} has no seeds");
        for path in inputs {
            let input = fs::read(&path).unwrap();
            if catch_unwind(|| check(&input)).is_err() {
                broken.push(path);
            }
        }
    }
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn targets_of_the_fuzzer_and_folders_of_seeds_are_those_of_the_properties() {
    let expected: BTreeSet<String> = TARGETS.iter().map(|(target, _)| (*target).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), expected);
    assert_eq!(names("seeds"), expected);
}
