//! Canonical forms are equal if and only if the parts are equivalent by RFC 3986, section 6.2.2.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{ApiPath, Endpoint};

/// An octet of a path or a query, apart from its spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Octet {
    /// Means the same, encoded or not.
    Unreserved(char),
    /// Has its meaning as a separator only if it is not encoded.
    Reserved(char),
    EncodedReserved(char),
    /// Neither reserved nor unreserved: clients encode it before they send it.
    Other(char),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Parts {
    segments: Vec<Vec<Octet>>,
    /// Never empty: an empty query is a spelling of none.
    query: Option<Vec<Octet>>,
}

/// How [`Parts`] are spelled. The octets use the choices in turn.
#[derive(Clone, Debug)]
struct Spelling {
    choices: Vec<u8>,
    /// What precedes each segment without meaning anything.
    steps: &'static str,
    end: &'static str,
    empty_query: bool,
    bare: bool,
}

fn spell(octets: &[Octet], spelling: &Spelling) -> String {
    let mut spelled = String::new();
    for (octet, choice) in octets.iter().zip(spelling.choices.iter().cycle()) {
        let (c, is_encoded) = match octet {
            Octet::Reserved(c) => (c, false),
            Octet::EncodedReserved(c) => (c, true),
            Octet::Unreserved(c) | Octet::Other(c) => (c, *choice >= 128),
        };
        if is_encoded {
            encode(*c, choice.is_multiple_of(2), &mut spelled);
        } else {
            spelled.push(*c);
        }
    }
    spelled
}

fn encode(c: char, is_upper: bool, into: &mut String) {
    for byte in c.to_string().bytes() {
        let encoded = if is_upper { format!("%{byte:02X}") } else { format!("%{byte:02x}") };
        into.push_str(&encoded);
    }
}

impl Parts {
    fn spelled(&self, spelling: &Spelling) -> String {
        let mut path = String::new();
        for segment in &self.segments {
            path.extend(["/", spelling.steps, &spell(segment, spelling)]);
        }
        let query = match &self.query {
            Some(query) => format!("?{}", spell(query, spelling)),
            None if spelling.empty_query => "?".to_owned(),
            None => String::new(),
        };
        format!("{path}{}{query}", spelling.end)
    }
}

fn any_octet(reserved: Vec<char>) -> impl Strategy<Value = Octet> {
    prop_oneof![
        4 => select(vec!['a', 'A', '1', '.', '~', '_']).prop_map(Octet::Unreserved),
        1 => select(reserved).prop_map(Octet::Reserved),
        1 => select(vec!['/', '%', '?', '&', '=', ':', '@', '+']).prop_map(Octet::EncodedReserved),
        1 => select(vec!['|', '"', '^', '\u{e9}']).prop_map(Octet::Other),
    ]
}

fn any_segment() -> impl Strategy<Value = Vec<Octet>> {
    let is_dots = |segment: &Vec<Octet>| {
        segment.len() <= 2 && segment.iter().all(|octet| *octet == Octet::Unreserved('.'))
    };
    vec(any_octet(vec![':', '@', '+', '&', '=']), 1..4)
        .prop_filter("a dot segment is a spelling", move |segment| !is_dots(segment))
}

prop_compose! {
    fn any_parts()(
        segments in vec(any_segment(), 1..4),
        query in proptest::option::of(vec(any_octet(vec!['/', '?', '&', '=', '+']), 1..4)),
    ) -> Parts {
        Parts { segments, query }
    }
}

prop_compose! {
    fn any_spelling()(
        choices in vec(any::<u8>(), 1..8),
        steps in select(vec!["", "", "./", "%2e/", "x/../", "x/%2E./", "x//%2e%2E/../"]),
        end in select(vec!["", "/", "//", "/.", "/x/.."]),
        empty_query in any::<bool>(),
        bare in any::<bool>(),
    ) -> Spelling {
        Spelling { choices, steps, end, empty_query, bare }
    }
}

fn endpoint(parts: &Parts, spelling: &Spelling) -> Endpoint {
    format!("https://h.example{}", parts.spelled(spelling)).parse().unwrap()
}

fn api_path(parts: &Parts, spelling: &Spelling) -> ApiPath {
    let text = parts.spelled(spelling);
    let text = if spelling.bare { text.trim_start_matches('/') } else { &text };
    text.parse().unwrap()
}

fn check(first: (&Parts, &Spelling), second: (&Parts, &Spelling)) -> Result<(), TestCaseError> {
    let is_same = first.0 == second.0;
    let (one, two) = (endpoint(first.0, first.1), endpoint(second.0, second.1));
    prop_assert_eq!(one.canonical() == two.canonical(), is_same, "{:?} {:?}", one, two);
    let (one, two) = (api_path(first.0, first.1), api_path(second.0, second.1));
    prop_assert_eq!(one.canonical() == two.canonical(), is_same, "{:?} {:?}", one, two);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn canonical_of_equal_parts_in_other_spelling_is_equal(
        parts in any_parts(), one in any_spelling(), two in any_spelling(),
    ) {
        check((&parts, &one), (&parts, &two))?;
    }

    #[test]
    fn canonical_of_different_parts_is_different(
        first in any_parts(), second in any_parts(), one in any_spelling(), two in any_spelling(),
    ) {
        check((&first, &one), (&second, &two))?;
        let changed = Parts { query: second.query.clone(), ..first.clone() };
        check((&first, &one), (&changed, &two))?;
    }

    #[test]
    fn canonical_of_canonical_form_is_itself(parts in any_parts(), spelling in any_spelling()) {
        let canonical = endpoint(&parts, &spelling).canonical();
        let text = canonical.as_str().to_owned();
        prop_assert_eq!(text.parse::<Endpoint>().unwrap().canonical(), canonical);
        let canonical = api_path(&parts, &spelling).canonical();
        prop_assert_eq!(canonical.parse::<ApiPath>().unwrap().canonical(), canonical);
    }

    #[test]
    fn canonical_of_any_endpoint_is_itself(
        text in "https?://h[!-~\u{e9}]{0,16}", path in "[!-~\u{e9}]{1,16}",
    ) {
        if let Ok(endpoint) = text.parse::<Endpoint>() {
            let canonical = endpoint.canonical().as_str().to_owned();
            prop_assert_eq!(canonical.parse::<Endpoint>().unwrap().canonical(), endpoint.canonical());
            prop_assert_eq!(endpoint.as_str(), text);
        }
        if let Ok(path) = path.parse::<ApiPath>() {
            let canonical = path.canonical();
            // An empty text is the default path.
            if !canonical.is_empty() {
                prop_assert_eq!(canonical.parse::<ApiPath>().unwrap().canonical(), canonical);
            }
        }
    }
}
