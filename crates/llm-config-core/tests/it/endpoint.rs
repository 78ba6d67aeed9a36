//! Endpoints: every text is either rejected or has one canonical form.

use llm_config_core::endpoint::{ApiPath, Endpoint};
use proptest::prelude::*;
use proptest::sample::select;

/// The canonical form has no public text. The URL that is called at the root of an endpoint is that text with
/// a slash, so parsing it as an endpoint proves idempotence.
fn check(text: &str, path: &str) -> Result<(), TestCaseError> {
    let Ok(endpoint) = text.parse::<Endpoint>() else { return Ok(()) };
    prop_assert_eq!(endpoint.as_str(), text.trim(), "what is called is what was written");

    let called = endpoint.join(&"/".parse().unwrap());
    prop_assert!(matches!(called.scheme(), "http" | "https"));
    prop_assert!(called.has_host() && called.fragment().is_none());
    prop_assert_eq!((called.username(), called.password()), ("", None));

    let again = called.as_str().parse::<Endpoint>();
    prop_assert!(again.is_ok(), "{called} is not an endpoint");
    let again = again.unwrap();
    prop_assert_eq!(again.canonical(), endpoint.canonical());
    prop_assert_eq!(again.origin(), endpoint.origin());
    prop_assert_eq!(again.join(&"/".parse().unwrap()), called);

    let origin = endpoint.origin().to_string().parse::<Endpoint>().map(|endpoint| endpoint.origin());
    prop_assert_eq!(origin, Ok(endpoint.origin()), "an origin is its own origin");

    if let Ok(path) = path.parse::<ApiPath>() {
        let joined = endpoint.join(&path).origin().ascii_serialization();
        prop_assert_eq!(joined, endpoint.origin().to_string(), "a path never leaves the origin");
    }
    Ok(())
}

fn plausible() -> impl Strategy<Value = String> {
    let scheme = select(vec!["http", "https", "HTTPS", "HtTp", "ftp", "ws", ""]);
    let slashes = select(vec!["://", "://", "://", ":/", ":", ":///", "//"]);
    let user = select(vec!["", "", "", "", "u:p@", "@", "a@b@"]);
    let host = select(vec![
        "h",
        "API.OpenAI.com",
        "bücher.example",
        "xn--bcher-kva.example",
        "STRASSE.example.",
        "127.1",
        "0x7f.1",
        "[::1]",
        "[::FFFF:127.0.0.1]",
        "%68",
        "a..b",
        "",
    ]);
    let port = select(vec!["", "", ":443", ":80", ":8443", ":0443", ":", ":99999"]);
    let path = select(vec![
        "",
        "/",
        "//",
        "/v1",
        "/V1/",
        "/v1//",
        "/a/../b",
        "/%2E%2e/x/",
        "/é",
        "/%C3%a9",
        "/a@b",
        "/://x",
        "/;x/",
        "/a|b",
        "/\"",
    ]);
    let query = select(vec!["", "", "?", "?a=B", "?A=%20", "?key=x", "?q=://u:p@x/", "?é='", "??/"]);
    let fragment = select(vec!["", "", "", "#", "#x"]);
    (scheme, slashes, user, host, port, path, query, fragment).prop_map(
        |(scheme, slashes, user, host, port, path, query, fragment)| {
            [scheme, slashes, user, host, port, path, query, fragment].concat()
        },
    )
}

fn damaged() -> impl Strategy<Value = String> {
    (plausible(), any::<prop::sample::Index>(), any::<char>()).prop_map(|(mut text, place, stray)| {
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        text.insert(*place.get(&places), stray);
        text
    })
}

fn any_path() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[/.?@:%a-z]{0,12}", Just("//evil.example/x".to_owned())]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn parse_of_any_text_is_rejected_or_has_one_canonical_form(text in any::<String>(), path in any_path()) {
        check(&text, &path)?;
    }

    #[test]
    fn parse_of_text_after_scheme_is_rejected_or_has_one_canonical_form(
        text in "(http|https)://\\PC{0,40}",
        path in any_path(),
    ) {
        check(&text, &path)?;
    }

    #[test]
    fn parse_of_plausible_url_is_rejected_or_has_one_canonical_form(text in plausible(), path in any_path()) {
        check(&text, &path)?;
    }

    #[test]
    fn parse_of_damaged_url_is_rejected_or_has_one_canonical_form(text in damaged(), path in any_path()) {
        check(&text, &path)?;
    }
}
