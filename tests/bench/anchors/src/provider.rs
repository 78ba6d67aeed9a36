//! The two answers of a provider that a check of a configuration needs: a list of models for the right key, a
//! refusal for every other one. Each connection serves one request, so every call pays for a new one.

use actix_web::{HttpRequest, HttpResponse, HttpServer, web};

use crate::token::TokenHash;

const MODELS: &str = r#"{"object":"list","data":[{"id":"bench-model","object":"model","created":1700000000,"owned_by":"bench"}]}"#;
const REFUSAL: &str = r#"{"error":{"message":"Incorrect API key provided.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#;

/// Serves on a loopback port until a signal.
pub(crate) async fn serve(port: u16, key: &str) -> Result<(), Box<dyn std::error::Error>> {
    let key = web::Data::new(TokenHash::of(key));
    let app = move || actix_web::App::new().app_data(key.clone()).default_service(web::to(answer));
    Ok(HttpServer::new(app).tcp_nodelay(true).workers(1).bind(("127.0.0.1", port))?.run().await?)
}

async fn answer(request: HttpRequest, key: web::Data<TokenHash>) -> HttpResponse {
    let mut response = if key.admits(&request) { HttpResponse::Ok() } else { HttpResponse::Unauthorized() };
    let body = if key.admits(&request) { MODELS } else { REFUSAL };
    response.force_close().content_type("application/json").body(body)
}
