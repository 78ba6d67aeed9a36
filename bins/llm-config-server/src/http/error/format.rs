//! The error formats of the APIs, and the paths that they apply to.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use llm_config_core::field::Field;

use crate::http::error::condition::{Condition, ConditionKind};

/// The form in which an API writes conditions.
pub(crate) trait ErrorFormat: Sync {
    /// The status of a kind.
    fn status(&self, kind: ConditionKind) -> StatusCode;

    /// The API's name of a field of a configuration.
    fn field_name(&self, field: Field) -> &'static str;

    /// Completes the response to `request` with a body. The messages of internal errors have the request id
    /// already.
    fn write(
        &self,
        response: HttpResponseBuilder,
        condition: &Condition,
        request: &HttpRequest,
    ) -> HttpResponse;
}

/// A path and the format of errors at this path and below. `{}` stands for any segment.
type PathFormat = (&'static str, &'static dyn ErrorFormat);

/// The error formats of the application. The first entry that matches the path of the request applies.
#[derive(Clone, Copy)]
pub(crate) struct ErrorFormats {
    /// The formats of all errors.
    pub(crate) by_path: &'static [PathFormat],
    /// Exceptions to `by_path` for the errors that a handler or an extractor returns.
    pub(crate) of_handlers: &'static [PathFormat],
}

impl ErrorFormats {
    /// The format of errors outside of a handler: of middleware, unknown paths and unknown methods.
    pub(crate) fn for_path(&self, path: &str) -> Option<&'static dyn ErrorFormat> {
        find(self.by_path, path)
    }

    /// The format of errors that a handler or an extractor returns.
    pub(crate) fn for_handler(&self, path: &str) -> Option<&'static dyn ErrorFormat> {
        find(self.of_handlers, path).or_else(|| self.for_path(path))
    }
}

fn find(formats: &'static [PathFormat], path: &str) -> Option<&'static dyn ErrorFormat> {
    formats.iter().find(|(root, _)| is_below(root, path)).map(|(_, format)| *format)
}

/// Whether `path` is the path `root` or lies below it.
fn is_below(root: &str, path: &str) -> bool {
    let mut segments = path.split('/');
    root.is_empty()
        || root.split('/').all(|part| segments.next().is_some_and(|word| part == "{}" || part == word))
}
