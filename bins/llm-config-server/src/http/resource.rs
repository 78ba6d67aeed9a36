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
//! The module of the resource lists its operations with `operations!`; an operation with query parameters
//! names their struct there, `operations![get(BothSpellings<get::GetQuery>)]`. From this list, [`register`]
//! makes the routes and `schema::build` makes the document. `routes.rs` must have a line for the same route.
//!
//! `HEAD` is answered wherever `GET` is, by the same handler; the HTTP library leaves the body out.

use std::future::ready;
use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::{Next, from_fn};
use actix_web::{HttpMessage, HttpRequest, Resource, Route, guard, web};
use llm_config_service::Parsed;
use utoipa::IntoResponses;
use utoipa::openapi::path::{HttpMethod, PathItem, PathsBuilder};
use utoipa::openapi::{RefOr, Schema};
// Not public API, but the traits with which utoipa's own framework crates collect operations.
use utoipa::__dev::{SchemaReferences, Tags};

use crate::http::auth;
use crate::http::error::RequestError;
use crate::http::fallback;
use crate::http::middleware::catch_panic::catch_panic;
use crate::http::query::{self, FromQuery, NoParameters};
use crate::http::schema::error_responses::BadRequest;

/// A route with its documentation.
pub(crate) struct Operation {
    /// The pattern of its paths.
    path: String,
    method: MethodRoute,
    /// `None` if the operation accepts every query.
    query: Option<QueryRule>,
    describe: fn(&Operation, Description) -> Description,
}

/// What makes a parameter of a pattern match slashes too.
const SLASHES: &str = ":.+";

/// A method of a path.
pub(crate) struct MethodRoute {
    method: Method,
    route: Route,
    /// Whether `Allow` lists the method.
    is_listed: bool,
}

/// What an operation requires of the query.
#[derive(Clone, Copy)]
struct QueryRule {
    check: fn(&str) -> Parsed<()>,
    needs_token: bool,
}

/// The paths and the schemas of a document.
pub(crate) struct Description {
    pub(crate) paths: PathsBuilder,
    pub(crate) schemas: Vec<(String, RefOr<Schema>)>,
}

/// The operations of these modules, each of which has a handler called `handle`. `module(Query)` has the
/// query parameters of that type, and `module` has none.
macro_rules! operations {
    (@query) => { $crate::http::query::NoParameters };
    (@query $query:ty) => { $query };
    ($($module:ident $(($query:ty))?),* $(,)?) => {
        vec![$($crate::http::resource::Operation::new::<
            $module::__path_handle,
            $crate::http::resource::operations!(@query $($query)?),
        >(actix_web::web::to($module::handle))),*]
    };
}
pub(crate) use operations;

impl Operation {
    /// The operation that `P` describes, with the query parameters `Q`.
    pub(crate) fn new<P, Q>(route: Route) -> Self
    where
        P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
        Q: FromQuery,
    {
        let method = P::methods().first().map_or(Method::GET, method);
        Self {
            path: P::path(),
            method: MethodRoute::new(method, route),
            query: Some(QueryRule {
                check: check_query::<Q>,
                needs_token: P::operation().security.is_none(),
            }),
            describe: describe::<P, Q>,
        }
    }

    /// An operation that neither the document nor `Allow` names. It needs a token and has no query
    /// parameters.
    pub(crate) fn hidden(method: Method, path: &str, route: Route) -> Self {
        Self {
            path: path.to_owned(),
            method: MethodRoute { is_listed: false, ..MethodRoute::new(method, route) },
            query: Some(QueryRule { check: check_query::<NoParameters>, needs_token: true }),
            describe: |_, description| description,
        }
    }

    /// The operation without checks of the query: unknown parameters are ignored.
    pub(crate) fn with_any_query(self) -> Self {
        Self { query: None, ..self }
    }

    /// The operation, whose path parameter of this name may contain slashes.
    pub(crate) fn with_slashes_in(self, parameter: &str) -> Self {
        Self {
            path: self.path.replace(&format!("{{{parameter}}}"), &format!("{{{parameter}{SLASHES}}}")),
            ..self
        }
    }

