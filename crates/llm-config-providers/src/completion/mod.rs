//! Completion requests: operations, bodies, output limits, and outcomes.

mod echo;
mod operation;
mod outcome;
mod parameters;
mod request;

pub use echo::ModelEcho;
pub use operation::Operation;
pub(crate) use operation::request_paths;
pub use outcome::CompletionOutcome;
pub(crate) use parameters::is_about_own_part;
pub use parameters::{MOST as MOST_TOKENS, RefusedParameter};
pub use request::{CompletionRequest, OutputLimit, OutputLimitName};
