//! What holds for every operation of a document is added here, instead of being said at each.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::schema::AdditionalProperties;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{OpenApi, RefOr, Responses, Schema, SecurityRequirement, Server};
use utoipa::{IntoResponses, ToSchema};

use super::refusal::{self, BadRequest, Internal, TooLarge, Unauthorized, Unavailable};

const API_KEY: &str = "ApiKeyAuth";
const BEARER: &str = "BearerAuth";

/// Adds the ways to send a token, and the refusals that any operation may answer with; `E` is
/// the body of an error.
pub(in crate::http) fn complete<E: ToSchema>(mut document: OpenApi) -> OpenApi {
    let components = document.components.get_or_insert_default();
    let mut schemas = vec![(E::name().into_owned(), E::schema())];
    E::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.responses.extend(refusal::components(&E::name()));
    let header = ApiKeyValue::with_description("x-api-key", "A token.");
    components.add_security_scheme(API_KEY, SecurityScheme::ApiKey(ApiKey::Header(header)));
    let bearer = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("The same token.")).build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let no_scopes: [&str; 0] = [];
    document.security =
        Some([API_KEY, BEARER].map(|scheme| SecurityRequirement::new(scheme, no_scopes)).into());
    document.servers = Some(vec![Server::new("/")]);
    let mut named = BTreeSet::new();
    for operation in document.paths.paths.values_mut().flat_map(operations) {
        complete_operation(operation);
        named.extend(operation.responses.responses.values().filter_map(|response| match response {
            RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().map(str::to_owned),
            RefOr::T(_) => None,
        }));
    }
    components.responses.retain(|name, _| named.contains(name));
    document
}

/// Says of the members of `T`, and of the objects in it, that there are no others.
pub(in crate::http) fn close<T: ToSchema>(document: &mut OpenApi) {
    let mut names = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut names);
    let schemas = &mut document.components.get_or_insert_default().schemas;
    for (name, _) in names {
        if let Some(RefOr::T(Schema::Object(object))) = schemas.get_mut(&name)
            && !object.properties.is_empty()
        {
            object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
        }
    }
}

fn complete_operation(operation: &mut Operation) {
    let responses = &mut operation.responses;
    // A route that needs no token says which refusals it has: most of them have none.
    if operation.security.is_none() {
        add::<Unauthorized>(responses);
        add::<Internal>(responses);
        add::<Unavailable>(responses);
    }
    if operation.request_body.is_some() {
        add::<BadRequest>(responses);
        add::<TooLarge>(responses);
    }
    for (status, response) in &mut responses.responses {
        if let RefOr::T(response) = response
            && response.description.is_empty()
        {
            let status = status.parse().ok().and_then(|code| StatusCode::from_u16(code).ok());
            let reason = status.and_then(|status| status.canonical_reason());
            reason.unwrap_or_default().clone_into(&mut response.description);
        }
    }
}

fn add<R: IntoResponses>(responses: &mut Responses) {
    responses.responses.extend(R::responses());
}

/// The operations of a path; no route of ours has another method.
fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
}
