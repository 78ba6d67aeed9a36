//! Request bodies: every body is read or refused with errors that name their fields, and no error quotes a
//! value that may be a secret.
//!
//! The first byte chooses the operation.

use llm_config_server::http::testing::REQUEST_BODIES;

use super::input::Input;

/// A text that stands for a secret. The fuzzer also puts it into names of members, which errors may quote.
const SECRET: &str = "sk-canary";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    let (_, read) = REQUEST_BODIES[usize::from(input.byte().wrapping_sub(b'0')) % REQUEST_BODIES.len()];
    let body = input.0;
    let Err(errors) = read(body) else { return };
    assert!(!errors.is_empty(), "a body is refused without an error");
    for error in &errors {
        assert!(!error.message.is_empty() && !error.field.contains(char::is_control), "{error:?}");
        assert!(!error.message.contains(SECRET) || is_in_name(body), "a value is quoted: {error:?}");
        // Only an error of the whole body names no field.
        assert!(!error.field.is_empty() || error.message.starts_with("the "), "{error:?}");
    }
}

/// Whether a string that contains the secret is the name of a member: a colon follows it.
fn is_in_name(body: &[u8]) -> bool {
    let body = String::from_utf8_lossy(body);
    body.match_indices(SECRET).any(|(start, _)| {
        let mut is_escaped = false;
        let mut rest = body[start..].chars();
        rest.by_ref().find(|&character| {
            let ends = character == '"' && !is_escaped;
            is_escaped = character == '\\' && !is_escaped;
            ends
        });
        rest.as_str().trim_start().starts_with(':')
    })
}
