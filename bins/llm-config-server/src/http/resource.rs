//! Routes, declared once: a handler's `#[utoipa::path]` gives its method, its path and its documentation.
//!
//! An operation is a module with a handler called `handle`:
//!
//! ```text
//! /// Returns an LLM.
//! #[utoipa::path(get, path = "/v1/llms/{id}", …)]
//! pub(crate) async fn handle(Caller(session): Caller, service: Data<Service>, …)
//!     -> Result<Json<Llm>, RequestError> { … }
//! ```
//!
//! The module of the resource lists its operations with `operations!`. From this list, [`register`] makes
//! the routes and `schema::build` makes the document. `routes.rs` must have a line for the same route.

use std::future::ready;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpRequest, Resource, Route, web};
use utoipa::openapi::path::{HttpMethod, PathItem, PathsBuilder};
use utoipa::openapi::{RefOr, Schema};
// Not public API, but the traits with which utoipa's own framework crates collect operations.
use utoipa::__dev::{SchemaReferences, Tags};

use crate::http::error::RequestError;
use crate::http::fallback;
use crate::http::middleware::catch_panic::catch_panic;

/// A route with its documentation.
pub(crate) struct Operation {
    method: Method,
    path: String,
    route: Route,
    describe: fn(Description) -> Description,
}

/// The paths and the schemas of a document.
pub(crate) struct Description {
    pub(crate) paths: PathsBuilder,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

/// The operations of these modules, each of which has a handler called `handle`.
macro_rules! operations {
    ($($module:ident),* $(,)?) => {
        vec![$($crate::http::resource::Operation::new::<$module::__path_handle>(
            actix_web::web::to($module::handle)
        )),*]
    };
}
pub(crate) use operations;

impl Operation {
    /// The operation that `P` describes.
    pub(crate) fn new<P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>>(route: Route) -> Self {
        let method = P::methods().first().map_or(Method::GET, method);
        Self { method, path: P::path(), route, describe: describe::<P> }
    }

    /// An operation that the document does not describe.
    pub(crate) fn hidden(method: Method, path: &str, route: Route) -> Self {
        Self { method, path: path.to_owned(), route, describe: |description| description }
    }

    /// Adds the operation to a document.
    pub(crate) fn describe(&self, description: Description) -> Description {
        (self.describe)(description)
    }
}

fn describe<P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>>(description: Description) -> Description {
    let Description { mut paths, mut schemas } = description;
    let mut operation = P::operation();
    operation.tags.get_or_insert_default().extend(P::tags().into_iter().map(str::to_owned));
    for method in P::methods() {
        paths = paths.path(P::path(), PathItem::new(method, operation.clone()));
    }
    P::schemas(&mut schemas);
    Description { paths, schemas }
}

fn method(method: &HttpMethod) -> Method {
    match method {
        HttpMethod::Get => Method::GET,
        HttpMethod::Post => Method::POST,
        HttpMethod::Put => Method::PUT,
        HttpMethod::Delete => Method::DELETE,
        HttpMethod::Options => Method::OPTIONS,
        HttpMethod::Head => Method::HEAD,
        HttpMethod::Patch => Method::PATCH,
        HttpMethod::Trace => Method::TRACE,
    }
}

/// Registers operations in a scope whose path is `scope`. Of two paths that match, the first counts.
pub(crate) fn register(config: &mut web::ServiceConfig, scope: &str, operations: Vec<Operation>) {
    let mut paths: Vec<(String, Vec<(Method, Route)>)> = Vec::new();
    for Operation { method, path, route, describe: _ } in operations {
        let path = path.strip_prefix(scope).unwrap_or(&path).to_owned();
        match paths.iter_mut().find(|(other, _)| *other == path) {
            Some((_, methods)) => methods.push((method, route)),
            None => paths.push((path, vec![(method, route)])),
        }
    }
    for (path, methods) in paths {
        config.service(resource(&path, methods));
    }
}

/// A path and its methods. The response to any other method is 405 and to a panic 500. Errors have the
/// format of the path.
pub(crate) fn resource(
    path: &str,
    mut methods: Vec<(Method, Route)>,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    methods
        .sort_by_key(|(method, _)| ["GET", "POST", "PUT", "DELETE"].iter().position(|name| method == name));
    let allowed: Vec<&str> = methods.iter().map(|(method, _)| method.as_str()).collect();
    let allowed = allowed.join(", ");
    let other = move |request: HttpRequest| ready(fallback::unknown_method(&request, &allowed));
    let resource = methods
        .into_iter()
        .fold(web::resource(path), |resource, (method, route)| resource.route(route.method(method)));
    resource.default_service(web::to(other)).wrap(from_fn(render_errors)).wrap(from_fn(catch_panic))
}

/// Writes the error that a handler or an extractor returned. Handlers cannot write their errors themselves:
/// the format and the request id depend on the request.
async fn render_errors(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let error = response.response().error().and_then(|error| error.as_error::<RequestError>());
    let rendered = error.map(|error| error.respond_for_handler(response.request()));
    Ok(match rendered {
        Some(rendered) => response.into_response(rendered),
        None => response,
    })
}
