//! Completion requests: operations, bodies, output limits, and outcomes.

mod echo;
mod operation;
mod outcome;
mod request;

pub use echo::ModelEcho;
pub use operation::Operation;
pub use outcome::CompletionOutcome;
pub use request::{CompletionRequest, OutputLimit, OutputLimitName};
