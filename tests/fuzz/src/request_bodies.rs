//! Request bodies: every body is read or refused with errors that name their fields, and no error quotes a
//! value.
//!
//! The first byte chooses the operation.

use llm_config_server::http::testing::REQUEST_BODIES;

use super::input::Input;

/// A text that bodies have as values only.
const VALUE: &str = "sk-canary";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let (_, read) = REQUEST_BODIES[usize::from(input.byte().wrapping_sub(b'0')) % REQUEST_BODIES.len()];
    let Err(errors) = read(input.0) else { return };
    assert!(!errors.is_empty(), "a body is refused without an error");
    for error in &errors {
        assert!(!error.message.is_empty() && !error.field.contains(char::is_control), "{error:?}");
        assert!(!error.message.contains(VALUE), "a value is quoted: {error:?}");
        // Only an error of the whole body names no field.
        assert!(!error.field.is_empty() || error.message.starts_with("the "), "{error:?}");
    }
}
