//! The formats of a report, and which of them a client asks for.

use actix_web::HttpRequest;
use actix_web::http::header::{Accept, Header, Quality};

use crate::http::schema::enums::names;

names! {
    /// The format of a report.
    pub(super) enum UsageFormat {
        Json = "json",
        Csv = "csv",
    }
}

impl UsageFormat {
    /// The format that the header `Accept` prefers; JSON if it prefers neither.
    pub(super) fn negotiate(request: &HttpRequest) -> Self {
        // A header that cannot be read counts as none.
        let Ok(Accept(mut types)) = Accept::parse(request) else { return Self::Json };
        types.retain(|item| item.quality > Quality::ZERO);
        let ranked = Accept(types).ranked();
        let mut known = ranked.iter().filter_map(|media_type| match media_type.essence_str() {
            "text/csv" | "text/*" => Some(Self::Csv),
            "application/json" | "application/*" | "*/*" => Some(Self::Json),
            _ => None,
        });
        known.next().unwrap_or(Self::Json)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::ACCEPT;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn negotiate_selects_csv_only_where_it_is_preferred() {
        for (accept, expected) in [
            ("text/csv", UsageFormat::Csv),
            ("text/csv;charset=utf-8", UsageFormat::Csv),
            ("text/csv, application/json;q=0.9", UsageFormat::Csv),
            ("application/json;q=0.5, text/*", UsageFormat::Csv),
            ("application/json", UsageFormat::Json),
            ("*/*", UsageFormat::Json),
            ("text/html, */*;q=0.8", UsageFormat::Json),
            ("text/csv;q=0", UsageFormat::Json),
            ("text/csv;q=0.5, application/json", UsageFormat::Json),
            ("nonsense", UsageFormat::Json),
            ("", UsageFormat::Json),
        ] {
            let request = TestRequest::default().insert_header((ACCEPT, accept)).to_http_request();
            assert_eq!(UsageFormat::negotiate(&request), expected, "{accept}");
        }
        assert_eq!(UsageFormat::negotiate(&TestRequest::default().to_http_request()), UsageFormat::Json);
    }
}
