//! Examines a draft of a configuration without calling its provider.

mod examination;
mod examine;
mod parts;

pub use examination::DraftExamination;
