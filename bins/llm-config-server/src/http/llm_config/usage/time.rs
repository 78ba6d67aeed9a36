//! Times in queries.

use std::str::FromStr;

use llm_config_core::time::Timestamp;
use utoipa::openapi::{KnownFormat, SchemaFormat};

use crate::http::schema::value::{text, value_schemas};

/// A time in RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Time(pub(super) Timestamp);

value_schemas! {
    Time => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)));
}

impl FromStr for Time {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let time = text.parse::<jiff::Timestamp>().map_err(|_| {
            "must be a time in RFC 3339, such as `2026-11-29T13:00:00Z`; in a URL, the + of an offset is \
             written as %2B"
        })?;
        Ok(Self(Timestamp::from_micros(time.as_microsecond())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parse_accepts_times_with_offset_only() {
        let micros = |text: &str| text.parse::<Time>().ok().map(|time| time.0.as_micros());
        assert_eq!(micros("1970-01-01T00:00:01Z"), Some(1_000_000));
        assert_eq!(micros("1970-01-01T01:00:01.5+01:00"), Some(1_500_000));
        for text in ["", "1970-01-01", "1970-01-01T00:00:01", "1970-01-01T01:00:01 01:00", "0", "now"] {
            assert_eq!(micros(text), None, "{text}");
        }
    }
}
