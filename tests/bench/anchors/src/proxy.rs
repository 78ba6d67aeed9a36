//! The smallest gateway: the token of the caller is replaced by the key of the provider, and bodies pass as
//! they are.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, HttpServer, web};
use bytes::Bytes;
use reqwest::Client;

use crate::token::TokenHash;

struct State {
    token: TokenHash,
    upstream: String,
}

thread_local! {
    /// The connections of a worker.
    static CLIENT: Client =
        Client::builder().pool_max_idle_per_host(256).no_proxy().build().unwrap_or_default();
}

/// Serves on a loopback port until a signal; calls are sent to `upstream`, an address with scheme and path.
pub(crate) async fn serve(port: u16, upstream: &str, token: &str) -> Result<(), Box<dyn std::error::Error>> {
    let state = web::Data::new(State { token: TokenHash::of(token), upstream: upstream.to_owned() });
    let app = move || {
        actix_web::App::new()
            .app_data(state.clone())
            .app_data(web::PayloadConfig::new(64 << 20))
            .default_service(web::to(forward))
    };
    let server = HttpServer::new(app).tcp_nodelay(true).workers(2).max_connections(4096);
    Ok(server.bind(("127.0.0.1", port))?.run().await?)
}

async fn forward(request: HttpRequest, body: Bytes, state: web::Data<State>) -> HttpResponse {
    if !state.token.admits(&request) {
        return HttpResponse::Unauthorized().finish();
    }
    let call = CLIENT.with(|client| client.post(&state.upstream));
    let call = call.header(CONTENT_TYPE.as_str(), "application/json").bearer_auth("sk-bench").body(body);
    let Ok(answer) = call.send().await else { return HttpResponse::BadGateway().finish() };
    let status = StatusCode::from_u16(answer.status().as_u16()).unwrap_or(StatusCode::BAD_GATEWAY);
    let mut response = HttpResponse::build(status);
    let kind = answer.headers().get("content-type").and_then(|value| value.to_str().ok()).unwrap_or_default();
    response.content_type(kind);
    if kind.starts_with("text/event-stream") {
        return response.streaming(answer.bytes_stream());
    }
    match answer.bytes().await {
        Ok(body) => response.body(body),
        Err(_) => HttpResponse::BadGateway().finish(),
    }
}
