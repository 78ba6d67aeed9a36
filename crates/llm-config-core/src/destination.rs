//! Where a credential goes: its origin, who chose that origin, and from whom a credential is taken
//! that comes without it.

use std::collections::BTreeSet;

use crate::api_path::ApiPath;
use crate::config::{LlmConfig, Settings, Stamp};
use crate::credential::Presentation;
use crate::endpoint::{Endpoint, Origin, OriginError};
use crate::id::PrincipalId;
use crate::patch::ConfigPatch;
use crate::provider::Provider;
use crate::violation::{Field, Violations};

/// What the vendor table knows about a host, as far as the rules in this module ask.
///
/// Every program on one database needs the same answers: sealed credentials are bound to origins.
pub trait VendorHosts: Send + Sync {
    /// Whether `host` is `provider`'s own and serves all of its customers alike, such as
    /// `api.openai.com`. A host whose customers share it, such as a hosted gateway, is not.
    fn is_own(&self, provider: Provider, host: &str) -> bool;

    /// How many leading segments of the path name the customer on `host`, such as 3 at
    /// `gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY`; 0 where the host belongs to one party.
    fn customer_segments(&self, host: &str) -> usize;
}

/// The origin of a configuration: scheme, host and port, followed by the part of the path that names
/// the customer where the host is divided by path.
///
/// The path is that of the URL which is called. Where an API path with `..` leaves the part that the
/// endpoint names, the origin has both.
#[must_use]
pub fn origin_of(hosts: &dyn VendorHosts, endpoint: &Endpoint, api_path: &ApiPath) -> Origin {
    let base = endpoint.url();
    let count = hosts.customer_segments(base.host_str().unwrap_or_default());
    if count == 0 {
        return endpoint.origin();
    }
    let (called, named) = (customer(&endpoint.join(api_path), count), customer(&base, count));
    let origin = endpoint.origin().with_customer(&called);
    if named.matches('/').count() < count || named == called {
        origin
    } else {
        origin.with_customer(&format!(" and {named}"))
    }
}

/// Whether a change names the whole `origin`: by its endpoint alone, or by an endpoint and an API path.
/// On a divided host the customer may be named by the stored API path, which the sender of an endpoint
/// need not have seen.
fn names_origin(patch: &ConfigPatch, hosts: &dyn VendorHosts, origin: &Origin) -> bool {
    let Some(endpoint) = &patch.endpoint else { return false };
    if let Some(api_path) = &patch.api_path {
        return origin_of(hosts, endpoint, api_path) == *origin;
    }
    let url = endpoint.url();
    let count = hosts.customer_segments(url.host_str().unwrap_or_default());
    let named = if count == 0 { String::new() } else { customer(&url, count) };
    endpoint.origin().with_customer(&named) == *origin
}

/// The origin that an operator writes, such as in a grant. Accepts every spelling; on a host that is
/// divided by path the path names the customer, and elsewhere there is none.
pub fn parse_origin(hosts: &dyn VendorHosts, text: &str) -> Result<Origin, OriginError> {
    let endpoint: Endpoint = text.parse()?;
    let url = endpoint.url();
    let count = hosts.customer_segments(url.host_str().unwrap_or_default());
    if count == 0 {
        return text.parse();
    }
    let (named, whole) = (customer(&url, count), customer(&url, usize::MAX));
    if named != whole || named.matches('/').count() != count || url.query().is_some() {
        return Err(OriginError::Customer(count));
    }
    Ok(endpoint.origin().with_customer(&named))
}

/// The first `count` segments of a path, each with its slash; all of them where a host could decode a step
/// up in the path that a URL does not count as one, such as `..%2f`.
fn customer(url: &url::Url, count: usize) -> String {
    let path = url.path().to_ascii_lowercase();
    let may_step_up = ["..", "%2e", "%25"].iter().any(|it| path.contains(it));
    let count = if may_step_up { usize::MAX } else { count };
    let segments = url.path_segments().into_iter().flatten().filter(|it| !it.is_empty()).take(count);
    segments.flat_map(|segment| ["/", segment]).collect()
}

/// Knows no vendor: no host is a provider's own, and none is divided by path.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoVendorHosts;

impl VendorHosts for NoVendorHosts {
    fn is_own(&self, _: Provider, _: &str) -> bool {
        false
    }

    fn customer_segments(&self, _: &str) -> usize {
        0
    }
}

/// Who chose the origin of a configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OriginProvenance {
    /// Who last set it, and when: by creation, a change to another origin, or a transfer. `None`
    /// for a row from before this was recorded.
    pub set: Option<Stamp>,
    /// Who, since then, has given an inline credential together with the endpoint. At most
    /// [`OriginProvenance::CONFIRMATIONS`].
    pub confirmed_by: BTreeSet<PrincipalId>,
}

