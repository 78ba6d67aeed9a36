//! Hints of vendors.

use crate::reason::Reason;

/// A hint that is more precise than that of the reason.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hint {
    pub(crate) reason: Reason,
    /// Only for this status.
    pub(crate) status: Option<u16>,
    /// Only for configurations without a key.
    pub(crate) keyless: bool,
    pub(crate) text: &'static str,
}

impl Hint {
    pub(crate) const fn new(reason: Reason, text: &'static str) -> Self {
        Self { reason, status: None, keyless: false, text }
    }

    pub(crate) const fn at(self, status: u16) -> Self {
        Self { status: Some(status), ..self }
    }

    pub(crate) const fn keyless(self) -> Self {
        Self { keyless: true, ..self }
    }

    /// The text of the first hint for a reason, a status and a request with or without a key.
    pub(crate) fn find(hints: &[Self], reason: Reason, status: u16, has_key: bool) -> Option<&'static str> {
        let fits = |hint: &&Self| {
            let is_status = hint.status.is_none_or(|expected| expected == status);
            hint.reason == reason && is_status && !(hint.keyless && has_key)
        };
        hints.iter().find(fits).map(|hint| hint.text)
    }
}
