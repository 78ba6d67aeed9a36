//! Tests of the search for echoed secrets.

use proptest::prelude::*;

use super::*;

const KEY: &str = "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1";
const SLASHED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

#[track_caller]
fn check(secret: &str, text: &str, expected: bool) {
    assert_eq!(
        EchoScan::new(&["", "other-S3cret-key-0000", secret]).contains(text.as_bytes()),
        expected,
        "{text}"
    );
}

#[test]
fn contains_with_part_of_secret_is_true() {
    check(KEY, &format!("Incorrect API key provided: {KEY}."), true);
    check(KEY, "key Ab3dEf6hIj9l is wrong", true);
    check(KEY, "...UV8XYZ1 and qr5tuv8xyz1", false);
    check(KEY, "PQR5TUV8XYZ1", true);
    check(KEY, "N2PQR5TUV8XYZ1", true);
    check(KEY, "https://h/?x=6hij9lmn2pqr&y", true);
    for from in 8..=KEY.len() - PART {
        check(KEY, &KEY[from..from + PART], true);
        check(KEY, &format!("*{}*", &KEY[from..from + PART - 1]), false);
    }
}

#[test]
fn contains_with_ordinary_text_is_false() {
    check(KEY, "Keys begin with sk-proj-, for example sk-proj-abc123.", false);
    check(KEY, "Incorrect API key provided: sk-proj-************************xYz1.", false);
    check(KEY, "Incorrect API key provided: sk-proj-Ab3***Yz1.", false);
    check(KEY, "", false);
    check("ollama", "ollama pull llama3", false);
    check("sk-no-key-required", "set api_key to sk-no-key-required", false);
}

#[test]
fn contains_with_short_secret_needs_all_of_it() {
    check("sk-1234", "wrong key: SK-1234.", true);
    check("sk-1234", "task-12345", false);
    check("sk-1234", "sk-123", false);
    check("hunter2", "\"hunter2\"", true);
    check("hunter2", "hunter2", true);
    // Only four bytes behind the prefix.
    check("sk-proj-a1b2c3d4", "sk-proj-a1b2c3d4", true);
    check("sk-proj-a1b2c3d4", "sk-proj-a1b2c3d5", false);
}

#[test]
fn contains_with_escaped_secret_is_true() {
    let escaped = SLASHED.replace('/', "\\/");
    check(SLASHED, &format!("{{\"key\":\"{escaped}\"}}"), true);
    check(SLASHED, "tnFEMI\\/K7MDE", true);
    check("q\"uo\\te-0123456789", r#""q\"uo\\te-0123456789""#, true);
}

#[test]
fn contains_with_long_text_and_long_secrets_is_linear() {
    let secret: String = (0..4000_u32).map(|number| char::from(b'a' + (number * 7919 % 26) as u8)).collect();
    let scan = EchoScan::new(&[&format!("{secret}0")]);
    // Nearly parts: each has a block of the secret.
    let text: String =
        (0..5000).map(|at| &secret[at % 3900..at % 3900 + PART - 1]).collect::<Vec<_>>().join("|");
    assert!(!scan.contains(text.as_bytes()));
    assert!(scan.contains((text + &secret[500..512]).as_bytes()));
}

/// The bytes that pass, or `None` if a secret was found.
fn scan<'a>(secrets: &[&str], chunks: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut scan = EchoScan::new(secrets);
    let most = secrets.iter().map(|secret| 2 * secret.len()).max().unwrap_or(0);
    let (mut passed, mut taken) = (Vec::new(), 0);
    for chunk in chunks {
        taken += chunk.len();
        match scan.scan(&Bytes::copy_from_slice(chunk)) {
            Scanned::Pass(parts) => parts.iter().for_each(|part| passed.extend_from_slice(part)),
            Scanned::Found => {
                assert_eq!(scan.scan(&Bytes::from_static(b"x")), Scanned::Found);
                assert!(scan.flush().is_empty());
                return None;
            }
        }
        assert!(taken - passed.len() < most.max(1));
    }
    passed.extend_from_slice(&scan.flush());
    Some(passed)
}

