//! Files, commands and settings that people store in the place of a key.

use data_encoding::{BASE64, BASE64_NOPAD};
use zeroize::Zeroizing;

use crate::key::KeyFault;

/// The types of Google's credentials files, and what they are
/// (googleapis/google-auth-library-python, `google/auth/_default.py`).
const GOOGLE_TYPES: &[(&str, KeyFault)] = &[
    ("service_account", KeyFault::ServiceAccount),
    ("impersonated_service_account", KeyFault::GoogleCredentials),
    ("gdch_service_account", KeyFault::GoogleCredentials),
    ("authorized_user", KeyFault::GoogleCredentials),
    ("external_account", KeyFault::GoogleCredentials),
    ("external_account_authorized_user", KeyFault::GoogleCredentials),
];

/// Programs that send requests, as the first word of a command.
const PROGRAMS: &[&str] = &[
    "curl",
    "curl.exe",
    "http",
    "https",
    "xh",
    "wget",
    "irm",
    "iwr",
    "invoke-restmethod",
    "invoke-webrequest",
];

/// Headers that carry keys, in lower case.
const HEADERS: &[&str] = &[
    "api-key",
    "apikey",
    "authorization",
    "cf-aig-authorization",
    "ocp-apim-subscription-key",
    "proxy-authorization",
    "x-api-key",
    "x-auth-token",
    "x-goog-api-key",
    "xi-api-key",
];

/// Words in the names of settings for secrets.
const WORDS_OF_SETTINGS: &[&str] = &["key", "token", "secret", "password", "authorization"];

/// What stands in front of a name in a shell, a container file or a program.
const DECLARATIONS: &[&str] = &[
    "export ",
    "declare -x ",
    "set ",
    "setx ",
    "env ",
    "const ",
    "let ",
    "var ",
    "$env:",
    "-h ",
    "--header ",
];

/// The thing that is no key, if `text` is one. `text` has no outer white space.
pub(super) fn recognise(text: &str) -> Option<KeyFault> {
    google_or_pem(text)
        .or_else(|| decoded(text).and_then(|text| google_or_pem(&text)))
        .or_else(|| aws(text))
        .or_else(|| json(text))
        .or_else(|| command_or_address(text))
        .or_else(|| cookie(text))
        .or_else(|| named_value(text))
}

/// A credentials file of Google, or a PEM block, with line breaks or `\n`, with escaped quotes or without.
fn google_or_pem(text: &str) -> Option<KeyFault> {
    if !text.contains(['"', '\'', '-']) {
        return None;
    }
    let is_kept = |c: &char| !c.is_whitespace() && *c != '\\';
    let quoted = |c| if c == '\'' { '"' } else { c };
    let compact: Zeroizing<String> =
        Zeroizing::new(text.replace("\\n", "").chars().filter(is_kept).map(quoted).collect());
    let is_type = |name: &str| compact.contains(&format!("\"type\":\"{name}\""));
    let google = GOOGLE_TYPES.iter().find(|(name, _)| is_type(name)).map(|(_, fault)| *fault);
    let has = |name: &str| compact.contains(&format!("\"{name}\":"));
    if google.is_some() {
        google
    } else if has("private_key") && has("client_email") {
        Some(KeyFault::ServiceAccount)
    } else if has("client_id") && has("client_secret") {
        Some(KeyFault::GoogleCredentials)
    } else {
        compact.contains("-----BEGIN").then_some(KeyFault::Pem)
    }
}

/// The text that is encoded in Base64, if it begins like a JSON object or a PEM block. Genuine keys may be
/// Base64 of JSON too, such as those of Grafana Cloud.
fn decoded(text: &str) -> Option<Zeroizing<String>> {
    let is_encoded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '\n' | '\r' | ' ');
    if !text.starts_with(['e', 'L', 'I', 'C', 'D']) || !text.chars().all(is_encoded) {
        return None;
    }
    let compact: Zeroizing<String> = Zeroizing::new(text.split_whitespace().collect());
    let bytes =
        BASE64.decode(compact.as_bytes()).or_else(|_| BASE64_NOPAD.decode(compact.as_bytes())).ok()?;
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}

