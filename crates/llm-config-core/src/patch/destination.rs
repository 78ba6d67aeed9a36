//! The rules on destinations: a change must not send a credential to an origin that the credential's sender
//! did not choose.

use super::credential::CredentialPatch;
use crate::config::{LlmConfig, OriginProvenance, Settings, Stamp};
use crate::credential::CredentialUse;
use crate::endpoint::{ApiPath, Endpoint, Origin, VendorHosts, named_origin, origin_of};
use crate::field::{Field, FieldErrors};
use crate::provider::Provider;

/// The author of a change, and the facts about hosts that decide where a credential may go.
#[derive(Clone, Copy)]
pub struct PatchContext<'a> {
    /// The principal (a user, not a token) and the moment of the change.
    pub stamp: Stamp,
    /// The facts about vendors' hosts.
    pub hosts: &'a dyn VendorHosts,
}

/// A credential without its endpoint, from a principal that did not choose the current origin.
///
/// Without this error a colleague could change the endpoint, with a credential of their own, and receive the
/// next credential that another member enters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnconfirmedOrigin {
    /// The origin that the credential would be sent to.
    pub origin: Origin,
    /// The principal that set the origin, and when; `None` if that was not recorded.
    pub set: Option<Stamp>,
    /// The other errors of the request.
    pub errors: FieldErrors,
}

/// Why a change cannot be applied to a configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatchError {
    /// The change breaks rules.
    #[error("{_0}")]
    Invalid(FieldErrors),
    /// The change must contain the endpoint.
    #[error("{}", _0.field_errors(""))]
    Unconfirmed(UnconfirmedOrigin),
}

impl UnconfirmedOrigin {
    /// All errors of the request, with one for the missing endpoint. `set` is a clause with the principal
    /// that set the origin and the moment, such as ` set by … on …`; empty if they are unknown.
    #[must_use]
    pub fn field_errors(&self, set: &str) -> FieldErrors {
        let mut errors = self.errors.clone();
        let origin = &self.origin;
        let with_api_path =
            if origin.has_customer() { ", and the API path if that names the customer," } else { "" };
        let message = format_args!(
            "is required with this credential, which would be used at {origin}{set}; if that is where it \
             belongs, send the endpoint{with_api_path} in the same request"
        );
        errors.add(Field::Endpoint, message);
        errors
    }
}

/// The fields of a change that decide where a credential goes.
pub(super) struct DestinationFields<'a> {
    pub(super) endpoint: Option<&'a Endpoint>,
    pub(super) api_path: Option<&'a ApiPath>,
    pub(super) credential: &'a CredentialPatch,
}

impl DestinationFields<'_> {
    /// Whether the fields name the whole `origin`: by the endpoint alone, or by endpoint and API path.
    ///
    /// A stored API path does not count: on a host that is divided by path it may name the customer, and the
    /// sender of an endpoint need not have seen it.
    fn name_origin(&self, hosts: &dyn VendorHosts, origin: &Origin) -> bool {
        let Some(endpoint) = self.endpoint else { return false };
        let named = match self.api_path {
            Some(api_path) => origin_of(hosts, endpoint, api_path),
            None => named_origin(hosts, endpoint),
        };
        named == *origin
    }
}

/// The origin of a configuration after a change.
pub(super) struct OriginChange {
    pub(super) provenance: OriginProvenance,
    /// Whether the origin differs from the stored one.
    pub(super) changes_origin: bool,
}

/// Applies the rules on destinations to a change of `current` to `new` and adds field errors.
///
/// Returns an error for a credential that requires its endpoint in the same request.
pub(super) fn check(
    destination: &DestinationFields<'_>,
    current: &LlmConfig,
    new: &Settings,
    context: &PatchContext<'_>,
    errors: &mut FieldErrors,
) -> Result<OriginChange, UnconfirmedOrigin> {
    let old = &current.settings;
    let old_origin = origin_of(context.hosts, &old.endpoint, &old.api_path);
    let new_origin = origin_of(context.hosts, &new.endpoint, &new.api_path);
    destination.credential.check_against(current.secret.as_ref(), errors);
    check_stored_origin(destination.credential, current, &old_origin, &new_origin, errors);
    check_stored_use(destination.credential, current, new.provider, errors);
    if old_origin != new_origin {
        return Ok(OriginChange { provenance: OriginProvenance::new(context.stamp), changes_origin: true });
    }
    let by = context.stamp.by;
    let names_origin = destination.name_origin(context.hosts, &new_origin);
    let is_confirmed = names_origin || current.origin.includes(by) || is_providers_own(context.hosts, new);
    if destination.credential.has_new_part() && !is_confirmed {
        return Err(UnconfirmedOrigin {
            origin: new_origin,
            set: current.origin.set,
            errors: std::mem::take(errors),
        });
    }
    let provenance = current.origin.clone();
    let confirms = names_origin && destination.credential.has_inline_secret();
    let provenance = if confirms { provenance.with_confirmation(by) } else { provenance };
    Ok(OriginChange { provenance, changes_origin: false })
}

/// Whether calls go to a host that is the provider's own, over https at the default port.
fn is_providers_own(hosts: &dyn VendorHosts, settings: &Settings) -> bool {
    let url = settings.endpoint.url();
    url.scheme() == "https"
        && url.port().is_none()
        && hosts.is_own(settings.provider, url.host_str().unwrap_or_default())
}

/// A stored secret was entered for one origin. For another one the request must contain the secret, which
/// proves that its sender knows it.
fn check_stored_origin(
    credential: &CredentialPatch,
    current: &LlmConfig,
    old: &Origin,
    new: &Origin,
    errors: &mut FieldErrors,
) {
    let Some(stored) = current.secret.as_ref().filter(|_| !credential.removes()) else { return };
    if old != new && !credential.replaces_all(stored) {
        let also = if stored.key_id_mask.is_some() { " (and the key again, or null to drop it)" } else { "" };
        let message = format_args!(
            "is at {new}, but the stored credential was entered for {old}; send the secret again{also} with \
             this change",
        );
        errors.add(Field::Endpoint, message);
    }
}

/// A signing secret never left the server. Before it is sent, the request must contain it. The identifier of
/// a key pair is sent in both uses, so only the secret matters.
fn check_stored_use(
    credential: &CredentialPatch,
    current: &LlmConfig,
    new_provider: Provider,
    errors: &mut FieldErrors,
) {
    let Some(stored) = current.secret.as_ref().filter(|_| !credential.removes()) else { return };
    let old_provider = current.settings.provider;
    let old_use = CredentialUse::for_provider(old_provider, stored.kind);
    let new_use = CredentialUse::for_provider(new_provider, credential.kind(stored.kind));
    if old_use == CredentialUse::Signing && new_use == CredentialUse::Sent && !credential.has_inline_secret()
    {
        let field = if old_provider == new_provider { Field::KeyId } else { Field::Provider };
        errors.add(
            field,
            "would send a credential that so far only signed requests; send the secret again with this \
             change",
        );
    }
}
