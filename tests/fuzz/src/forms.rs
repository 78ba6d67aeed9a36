//! Forms of the console: every body is read or refused with errors of its fields, and no error quotes a
//! secret.
//!
//! The first byte chooses the form.

use llm_config_server::http::testing::FORMS;

use super::input::Input;

/// A text that forms have as a secret only.
const SECRET: &str = "sk-canary";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let read = FORMS[usize::from(input.byte().wrapping_sub(b'0')) % FORMS.len()];
    let Err(errors) = read(input.0) else { return };
    assert!(!errors.is_empty(), "a form is refused without an error");
    for error in &errors {
        // Only an error of the whole form names no field.
        assert!(!error.field.is_empty() || error.message.starts_with("the "), "{error:?}");
        assert!(!error.message.contains(SECRET), "a secret is quoted: {error:?}");
    }
}