/// A file of AWS's settings, a JSON object of its token service, or both parts of an access key.
fn aws(text: &str) -> Option<KeyFault> {
    let lower = Zeroizing::new(text.to_ascii_lowercase());
    let is_file = lower.contains("aws_access_key_id") || lower.contains("aws_secret_access_key");
    let is_json = lower.contains("accesskeyid") && lower.contains("secretaccesskey");
    if is_file && lower.contains(['=', ':']) || is_json {
        return Some(KeyFault::AwsFile);
    }
    let (id, rest) = text.split_at_checked(20)?;
    let is_id = id.starts_with("AKIA") || id.starts_with("ASIA");
    let is_separated = rest.starts_with([':', ',', ';', '|', '/', ' ', '\t', '\n', '\r']) && rest.len() > 1;
    (is_id && is_separated && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
        .then_some(KeyFault::AwsPair)
}

fn json(text: &str) -> Option<KeyFault> {
    let is_object = text.starts_with('{') && text.ends_with('}') && text.contains(':');
    let is_list = text.starts_with('[') && text.ends_with(']') && text.contains(['"', '\'']);
    (is_object || is_list).then_some(KeyFault::Json)
}

fn command_or_address(text: &str) -> Option<KeyFault> {
    let first = text.trim_start_matches(['$', '>']).split_whitespace().next()?.to_ascii_lowercase();
    if text.contains(char::is_whitespace) && PROGRAMS.contains(&first.as_str()) {
        return Some(KeyFault::Command);
    }
    (first.starts_with("https://") || first.starts_with("http://")).then_some(KeyFault::WebAddress)
}

/// A header line, or a setting with its name.
fn named_value(text: &str) -> Option<KeyFault> {
    let mut rest = text;
    for declaration in DECLARATIONS {
        if let Some((start, after)) = rest.split_at_checked(declaration.len())
            && start.eq_ignore_ascii_case(declaration)
        {
            rest = after.trim_start();
        }
    }
    let (name, value) = rest.split_at(rest.find(['=', ':'])?);
    let is_quoted = name.trim().ends_with(['"', '\'', '`']);
    let name = name.trim().trim_matches(['"', '\'', '`']);
    let (is_equals, value) = (value.starts_with('='), &value[1..]);
    // Base64 ends in `=`, and some keys have a colon between two parts.
    if value.trim_matches(['=', ' ']).is_empty() || !name.chars().all(is_of_name) {
        return None;
    }
    let lower = name.to_ascii_lowercase();
    let has_space = value.starts_with(char::is_whitespace);
    if !is_equals && matches!(lower.as_str(), "cookie" | "set-cookie") {
        Some(KeyFault::Cookie)
    } else if !(is_equals || is_quoted)
        && HEADERS.contains(&lower.as_str())
        && (has_space || lower.contains('-') || lower == "authorization")
    {
        Some(KeyFault::HeaderLine)
    } else if (is_equals || has_space) && is_name_of_setting(name, &lower) {
        Some(KeyFault::Setting)
    } else {
        None
    }
}

const fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

fn is_name_of_setting(name: &str, lower: &str) -> bool {
    let is_constant = name.contains('_') && !name.contains(|c: char| c.is_ascii_lowercase());
    name.len() <= 64 && (is_constant || WORDS_OF_SETTINGS.iter().any(|word| lower.contains(word)))
}

/// `name=value; name2=value2`, or one of the names that only cookies have.
fn cookie(text: &str) -> Option<KeyFault> {
    let (name, rest) = text.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(is_of_name);
    let has_more = rest.split_once(';').is_some_and(|(_, more)| more.is_empty() || more.starts_with(' '));
    let is_known = ["__secure-", "__host-", "sessionkey", "sessionid", "connect.sid"];
    let lower = name.to_ascii_lowercase();
    let is_known = is_known.iter().any(|known| lower.starts_with(known));
    (is_name && (has_more || is_known)).then_some(KeyFault::Cookie)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVICE_ACCOUNT: &str = "{\n  \"type\": \"service_account\",\n  \"project_id\": \"p\",\n  \
        \"private_key\": \"-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----\\n\",\n  \
        \"client_email\": \"a@p.iam.gserviceaccount.com\"\n}";

    #[track_caller]
    fn check(expected: Option<KeyFault>, texts: &[&str]) {
        for text in texts {
            assert_eq!(recognise(text), expected, "{text:?}");
        }
    }

    #[test]
    fn recognise_names_files_of_google() {
        let minified = SERVICE_ACCOUNT.replace("\n  ", "").replace('\n', "");
        let escaped = SERVICE_ACCOUNT.replace('\n', "\\n").replace('"', "\\\"");
        let encoded = BASE64.encode(SERVICE_ACCOUNT.as_bytes());
        let wrapped = format!("{}\n{}", &encoded[..76], &encoded[76..]);
        let python = SERVICE_ACCOUNT.replace('"', "'");
        let quoted = format!("\"{escaped}\"");
        check(
            Some(KeyFault::ServiceAccount),
            &[SERVICE_ACCOUNT, &minified, &escaped, &encoded, &wrapped, &python, &quoted],
        );
        check(
            Some(KeyFault::GoogleCredentials),
            &[
                r#"{"client_id": "1", "client_secret": "2", "type": "authorized_user"}"#,
                r#"{"type": "external_account", "audience": "//iam.googleapis.com/p", "token_url": "u"}"#,
                r#"{"installed": {"client_id": "1.apps.googleusercontent.com", "client_secret": "2"}}"#,
            ],
        );
    }

    #[test]
    fn recognise_names_other_credential_objects() {
        let pem = "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----";
        let encoded = BASE64.encode(pem.as_bytes());
        let escaped = pem.replace('\n', "\\n");
        check(Some(KeyFault::Pem), &[pem, &escaped, &encoded, "-----BEGIN CERTIFICATE-----\nMIIE"]);
        check(
            Some(KeyFault::AwsFile),
            &[
                "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalr",
                "export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE\nexport AWS_SECRET_ACCESS_KEY=wJalr",
                r#"{"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "w", "SessionToken": "I"}}"#,
            ],
        );
        check(Some(KeyFault::AwsPair), &["AKIAIOSFODNN7EXAMPLE:wJalrXUtnFEMI", "ASIAIOSFODNN7EXAMPLE,wJalr"]);
        check(Some(KeyFault::Json), &[r#"{"apiKey": "sk-1"}"#, r#"["sk-1"]"#, "{apiKey: 'sk-1'}"]);
        check(
            Some(KeyFault::Cookie),
            &["Cookie: session=1", "a=1; b=2", "__Secure-next-auth.session-token=eyJh"],
        );
    }

    #[test]
    fn recognise_names_commands_lines_and_settings() {
        check(
            Some(KeyFault::Command),
            &["curl https://api.openai.com/v1/models -H 'Authorization: Bearer sk-1'"],
        );
        check(Some(KeyFault::WebAddress), &["https://api.openai.com/v1", "http://localhost:11434"]);
        check(
            Some(KeyFault::HeaderLine),
            &["Authorization: Bearer sk-1", "authorization:Bearer sk-1", "x-api-key: sk-1"],
        );
        check(Some(KeyFault::HeaderLine), &["api-key:0123", "-H \"x-goog-api-key: AIza\""]);
        check(
            Some(KeyFault::Setting),
            &["export OPENAI_API_KEY=sk-1", "OPENAI_API_KEY=sk-1", "api_key = \"sk-1\""],
        );
        check(
            Some(KeyFault::Setting),
            &["openaiKey: sk-1", "\"apiKey\": \"sk-1\"", "$env:OPENAI_API_KEY=\"sk-1\""],
        );
        check(Some(KeyFault::Setting), &["set GROQ_API_KEY=gsk_1", "ENV HF_TOKEN=hf_1", "LLM_AUTH='a'"]);
    }

    #[test]
    fn recognise_leaves_keys_alone() {
        check(None, &["sk-123", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY=", "token==", "KEY_A==", "a:b"]);
        check(
            None,
            &["AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY:IQoJb3JpZ2luX2VjE//x="],
        );
        check(None, &["eyJrIjoiTjF4IiwibiI6ImEiLCJpZCI6MX0=", "c0ffee00-0000-4000-8000-000000000000:0f0f"]);
        check(
            None,
            &[
                "apikey:0123",
                "-----",
                "p=a",
                "user:pass:word",
                "eyJhbGciOi.eyJzdWIi.SflKxw-_",
                "sk-ant-oat01-a",
            ],
        );
    }
}
