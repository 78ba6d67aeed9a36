//! The reasons for which a request body cannot be read.

/// Why a request body cannot be read, or not in one way only. No value of the body is in the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// The content type is not `application/json` in UTF-8.
    #[error("the header `content-type` must be `application/json`, in UTF-8")]
    ContentType,
    /// The body is compressed.
    #[error("the header `content-encoding` is not supported; send the body uncompressed")]
    ContentEncoding,
    /// The client ended the connection or broke the framing before the end of the body.
    #[error("the body is incomplete; send it again")]
    Incomplete,
    /// The body is empty.
    #[error("the body is empty; it must be a JSON object")]
    Empty,
    /// A byte order mark precedes the object. Some parsers skip it, others fail.
    #[error("the body begins with a byte order mark; send the JSON object alone")]
    ByteOrderMark,
    /// The body is an array or another value.
    #[error("the body must be a JSON object")]
    NotAnObject,
    /// The body is not JSON, or text follows the object.
    #[error("the body is not valid JSON: {reason} at line {line}, column {column}")]
    NotJson {
        /// What the parser met or missed.
        reason: String,
        /// The line, from 1.
        line: usize,
        /// The column in bytes, from 1.
        column: usize,
    },
    /// A field occurs twice, perhaps escaped: parsers differ in which one they take.
    #[error("`{field}` occurs more than once; send it once")]
    DuplicateField {
        /// The field.
        field: &'static str,
    },
    /// A field is written in another case, which some parsers take for the field.
    #[error("a field differs from `{field}` only in upper and lower case; write it exactly as `{field}`")]
    MisspeltField {
        /// The field.
        field: &'static str,
    },
    /// The value of a field has the wrong type.
    #[error("`{field}` must be {expected}")]
    WrongType {
        /// The field.
        field: &'static str,
        /// The right type.
        expected: &'static str,
    },
}

impl BodyFault {
    /// The field that the fault is about.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            Self::DuplicateField { field }
            | Self::MisspeltField { field }
            | Self::WrongType { field, expected: _ } => Some(field),
            Self::ContentType
            | Self::ContentEncoding
            | Self::Incomplete
            | Self::Empty
            | Self::ByteOrderMark
            | Self::NotAnObject
            | Self::NotJson { .. } => None,
        }
    }
}
