//! Query parameters that carry a credential.

/// Query parameters that carry a credential at some provider. Responses contain the endpoint in clear, so it
/// must not contain a credential.
const CREDENTIAL_PARAMETERS: &[&str] = &[
    "access_token",
    "api-key",
    "api_key",
    "apikey",
    "auth",
    "code",
    "credential",
    "key",
    "password",
    "secret",
    "sig",
    "signature",
    "subscription-key",
    "token",
    "x-amz-credential",
    "x-amz-security-token",
    "x-amz-signature",
    "x-api-key",
];

/// The first parameter of `query` that carries a credential at some provider.
pub(super) fn credential_parameter(query: &str) -> Option<&'static str> {
    url::form_urlencoded::parse(query.as_bytes()).find_map(|(name, _)| {
        CREDENTIAL_PARAMETERS.iter().copied().find(|known| name.eq_ignore_ascii_case(known))
    })
}