    /// Whether the path is below this one.
    pub(crate) fn is_below(&self, path: &str) -> bool {
        self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    /// What reads the query; `None` if the operation accepts every query.
    #[cfg(feature = "testing")]
    pub(crate) fn query_check(&self) -> Option<fn(&str) -> Parsed<()>> {
        self.query.map(|rule| rule.check)
    }

    /// Adds the operation to a document.
    pub(crate) fn describe(&self, description: Description) -> Description {
        (self.describe)(self, description)
    }
}

fn check_query<Q: FromQuery>(query: &str) -> Parsed<()> {
    query::read_text::<Q>(query).map(|_| ())
}

fn describe<P, Q>(described: &Operation, description: Description) -> Description
where
    P: utoipa::Path + SchemaReferences + for<'t> Tags<'t>,
    Q: FromQuery,
{
    let Description { mut paths, mut schemas } = description;
    let mut operation = P::operation();
    operation.tags.get_or_insert_default().extend(P::tags().into_iter().map(str::to_owned));
    let query = Q::describe(&mut schemas);
    if !query.is_empty() {
        operation.parameters.get_or_insert_default().extend(query.into_iter().map(RefOr::T));
    }
    if described.query.is_some() {
        operation.responses.responses.extend(BadRequest::responses());
    }
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
    let mut paths: Vec<(String, Vec<MethodRoute>)> = Vec::new();
    for Operation { path, mut method, query, describe: _ } in operations {
        if let Some(rule) = query {
            method.route = with_query_rule(method.route, rule);
        }
        let path = path.strip_prefix(scope).unwrap_or(&path).to_owned();
        match paths.iter_mut().find(|(other, _)| *other == path) {
            Some((_, methods)) => methods.push(method),
            None => paths.push((path, vec![method])),
        }
    }
    for (path, methods) in paths {
        config.service(resource(&path, scope, methods));
    }
}

/// The route, whose handler runs only if the query has no errors. The token is checked before them, so that
/// a client without one learns nothing about the operation.
fn with_query_rule(route: Route, rule: QueryRule) -> Route {
    let QueryRule { check, needs_token } = rule;
    route.wrap(from_fn(move |request: ServiceRequest, next: Next<BoxBody>| async move {
        let Err(errors) = check(request.request().query_string()) else { return next.call(request).await };
        let authenticated =
            if needs_token { auth::session(request.request()).await.map(|_| ()) } else { Ok(()) };
        let error = authenticated.err().unwrap_or_else(|| RequestError::from(errors));
        let response = error.respond_for_handler(request.request());
        Ok(request.into_response(response))
    }))
}

impl MethodRoute {
    pub(crate) const fn new(method: Method, route: Route) -> Self {
        Self { method, route, is_listed: true }
    }

    fn into_route(self) -> Route {
        match self.method {
            Method::GET => self.route.guard(guard::Any(guard::Get()).or(guard::Head())),
            method => self.route.method(method),
        }
    }
}

/// The path of a request's route, with its parameters in braces. The log and the metrics name it, because the
/// path itself may contain personal data or secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoutePattern(pub(crate) Arc<str>);

/// A path below a scope and its methods. The response to any other method is 405 and to a panic 500. Errors
/// have the format of the path.
pub(crate) fn resource(
    path: &str,
    scope: &str,
    methods: Vec<MethodRoute>,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let allowed = allowed_methods(&methods);
    let other = move |request: HttpRequest| ready(fallback::unknown_method(&request, &allowed));
    let resource =
        methods.into_iter().fold(web::resource(path), |resource, method| resource.route(method.into_route()));
    let pattern = RoutePattern(format!("{scope}{path}").replace(SLASHES, "").into());
    let note_pattern = move |request: ServiceRequest, next: Next<_>| {
        // Noted here, because the HTTP library would match the path against all routes again.
        request.extensions_mut().insert(pattern.clone());
        next.call(request)
    };
    resource
        .default_service(web::to(other))
        .wrap(from_fn(render_errors))
        .wrap(from_fn(catch_panic))
        .wrap(from_fn(note_pattern))
}

/// The methods of a path for `Allow`, in the order in which they are usually written.
fn allowed_methods(methods: &[MethodRoute]) -> Vec<Method> {
    let listed = methods.iter().filter(|method| method.is_listed).map(|method| &method.method);
    let answers = |wanted: &Method| {
        let head_of_get = *wanted == Method::HEAD && listed.clone().any(|method| *method == Method::GET);
        head_of_get || listed.clone().any(|method| method == wanted)
    };
    let order = [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::DELETE];
    order.into_iter().filter(answers).collect()
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
