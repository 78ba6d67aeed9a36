//! Queries: every text is read or refused with errors that name their parameters, by each operation.
//!
//! The first byte chooses the operation.

use std::sync::LazyLock;

use llm_config_server::http::testing::{Reader, queries};

use super::input::Input;

static READERS: LazyLock<Vec<Reader<str>>> = LazyLock::new(queries);

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let read = READERS[usize::from(input.byte().wrapping_sub(b'0')) % READERS.len()];
    let Err(errors) = read(&String::from_utf8_lossy(input.0)) else { return };
    assert!(!errors.is_empty(), "a query is refused without an error");
    for error in &errors {
        let is_named = !error.field.is_empty() && !error.field.contains(char::is_control);
        assert!(is_named && !error.message.is_empty(), "{error:?}");
    }
}
