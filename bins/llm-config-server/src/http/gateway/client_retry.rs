//! Whether a client's library repeats a call.

use actix_web::http::header::{HeaderMap, HeaderName};

/// The header in which the libraries of OpenAI and Anthropic count their repetitions. Each first request has
/// it too, with 0.
const RETRY_COUNT: HeaderName = HeaderName::from_static("x-stainless-retry-count");

/// Whether a request repeats an earlier one.
pub(super) fn is_repeated(headers: &HeaderMap) -> bool {
    let count = headers.get(RETRY_COUNT).and_then(|count| count.to_str().ok());
    count.and_then(|count| count.trim().parse::<u32>().ok()).is_some_and(|count| count > 0)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn request_with_retry_count_above_zero_is_repeated() {
        let check = |count: Option<&'static str>, expected| {
            let headers = count.map(|count| (RETRY_COUNT, HeaderValue::from_static(count)));
            assert_eq!(is_repeated(&headers.into_iter().collect()), expected, "{count:?}");
        };
        for count in [None, Some("0"), Some(""), Some("-1"), Some("yes")] {
            check(count, false);
        }
        for count in ["1", "2", " 10"] {
            check(Some(count), true);
        }
    }
}
