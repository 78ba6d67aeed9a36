//! Builds an `OpenAPI` document from operations, and adds the parts that all operations share.

use std::collections::BTreeSet;

use actix_web::http::StatusCode;
use utoipa::openapi::path::{self, PathItem, PathsBuilder};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::tag::{Tag, TagBuilder};
use utoipa::openapi::{
    ContactBuilder, Info, InfoBuilder, License, OpenApi, OpenApiBuilder, RefOr, Responses,
    SecurityRequirement, Server,
};
use utoipa::{IntoResponses, ToSchema};

use crate::http::resource::{Description, Operation};
use crate::http::schema::error_responses::{
    self, BadRequest, Internal, TooLarge, TooMany, TooSlow, Unauthorized, Unavailable,
};
use crate::http::schema::tag::DescribedTag;

const API_KEY: &str = "ApiKeyAuth";
const BEARER: &str = "BearerAuth";

/// What the beginning of a document says.
pub(crate) struct Introduction<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    /// The groups of operations in their order.
    pub(crate) tags: &'a [&'a [DescribedTag]],
}

/// The document of these operations, in which `E` is the body of an error.
pub(crate) fn build<E: ToSchema>(introduction: &Introduction<'_>, operations: &[Operation]) -> OpenApi {
    let empty = Description { paths: PathsBuilder::new(), schemas: Vec::new() };
    let Description { paths, mut schemas } =
        operations.iter().fold(empty, |description, operation| operation.describe(description));
    let mut document = OpenApiBuilder::new().info(info(introduction)).paths(paths.build()).build();
    let tags = introduction.tags.iter().copied().flatten();
    document.tags = Some(tags.map(tag).collect());
    let components = document.components.get_or_insert_default();
    schemas.push((E::name().into_owned(), E::schema()));
    E::schemas(&mut schemas);
    components.schemas.extend(schemas);
    components.responses.extend(error_responses::components(&E::name()));
    let header = ApiKeyValue::with_description("x-api-key", "A token.");
    components.add_security_scheme(API_KEY, SecurityScheme::ApiKey(ApiKey::Header(header)));
    let bearer = Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("The same token.")).build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer));
    let no_scopes: [&str; 0] = [];
    document.security =
        Some([API_KEY, BEARER].map(|scheme| SecurityRequirement::new(scheme, no_scopes)).into());
    document.servers = Some(vec![Server::new("/")]);
    let mut used = BTreeSet::new();
    for operation in document.paths.paths.values_mut().flat_map(path_operations) {
        complete(operation);
        used.extend(operation.responses.responses.values().filter_map(|response| match response {
            RefOr::Ref(reference) => reference.ref_location.rsplit('/').next().map(str::to_owned),
            RefOr::T(_) => None,
        }));
    }
    components.responses.retain(|name, _| used.contains(name));
    document
}

fn tag(DescribedTag { name, description }: &DescribedTag) -> Tag {
    TagBuilder::new().name(*name).description(Some(*description)).build()
}

fn info(Introduction { title, description, tags: _ }: &Introduction<'_>) -> Info {
    // The document is part of every installation, and only its operator can help the installation's users.
    let contact = ContactBuilder::new().name(Some("The operator of this server")).build();

    let mut license = License::new(env!("CARGO_PKG_LICENSE"));
    license.identifier = Some(env!("CARGO_PKG_LICENSE").to_owned());
    let info = InfoBuilder::new().title(*title).description(Some(*description)).contact(Some(contact));
    info.license(Some(license)).version(env!("CARGO_PKG_VERSION")).build()
}

/// Adds the error responses that any operation may have.
fn complete(operation: &mut path::Operation) {
    let responses = &mut operation.responses;
    // Operations without a token list their error responses themselves, because most of them have none.
    if operation.security.is_none() {
        add::<Unauthorized>(responses);
        add::<Internal>(responses);
        add::<Unavailable>(responses);
        // Where quotas are refused too, their description stays.
        add_if_absent::<TooMany>(responses);
    }
    if operation.request_body.is_some() {
        add::<BadRequest>(responses);
        add::<TooSlow>(responses);
        // Model calls have another limit.
        add_if_absent::<TooLarge>(responses);
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

fn add_if_absent<R: IntoResponses>(responses: &mut Responses) {
    for (status, response) in R::responses() {
        responses.responses.entry(status).or_insert(response);
    }
}

/// The operations of a path. No route has a method other than these four.
fn path_operations(item: &mut PathItem) -> impl Iterator<Item = &mut path::Operation> {
    [&mut item.get, &mut item.post, &mut item.put, &mut item.delete].into_iter().flatten()
}
