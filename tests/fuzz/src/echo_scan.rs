//! Answers with an echo of the credential: in any chunks, the scan finds what a search finds, never lets a
//! secret through whole, and else changes nothing.

use bytes::Bytes;
use llm_config_gateway::echo::{EchoScan, Scanned};

use super::input::Input;

/// Few characters, so that begins of a secret occur in it again; those that encoders escape among them.
const ALPHABET: &[u8; 16] = b"ab1A-/\"\\+&<>'=%.";

/// Checks one input.
pub fn check(data: &[u8]) {
    let mut input = Input(data);
    // A shorter secret is not searched for if it looks like words.
    let length = 20 + usize::from(input.byte() % 32);
    let secret: String = (0..length).map(|_| character(input.byte())).collect();
    let forms = written_forms(&secret);
    let [is_in_alphabet, ..] = input.flags();
    let (whole, chunks) = input.rest_in_chunks();
    let text = |part: &[u8]| -> Vec<u8> {
        if !is_in_alphabet {
            return part.to_vec();
        }
        // One byte in eight stands for a form of the whole secret.
        let form = |byte: &u8| forms[usize::from(byte >> 3) % forms.len()].clone();
        let written = |byte: &u8| if byte % 8 == 7 { form(byte) } else { character(byte >> 3).into() };
        part.iter().map(written).collect::<String>().into_bytes()
    };
    let (whole, chunks) = (text(whole), chunks.into_iter().map(text).collect::<Vec<_>>());
    let first = forms.iter().filter_map(|form| first_in(&whole, form)).min();
    let begin = first.map(|(_, begin)| begin);
    let scan = EchoScan::new(&[&secret]);
    if begin.is_some() {
        assert!(scan.contains(&whole), "what is an echo in an answer is one in an error");
    }
    check_scan(&scan, std::slice::from_ref(&whole), &whole, begin);
    check_scan(&scan, &chunks, &whole, begin);
}

fn character(byte: u8) -> char {
    char::from(ALPHABET[usize::from(byte % 16)])
}

/// The secret, and as `docs/calling-models.md` says that programs write it: in JSON, and in URLs.
fn written_forms(secret: &str) -> [String; 10] {
    let lower = |c: char| format!("\\u{:04x}", u32::from(c));
    let upper = |c: char| format!("\\u{:04X}", u32::from(c));
    let json = |slash: &str, coded: &str, code: &dyn Fn(char) -> String| -> String {
        let written = |c: char| match c {
            _ if coded.contains(c) => code(c),
            '"' | '\\' => format!("\\{c}"),
            '/' => slash.to_owned(),
            _ => c.to_string(),
        };
        secret.chars().map(written).collect()
    };
    let is_kept = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_' | '~');
    let url = |code: fn(u32) -> String| -> String {
        secret.chars().map(|c| if is_kept(c) { c.to_string() } else { code(u32::from(c)) }).collect()
    };
    [
        secret.to_owned(),
        json("/", "", &lower),
        json("\\/", "", &lower),
        json("\\/", "\"&'<>", &upper),
        json("/", "\"&'<>+`", &upper),
        json("/", "&<>", &lower),
        json("/", "&<>'", &lower),
        json("/", "&<>'=", &lower),
        url(|code| format!("%{code:02X}")),
        url(|code| format!("%{code:02x}")),
    ]
}

/// Where the first occurrence of a secret ends and begins.
fn first_in(text: &[u8], secret: &str) -> Option<(usize, usize)> {
    let begin = text.windows(secret.len()).position(|window| window == secret.as_bytes())?;
    Some((begin + secret.len(), begin))
}

/// Scans an answer, the first secret of which begins at `begin`.
fn check_scan(scan: &EchoScan, chunks: &[Vec<u8>], whole: &[u8], begin: Option<usize>) {
    let mut scan = scan.for_next_response();
    let mut passed = Vec::new();
    let mut is_found = false;
    for chunk in chunks {
        match scan.scan(&Bytes::copy_from_slice(chunk)) {
            Scanned::Pass(parts) => {
                assert!(!is_found, "after an echo nothing passes");
                passed.extend_from_slice(&parts.concat());
            }
            Scanned::Found => is_found = true,
        }
    }
    let rest = scan.flush();
    assert_eq!(is_found, begin.is_some());
    assert!(whole.starts_with(&passed), "what passes is unchanged");
    match begin {
        Some(begin) => assert!(rest.is_empty() && passed.len() <= begin, "a part of a secret passes"),
        None => assert_eq!([&passed[..], &rest].concat(), whole),
    }
}