#[test]
fn scan_finds_whole_secret_across_chunks() {
    for secret in [KEY, SLASHED] {
        for text in [format!("data: {secret}\n\n"), format!("s{secret}"), secret.replace('/', "\\/")] {
            for size in [1, 2, 5, 30, text.len()] {
                assert_eq!(
                    scan(&["0ther-secret-key", secret], text.as_bytes().chunks(size)),
                    None,
                    "{text} {size}"
                );
            }
        }
    }
}

#[test]
fn scan_with_hostile_secret_and_answer_looks_at_each_byte_once() {
    let scan = |size: usize| {
        let mut scan = EchoScan::new(&[&("a".repeat(16 * 1024) + "1")]);
        let chunk = Bytes::from("a".repeat(size));
        (0..200_000 / size).all(|_| scan.scan(&chunk) != Scanned::Found)
    };
    assert!(scan(1) && scan(1000) && scan(100_000));
}

#[test]
fn scan_passes_everything_else() {
    let almost = format!("{}x{} s sk sk-proj- {}", &KEY[..20], &KEY[1..], &KEY[..34]);
    for text in [almost.as_str(), "", "ollama EMPTY hunter2", &KEY.to_lowercase()] {
        for size in [1, 3, 100] {
            let passed = scan(&[KEY, "ollama", "hunter2", ""], text.as_bytes().chunks(size));
            assert_eq!(passed.as_deref(), Some(text.as_bytes()), "{text} {size}");
        }
    }
}

#[test]
fn scan_of_next_response_has_same_secrets_and_no_held_bytes() {
    let mut scan = EchoScan::new(&[KEY]);
    assert_eq!(scan.scan(&Bytes::from_static(b"sk-proj-")), Scanned::Pass([Bytes::new(), Bytes::new()]));
    let mut next = scan.for_next_response();
    assert!(next.contains(KEY.as_bytes()) && next.flush().is_empty());
    assert_eq!(scan.scan(&Bytes::from_static(&KEY.as_bytes()[8..])), Scanned::Found);
    assert_eq!(next.scan(&Bytes::from_static(KEY.as_bytes())), Scanned::Found);
}

#[test]
fn scan_holds_back_only_begin_of_secret() {
    let mut scan = EchoScan::new(&[KEY]);
    let mut pass = |chunk: &'static str| match scan.scan(&Bytes::from_static(chunk.as_bytes())) {
        Scanned::Pass(parts) => String::from_utf8(parts.concat()).unwrap(),
        Scanned::Found => "found".to_owned(),
    };
    assert_eq!(pass("data: {}\n\n"), "data: {}\n\n");
    assert_eq!(pass("a s"), "a ");
    assert_eq!(pass("k-pro"), "");
    assert_eq!(pass("se"), "sk-prose");
    assert_eq!(pass("sk-proj-Ab3dEf6hIj9lMn2pQr"), "");
    assert_eq!(pass("5tUv8xYz1"), "found");
}

proptest! {
    #[test]
    fn scan_in_any_chunks_finds_what_a_search_finds(
        text in "[ab1]{0,60}|(ab){0,40}|a{0,60}",
        secret in "(ab){2,9}1[ab1]{9}|a{4,30}1[ab]{0,3}a{7}|[ab]{4}1[ab1]{7,9}",
        size in 1_usize..20,
        inserts in any::<bool>(),
    ) {
        let text = if inserts { format!("{text}{secret}{text}") } else { format!("{text}{}", &secret[1..]) };
        let passed = scan(&["abab1ababababab", &secret], text.as_bytes().chunks(size));
        let is_echo = text.contains(&secret) || text.contains("abab1ababababab");
        let expected = (!is_echo).then(|| text.into_bytes());
        prop_assert_eq!(passed, expected);
    }

    #[test]
    fn contains_finds_what_a_comparison_of_all_parts_finds(
        text in "[abAB1]{0,80}",
        secret in "[ab1]{12,40}1[A]",
        from in any::<prop::sample::Index>(),
    ) {
        // A text that is random and one that has a part, or nearly one.
        let from = from.index(secret.len() - PART + 2);
        let almost = format!("{text}{}", &secret[from..secret.len().min(from + PART)]);
        for text in [text, almost] {
            let (text, lower) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
            let expected = lower.as_bytes().windows(PART).any(|part| {
                text.as_bytes().windows(PART).any(|window| window == part)
            });
            prop_assert_eq!(EchoScan::new(&[&secret]).contains(text.as_bytes()), expected);
        }
    }
}
