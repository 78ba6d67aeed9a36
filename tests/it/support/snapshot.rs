//! Snapshots of whole texts, in `tests/it/snapshots`.

use std::path::Path;

/// Asserts that a text equals the snapshot of this name. `INSTA_UPDATE=always` overwrites the snapshot.
#[track_caller]
pub(crate) fn check_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("it/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
