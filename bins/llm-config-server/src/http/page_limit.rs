//! The query parameters that ask for a page.

use std::num::NonZeroU16;
use std::str::FromStr;

use llm_config_service::{Cursor, CursorText, PageRequest};
use utoipa::openapi::{RefOr, Schema};

use crate::http::schema::value::{Components, ValueSchema, small_integer};

/// A number of rows from 1 to `MAX`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageLimit<const MAX: u16>(pub(crate) NonZeroU16);

impl<const MAX: u16> PageLimit<MAX> {
    /// The largest limit.
    pub(crate) const LARGEST: Self = Self(NonZeroU16::new(MAX).expect("a maximum of at least 1"));

    /// The page that a request asks for; `None` if it has neither parameter. A page after a cursor has the
    /// largest limit by default. `parameter` is the name of the parameter for the cursor.
    pub(crate) fn page(
        limit: Option<Self>,
        cursor: Option<CursorText>,
        parameter: &'static str,
    ) -> Option<PageRequest> {
        (limit.is_some() || cursor.is_some()).then(|| PageRequest {
            limit: limit.unwrap_or(Self::LARGEST).0,
            cursor: cursor.map(|text| Cursor { text, parameter }),
        })
    }
}

impl<const MAX: u16> ValueSchema for PageLimit<MAX> {
    fn value_schema(_: &mut Components) -> RefOr<Schema> {
        small_integer(&(1..=i64::from(MAX))).into()
    }
}

impl<const MAX: u16> FromStr for PageLimit<MAX> {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let limit = text.parse().ok().filter(|limit: &NonZeroU16| limit.get() <= MAX);
        limit.map(Self).ok_or_else(|| format!("must be a whole number from 1 to {MAX}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_accepts_numbers_within_the_limit_only() {
        let parsed = |text: &str| text.parse::<PageLimit<500>>().ok().map(|limit| limit.0.get());
        assert_eq!((parsed("1"), parsed("500")), (Some(1), Some(500)));
        for text in ["0", "501", "65536", "-1", "", "1.0", "ten", " 1"] {
            assert_eq!(parsed(text), None, "{text}");
        }
        let error = "0".parse::<PageLimit<500>>().unwrap_err();
        assert_eq!(error, "must be a whole number from 1 to 500");
    }
}
