//! Tests of the search for echoed secrets.

use proptest::prelude::*;

use super::*;

const KEY: &str = "sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz1";
const SLASHED: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
const PADDED: &str = "Ab3dEfgh+IjKlMnOpQr+9/mNoPqRs/TuV==";

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
    // Twelve characters, of which some are escaped.
    check(PADDED, r"Qr+9\u002F", false);
    check(PADDED, r"mNoPqRs/TuV\u003d\u003d", true);
    check(PADDED, "efgh%2bIjKlMnO", true);
}

#[test]
fn contains_with_few_escaped_characters_is_false() {
    for secret in ["Ab3dEf6h++Ij9lMn2pQr", "Ab3dEf6hIj9lMn2pQr=="] {
        for text in [r"C\u002B\u002B is 5\u002B\u002B", r"a \u003d\u003d b", r#"{"x":"\u003d\u003d"}"#] {
            check(secret, text, false);
        }
    }
    check("sk-proj-a+b+3", r"sk-proj-a\u002Bb\u002B4", false);
    check("sk-proj-a+b+3", r"sk-proj-a\u002Bb\u002B3", true);
    // Eleven characters and a part of the twelfth.
    check("+Bcdefghij4+Xy", r"\u002BBcdefghij4\u002C", false);
    check("+Bcdefghij4+Xy", r"002BBcdefghij4\u002Bz", false);
    check("+Bcdefghij4+Xy", r"002BBcdefghij4\u002Bx", true);
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

#[test]
fn contains_with_escaped_short_secret_needs_all_of_it() {
    check("h+nter2", r#"{"key":"h\u002Bnter2"}"#, true);
    check("h+nter2", r#"{"key":"h\u002Bnter3"}"#, false);
    check("h+nter2", "h%2Bnter2", true);
}

/// The bytes that pass, or `None` if a secret was found.
fn scan<'a>(secrets: &[&str], chunks: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut scan = EchoScan::new(secrets);
    let most = secrets.iter().map(|secret| 6 * secret.len()).max().unwrap_or(0);
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
fn scan_finds_secret_in_form_of_every_encoder() {
    let key = "wJalrXUtnFEMI+K7/bPx'RfiCY&<KEY=";
    for form in [
        key,
        r"wJalrXUtnFEMI+K7\/bPx'RfiCY&<KEY=",
        r"wJalrXUtnFEMI+K7\/bPx\u0027RfiCY\u0026\u003CKEY=",
        r"wJalrXUtnFEMI\u002BK7/bPx\u0027RfiCY\u0026\u003CKEY=",
        r"wJalrXUtnFEMI+K7/bPx'RfiCY\u0026\u003cKEY=",
        r"wJalrXUtnFEMI+K7/bPx\u0027RfiCY\u0026\u003cKEY=",
        r"wJalrXUtnFEMI+K7/bPx\u0027RfiCY\u0026\u003cKEY\u003d",
        "wJalrXUtnFEMI%2BK7%2FbPx%27RfiCY%26%3CKEY%3D",
        "wJalrXUtnFEMI%2bK7%2fbPx%27RfiCY%26%3cKEY%3d",
    ] {
        let text = format!("{{\"t\":\"wJalrXUtnFEMI wJalrXUtnFEMI\\ {form}\"}}");
        for size in [1, 2, 5, 30, text.len()] {
            assert_eq!(scan(&["0ther-secret-key", key], text.as_bytes().chunks(size)), None, "{text} {size}");
            let cut = text.replace(form, &form[..form.len() - 1]);
            let passed = scan(&[key], cut.as_bytes().chunks(size));
            assert_eq!(passed.as_deref(), Some(cut.as_bytes()), "{cut} {size}");
        }
    }
}

#[test]
fn scan_for_short_secret_with_long_form_passes_everything() {
    for secret in ["h+nter2+x", "Passw0rd=="] {
        for form in written_forms(secret) {
            assert_eq!(scan(&[secret], [&form.bytes[..]]).as_deref(), Some(&form.bytes[..]), "{secret}");
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
        secret in "(ab){2,9}1[ab1]{9}|a{4,30}1[ab]{0,3}a{7}|[ab]{4}1[ab1]{7,9}|(ab){1,9}[=+]1[ab1]{9}[=]?",
        form in any::<prop::sample::Index>(),
        size in 1_usize..20,
        inserts in any::<bool>(),
    ) {
        let text_of = |form: &form::Form| String::from_utf8(form.bytes.to_vec()).unwrap();
        let forms: Vec<_> = written_forms(&secret).iter().map(text_of).collect();
        let form = form.get(&forms);
        let text = if inserts { format!("{text}{form}{text}") } else { format!("{text}{}", &form[1..]) };
        let passed = scan(&["abab1ababababab", &secret], text.as_bytes().chunks(size));
        let is_echo = forms.iter().any(|form| text.contains(form)) || text.contains("abab1ababababab");
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
