//! Headers for keys.

use http::header::HeaderName;

/// A header for keys, and the prefix of the key.
#[derive(Clone)]
pub struct KeyHeader {
    pub(crate) name: HeaderName,
    pub(crate) prefix: String,
}

impl KeyHeader {
    pub(crate) fn bearer() -> Self {
        Self { name: http::header::AUTHORIZATION, prefix: "Bearer ".to_owned() }
    }

    pub(crate) fn bare(name: &'static str) -> Self {
        Self { name: HeaderName::from_static(name), prefix: String::new() }
    }
}