impl OriginProvenance {
    /// The most principals that are remembered; others name the endpoint every time.
    pub const CONFIRMATIONS: usize = 100;

    /// The provenance of an origin that was set just now.
    #[must_use]
    pub const fn new(set: Stamp) -> Self {
        Self { set: Some(set), confirmed_by: BTreeSet::new() }
    }

    /// Whether `principal` set the origin, or confirmed it since.
    #[must_use]
    pub fn is_known_to(&self, principal: PrincipalId) -> bool {
        self.set.is_some_and(|set| set.by == principal) || self.confirmed_by.contains(&principal)
    }

    fn confirmed(mut self, principal: PrincipalId) -> Self {
        if !self.is_known_to(principal) && self.confirmed_by.len() < Self::CONFIRMATIONS {
            self.confirmed_by.insert(principal);
        }
        self
    }
}

/// Who changes a configuration, and the facts that decide where its credential may go.
#[derive(Clone, Copy)]
pub struct PatchContext<'a> {
    /// Who, and when. A principal is a user, not a token.
    pub stamp: Stamp,
    /// What is known about vendors' hosts.
    pub hosts: &'a dyn VendorHosts,
}

/// A credential came without its endpoint, from a principal who did not choose the present origin.
///
/// Otherwise a colleague could change the endpoint, with a credential of their own, and receive the
/// next credential that is entered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedOrigin {
    /// Where the credential would go.
    pub origin: Origin,
    /// Who set that origin, and when; `None` where that was not recorded.
    pub set: Option<Stamp>,
    /// What else is wrong with the request.
    pub faults: Violations,
}

/// Why a change does not fit a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// It breaks rules.
    #[error("{_0}")]
    Invalid(Violations),
    /// It has to name the endpoint.
    #[error("{}", _0.violations(""))]
    Unconfirmed(UnconfirmedOrigin),
}

impl UnconfirmedOrigin {
    /// Everything that is wrong, with a sentence about the missing endpoint. `set` says who set the
    /// origin and when, such as ` set by … on …`; it is empty where that is not known.
    #[must_use]
    pub fn violations(&self, set: &str) -> Violations {
        let mut faults = self.faults.clone();
        let origin = &self.origin;
        let with_api_path =
            if origin.has_customer() { ", and the API path if that names the customer," } else { "" };
        let message = format_args!(
            "is required with this credential, which would be used at {origin}{set}; if that is where it \
             belongs, send the endpoint{with_api_path} in the same request"
        );
        faults.add(Field::Endpoint, message);
        faults
    }
}

/// What becomes of a configuration's origin by a change.
pub(crate) struct OriginChange {
    pub(crate) provenance: OriginProvenance,
    pub(crate) is_other: bool,
}

/// Applies the rules on destinations to a change of `current` to `new`; notes what they refuse.
/// The error is a credential that needs its endpoint in the same request.
pub(crate) fn check(
    patch: &ConfigPatch,
    current: &LlmConfig,
    new: &Settings,
    context: &PatchContext<'_>,
    faults: &mut Violations,
) -> Result<OriginChange, UnconfirmedOrigin> {
    let old = &current.settings;
    let origins = Origins {
        old: origin_of(context.hosts, &old.endpoint, &old.api_path),
        new: origin_of(context.hosts, &new.endpoint, &new.api_path),
    };
    credential_stays(patch, current, new.provider, &origins, faults);
    if origins.old != origins.new {
        return Ok(OriginChange { provenance: OriginProvenance::new(context.stamp), is_other: true });
    }
    let by = context.stamp.by;
    let names_origin = names_origin(patch, context.hosts, &origins.new);
    let url = new.endpoint.url();
    let is_own = || {
        url.scheme() == "https"
            && url.port().is_none()
            && context.hosts.is_own(new.provider, url.host_str().unwrap_or_default())
    };
    let is_known = names_origin || current.origin.is_known_to(by) || is_own();
    if patch.credential.gives_part() && !is_known {
        return Err(UnconfirmedOrigin {
            origin: origins.new,
            set: current.origin.set,
            faults: std::mem::take(faults),
        });
    }
    let provenance = current.origin.clone();
    let is_confirmed = names_origin && patch.credential.gives_secret();
    let provenance = if is_confirmed { provenance.confirmed(by) } else { provenance };
    Ok(OriginChange { provenance, is_other: false })
}

struct Origins {
    old: Origin,
    new: Origin,
}

