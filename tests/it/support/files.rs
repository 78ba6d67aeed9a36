//! The files of the repository.

use std::path::{Path, PathBuf};

/// The folder of the repository.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// The text of a file, by its path in the repository.
#[track_caller]
pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The paths of all files below a folder whose names have one of these endings, sorted.
pub(crate) fn files(folder: &str, ends: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![repository().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().expect("a readable directory") {
            let path = entry.expect("a readable directory entry").path();
            let name = path
                .strip_prefix(repository())
                .expect("a path in the repository")
                .to_str()
                .expect("a UTF-8 path")
                .to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if ends.iter().any(|end| name.ends_with(end)) {
                found.push(name);
            }
        }
    }
    found.sort();
    found
}

/// The paths of all files of the workspace whose names have one of these endings.
pub(crate) fn written(ends: &[&str]) -> Vec<String> {
    ["crates", "bins", "tests", "docs"].into_iter().flat_map(|folder| files(folder, ends)).collect()
}
