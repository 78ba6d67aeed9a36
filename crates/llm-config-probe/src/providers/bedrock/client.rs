//! Requests to Bedrock, signed or with a key, and the keys' own words about themselves.

use std::borrow::Cow;
use std::time::SystemTime;

use data_encoding::{BASE64, BASE64_NOPAD};
use url::Url;
use zeroize::Zeroizing;

use crate::access::{Access, KeyHeader, SigningPair};
use crate::finding::Finding;
use crate::report::{Reason, Shown, Stage};
use crate::sigv4;
use llm_config_egress::{Request, Response};

use super::super::native::Heard;
use super::super::{Subject, answers};
use super::errors::{self, Circumstances};
use super::place::Place;
use super::signing::signed;

/// A secret that no access key ever had.
const WRONG_SECRET: &str = "llm-config-probe-control-0000";

/// Asks in the way that the credential's shape demands.
pub(super) struct Client<'a> {
    pub(super) subject: &'a Subject<'a>,
    pub(super) place: &'a Place,
}

impl Client<'_> {
    /// A request that shows, or is signed with, what is to be shown. A signature is good for some
    /// minutes, so each request is made when it is sent.
    pub(super) fn show(&self, request: Request, shown: Shown) -> Request {
        match (self.subject.access, shown) {
            (Access::Open, _) | (_, Shown::Nothing) => request,
            (access @ Access::Key(_), Shown::Credential | Shown::WrongCredential) => {
                access.show(request, &KeyHeader::bearer(), shown)
            }
            (Access::Pair(pair), Shown::Credential) => signed(request, pair, now()),
            (Access::Pair(pair), Shown::WrongCredential) => {
                let wrong = SigningPair {
                    key_id: pair.key_id.clone(),
                    secret: Zeroizing::new(WRONG_SECRET.to_owned()),
                    session_token: pair.session_token.clone(),
                };
                signed(request, &wrong, now())
            }
        }
    }

    /// What calls after the first one show.
    pub(super) const fn shown(&self) -> Shown {
        match self.subject.access {
            Access::Open => Shown::Nothing,
            Access::Key(_) | Access::Pair(_) => Shown::Credential,
        }
    }

    pub(super) const fn signs(&self) -> bool {
        matches!(self.subject.access, Access::Pair(_))
    }

    /// The root of AWS's own hosts, whatever path was written; a gateway's path stays.
    pub(super) fn root(&self) -> Url {
        let mut url = self.subject.base.url().clone();
        if self.place.is_vendor() {
            url.set_path("");
        }
        url
    }

    /// The root of the other plane. A key is shown to the host that it was stored for and to
    /// nobody else; a signature gives no secret away.
    pub(super) fn sister(&self) -> Option<Url> {
        let sister = self.place.sister.as_deref().filter(|_| self.signs())?;
        let mut url = self.root();
        url.set_host(Some(sister)).ok()?;
        Some(url)
    }

    pub(super) fn judge(&self, asked: &Url, answer: &Response, passes: bool) -> Heard {
        if passes { Heard::Passed } else { Heard::Refused(self.refusal(asked, answer)) }
    }

    pub(super) fn refusal(&self, asked: &Url, answer: &Response) -> Finding {
        let key_region = self.key_region();
        let is_regional = key_region.is_some() && key_region == self.place.region;
        let circumstances = Circumstances { is_vendor: self.place.is_vendor(), is_regional };
        errors::refusal(answer, circumstances)
            .unwrap_or_else(|| answers::other(self.subject.base, asked, answer))
    }

    /// What is wrong with the credential before anybody is asked.
    pub(super) fn misfit(&self) -> Option<Finding> {
        let incomplete = |hint| Some(Finding::of(Reason::ConfigIncomplete, Stage::Policy).hint(hint));
        match self.subject.access {
            Access::Open => None,
            Access::Key(_) => match (self.key_region(), &self.place.region) {
                (Some(own), Some(region)) if own != *region => {
                    Some(Finding::of(Reason::KeyWrongRegion, Stage::Policy))
                }
                _ => None,
            },
            Access::Pair(SigningPair { key_id, session_token, .. }) => {
                if key_id.starts_with("ASIA") && session_token.as_ref().is_none_or(|it| it.is_empty()) {
                    incomplete(
                        "An access key id that begins with ASIA is temporary and needs its session token: store the secret as SECRET:TOKEN.",
                    )
                } else if key_id.starts_with("AKIA") && session_token.is_some() {
                    incomplete(
                        "An access key id that begins with AKIA has no session token: store the secret alone.",
                    )
                } else {
                    None
                }
            }
        }
    }

    /// The region that a short-term key names: it is a signed URL in Base64
    /// (docs.aws.amazon.com/bedrock/latest/userguide/api-keys-reference.html).
    fn key_region(&self) -> Option<String> {
        let Access::Key(sent) = self.subject.access else { return None };
        let encoded = sent.key.strip_prefix("bedrock-api-key-")?.as_bytes();
        let url = BASE64.decode(encoded).or_else(|_| BASE64_NOPAD.decode(encoded)).ok()?;
        let url = Zeroizing::new(String::from_utf8(url).ok()?);
        let (_, query) = url.split_once('?')?;
        let scope = url::form_urlencoded::parse(query.as_bytes())
            .find_map(|(name, value)| (name == "X-Amz-Credential").then_some(value))?;
        scope.split('/').nth(2).map(str::to_owned)
    }
}

/// Every request is signed for the moment in which it is made, so the time cannot be handed in
/// once for a check.
#[expect(clippy::disallowed_methods, reason = "the edge where the pure signer is handed the time")]
fn now() -> SystemTime {
    SystemTime::now()
}

/// The URL of an operation. Everything in a segment is encoded, `:` and the `/` of ARNs included.
pub(super) fn below(root: &Url, segments: &[&str]) -> Url {
    let path: Vec<Cow<'_, str>> = std::iter::once(Cow::Borrowed(root.path().trim_end_matches('/')))
        .chain(segments.iter().map(|it| Cow::Owned(sigv4::encode(it))))
        .collect();
    let mut url = root.clone();
    url.set_path(&path.join("/"));
    url
}
