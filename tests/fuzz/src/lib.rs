//! What must hold for every input that comes from outside: one property for each fuzz target.
//!
//! The fuzzer looks for an input that breaks one, and the test `replay` repeats the inputs that are kept.

pub mod echo_scan;
pub mod endpoint;
pub mod envelope;
pub mod forms;
mod input;
pub mod json_scan;
pub mod provider_answers;
pub mod queries;
pub mod request_bodies;
pub mod settings;
pub mod splice;
pub mod stream_tap;

/// Checks one input. Panics if it breaks the property.
pub type Check = fn(&[u8]);

/// The name of each fuzz target, which is that of its folder of seeds, and its check.
pub const TARGETS: &[(&str, Check)] = &[
    ("echo_scan", echo_scan::check),
    ("endpoint", endpoint::check),
    ("envelope", envelope::check),
    ("forms", forms::check),
    ("json_scan", json_scan::check),
    ("provider_answers", provider_answers::check),
    ("queries", queries::check),
    ("request_bodies", request_bodies::check),
    ("settings", settings::check),
    ("splice", splice::check),
    ("stream_tap", stream_tap::check),
];