/// A secret was entered for one origin, and to be sent or to sign. Another use needs a request that
/// gives the secret again, because that shows who knows it.
fn credential_stays(
    patch: &ConfigPatch,
    current: &LlmConfig,
    new_provider: Provider,
    Origins { old, new }: &Origins,
    faults: &mut Violations,
) {
    let credential = &patch.credential;
    credential.check_against(current.secret.as_ref(), faults);
    let Some(stored) = &current.secret else { return };
    if old != new && !credential.is_whole(stored) {
        let also = if stored.key_id_mask.is_some() { " (and the key again, or null to drop it)" } else { "" };
        let message = format_args!(
            "is at {new}, but the stored credential was entered for {old}; send the secret again{also} with \
             this change",
        );
        faults.add(Field::Endpoint, message);
    }
    // An identifier was never hidden from the provider, so here the secret alone counts.
    let old_provider = current.settings.provider;
    let was = Presentation::of(old_provider, stored.kind);
    if !credential.gives_secret()
        && was == Presentation::Signed
        && Presentation::of(new_provider, credential.kind(stored.kind)) == Presentation::Sent
    {
        let field = if old_provider == new_provider { Field::KeyId } else { Field::Provider };
        faults.add(
            field,
            "would send a credential that so far only signed requests; send the secret again with this \
             change",
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Gateway;

    impl VendorHosts for Gateway {
        fn is_own(&self, _: Provider, _: &str) -> bool {
            false
        }

        fn customer_segments(&self, host: &str) -> usize {
            if host == "gateway.example" { 2 } else { 0 }
        }
    }

    fn check_origin(endpoint: &str, api_path: &str, expected: &str) {
        let found = origin_of(&Gateway, &endpoint.parse().unwrap(), &api_path.parse().unwrap());
        assert_eq!(found.as_str(), expected, "{endpoint} {api_path}");
    }

    #[test]
    fn origin_of_a_host_of_one_party_is_scheme_host_and_port() {
        check_origin("HTTPS://H:443/v1/a", "/c", "https://h");
        check_origin("http://h:1", "/../c", "http://h:1");
    }

    #[test]
    fn origin_of_a_divided_host_has_the_customer() {
        check_origin("https://gateway.example/v1/acme/openai", "/c", "https://gateway.example/v1/acme");
        check_origin("https://GATEWAY.example//v1//acme/", "/c", "https://gateway.example/v1/acme");
        check_origin("https://gateway.example/v1", "/acme/c", "https://gateway.example/v1/acme");
        check_origin("https://gateway.example:8443/v1/acme", "", "https://gateway.example:8443/v1/acme");
    }

    #[test]
    fn parse_origin_of_a_divided_host_needs_exactly_the_customer() {
        let parse = |text: &str| parse_origin(&Gateway, text).map(|it| it.to_string());
        let acme = "https://gateway.example/v1/acme";
        for text in [acme, "https://GATEWAY.example:443/v1/acme/"] {
            assert_eq!(parse(text), Ok(acme.to_owned()), "{text}");
        }
        for text in
            ["https://gateway.example", "https://gateway.example/v1", "https://gateway.example/v1/acme/x"]
        {
            assert_eq!(parse(text), Err(OriginError::Customer(2)), "{text}");
        }
        assert_eq!(parse("https://gateway.example/v1/acme?x"), Err(OriginError::Customer(2)));
        assert_eq!(parse("HTTPS://H:443/"), Ok("https://h".to_owned()));
        assert_eq!(parse("https://h/v1"), Err(OriginError::Path));
    }

    #[test]
    fn origin_of_a_path_that_may_step_up_is_the_whole_path() {
        let acme = "https://gateway.example/v1/acme";
        for step in ["..%2f", "%2E%2e%2Fx/", "%252e%252e/", "..%5c", "..;/"] {
            let steps_up = format!("/{step}mallory");
            for (endpoint, api_path) in [(acme, steps_up.as_str()), (&format!("{acme}{steps_up}"), "/c")] {
                let found = origin_of(&Gateway, &endpoint.parse().unwrap(), &api_path.parse().unwrap());
                assert!(found.as_str().contains("mallory"), "{found}");
            }
            let granted = parse_origin(&Gateway, &format!("{acme}{steps_up}"));
            assert_eq!(granted, Err(OriginError::Customer(2)), "{step}");
        }
    }

    #[test]
    fn origin_with_an_api_path_that_leaves_the_customer_has_both() {
        for leaves in ["/../mallory/c", "/%2e%2e/mallory/c", "../mallory/c"] {
            check_origin(
                "https://gateway.example/v1/acme",
                leaves,
                "https://gateway.example/v1/mallory and /v1/acme",
            );
        }
    }
}
