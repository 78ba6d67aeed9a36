//! Entity tags of configurations, and preconditions with entity tags (RFC 9110 §8.8.3, §13.1.1).

use actix_web::HttpRequest;
use actix_web::http::header::{HeaderMap, HeaderValue, IF_MATCH};
use llm_config_core::config::{ConfigVersion, LlmConfig, Precondition, Revision};
use llm_config_core::field::FieldErrors;
use llm_config_service::Parsed;
use utoipa::IntoParams;

/// The header `If-Match`.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "for the document; `precondition` reads the header")]
pub(crate) struct IfMatch {
    /// Entity tags from `ETag`, or `*`. The change is refused with 412 unless one of the tags is the
    /// current one. A request that must repeat the endpoint must do so with this header too.
    #[param(
        rename = "If-Match",
        nullable = false,
        pattern = r#"^(\*|(W/)?"[^",]*")( *, *(\*|(W/)?"[^",]*"))*$"#
    )]
    if_match: Option<String>,
}

/// The text of a configuration's entity tag without the quotes: `REVISION-INCARNATION`. The revision
/// changes with every change of the configuration. The incarnation distinguishes the configuration from a
/// deleted one with the same id.
pub(crate) fn revision(config: &LlmConfig) -> String {
    let ConfigVersion { incarnation, revision } = config.version();
    format!("{}-{incarnation}", revision.number())
}

/// The strong entity tag of a configuration.
pub(crate) struct ETag(HeaderValue);

impl ETag {
    pub(crate) fn for_config(config: &LlmConfig) -> Self {
        let tag = HeaderValue::try_from(format!("\"{}\"", revision(config)));
        // Digits and a UUID are always a valid header value.
        Self(tag.unwrap_or(HeaderValue::from_static("\"\"")))
    }
}

impl From<ETag> for HeaderValue {
    fn from(tag: ETag) -> Self {
        tag.0
    }
}

/// The precondition in the header `If-Match`. Weak tags and tags of another form match
/// nothing.
pub(crate) fn precondition(request: &HttpRequest) -> Parsed<Precondition> {
    read(request.headers()).ok_or_else(|| {
        FieldErrors::one("if-match", "must be `*`, or entity tags in quotes, as in the header `ETag`")
    })
}

fn read(headers: &HeaderMap) -> Option<Precondition> {
    let mut versions = Vec::new();
    let mut is_any = false;
    for line in headers.get_all(IF_MATCH) {
        for tag in line.to_str().ok()?.split(',').map(str::trim) {
            if tag == "*" {
                is_any = true;
                continue;
            }
            let opaque = tag.strip_prefix("W/").unwrap_or(tag).strip_prefix('"')?.strip_suffix('"')?;
            versions.extend(version(opaque).filter(|_| !tag.starts_with("W/")));
        }
    }
    let has_header = headers.contains_key(IF_MATCH);
    Some(if is_any || !has_header { Precondition::None } else { Precondition::OneOf(versions) })
}

fn version(opaque: &str) -> Option<ConfigVersion> {
    let (revision, incarnation) = opaque.split_once('-')?;
    Some(ConfigVersion {
        incarnation: incarnation.parse().ok()?,
        revision: Revision::new(revision.parse().ok()?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const INCARNATION: &str = "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a";

    fn check(lines: &[&str], expected: Option<&[i64]>) {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_str(line).unwrap());
        }
        let found = read(&headers).map(|precondition| match precondition {
            Precondition::None => vec![-1],
            Precondition::OneOf(versions) => {
                versions.iter().map(|version| version.revision.number()).collect()
            }
        });
        assert_eq!(found.as_deref(), expected, "{lines:?}");
    }

    #[test]
    fn read_without_header_or_with_star_requires_nothing() {
        check(&[], Some(&[-1]));
        check(&["*"], Some(&[-1]));
    }

    #[test]
    fn read_of_tags_requires_one_of_them() {
        let tag = |revision: &str| format!("\"{revision}-{INCARNATION}\"");
        check(&[&tag("7")], Some(&[7]));
        check(&[&format!("{}, {}", tag("7"), tag("8"))], Some(&[7, 8]));
        check(&[&tag("7"), &tag("8")], Some(&[7, 8]));
    }

    #[test]
    fn read_of_weak_and_foreign_tags_matches_nothing() {
        check(&[&format!("W/\"7-{INCARNATION}\"")], Some(&[]));
        for foreign in ["\"7\"", "\"\"", "\"x-y\"", "\"7-x\""] {
            check(&[foreign], Some(&[]));
        }
    }

    #[test]
    fn read_of_malformed_tag_is_rejected() {
        for wrong in ["", "7", "\"7", "7\"", ","] {
            check(&[wrong], None);
        }
    }
}
