//! Forms of the console: every body is read or refused with errors of its fields, and no error quotes a
//! secret.
//!
//! The first byte chooses the form.

use llm_config_server::http::testing::FORMS;

use super::input::Input;

/// A text that stands for a secret. The fuzzer also puts it into other fields, which errors may quote.
const SECRET: &str = "sk-canary";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let read = FORMS[usize::from(input.byte().wrapping_sub(b'0')) % FORMS.len()];
    let body = input.0;
    let Err(errors) = read(body) else { return };
    assert!(!errors.is_empty(), "a form is refused without an error");
    for error in &errors {
        // Only an error of the whole form names no field.
        assert!(!error.field.is_empty() || error.message.starts_with("the "), "{error:?}");
        assert!(!error.message.contains(SECRET) || is_in_other_field(body), "a secret is quoted: {error:?}");
    }
}

/// Whether a field that is no secret contains the secret.
fn is_in_other_field(body: &[u8]) -> bool {
    url::form_urlencoded::parse(body)
        .any(|(name, value)| name.contains(SECRET) || value.contains(SECRET) && !name.ends_with("secret"))
}
