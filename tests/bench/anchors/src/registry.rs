//! The smallest registry: a token, a point read, and a create at full durability.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use actix_web::error::{ErrorConflict, ErrorInternalServerError, ErrorNotFound, ErrorUnauthorized};
use actix_web::{HttpRequest, HttpResponse, HttpServer, Result, web};
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305, XNonce};
use rand::RngCore;
use rusqlite::Connection;
use serde::Deserialize;
use uuid::Uuid;

use crate::row;
use crate::token::TokenHash;

struct State {
    token: TokenHash,
    path: PathBuf,
    body: String,
    /// The connection that all creates share.
    writer: Mutex<Connection>,
    cipher: XChaCha20Poly1305,
}

thread_local! {
    /// The connection with which a worker reads.
    static READER: RefCell<Option<Connection>> = const { RefCell::new(None) };
}

#[derive(Deserialize)]
struct Create {
    name: String,
    api_key: String,
}

/// Serves on a loopback port until a signal; prints the id of the configuration to read.
pub(crate) async fn serve(port: u16, path: &Path, token: &str) -> Result<(), Box<dyn std::error::Error>> {
    let writer = row::open(path)?;
    let id = row::insert(&writer, "fixed", &[7; 216], &[1; 24])?;
    let body = row::read(&writer, id)?.unwrap_or_default();
    println!("{id}");
    let state = web::Data::new(State {
        token: TokenHash::of(token),
        path: path.to_owned(),
        body,
        writer: Mutex::new(writer),
        cipher: XChaCha20Poly1305::new(&[9; 32].into()),
    });
    let app = move || {
        actix_web::App::new()
            .app_data(state.clone())
            .route("/token", web::get().to(token_only))
            .route("/configs/{id}", web::get().to(get))
            .route("/configs", web::post().to(create))
    };
    Ok(HttpServer::new(app).tcp_nodelay(true).workers(2).bind(("127.0.0.1", port))?.run().await?)
}

/// The token and a constant body: what HTTP alone costs.
async fn token_only(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    authenticate(&request, &state)?;
    Ok(HttpResponse::Ok().content_type("application/json").body(state.body.clone()))
}

/// The token and one row by its primary key, read in the worker's own thread.
async fn get(request: HttpRequest, id: web::Path<Uuid>, state: web::Data<State>) -> Result<HttpResponse> {
    authenticate(&request, &state)?;
    let read = READER.with_borrow_mut(|reader| {
        let connection = match reader {
            Some(connection) => connection,
            None => reader.insert(row::open(&state.path)?),
        };
        row::read(connection, *id)
    });
    match read.map_err(ErrorInternalServerError)? {
        Some(body) => Ok(HttpResponse::Ok().content_type("application/json").body(body)),
        None => Err(ErrorNotFound("no such configuration")),
    }
}

/// The token, a sealed credential, and one transaction with the configuration and its audit row.
async fn create(
    request: HttpRequest,
    body: web::Json<Create>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    authenticate(&request, &state)?;
    let stored = web::block(move || store(&state, &body)).await?.map_err(ErrorConflict)?;
    Ok(HttpResponse::Created().content_type("application/json").body(stored))
}

fn store(state: &State, new: &Create) -> Result<String, String> {
    let mut nonce = [0; 24];
    rand::thread_rng().fill_bytes(&mut nonce);
    let payload = Payload { msg: new.api_key.as_bytes(), aad: new.name.as_bytes() };
    let sealed =
        state.cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|error| error.to_string())?;
    let writer = state.writer.lock().unwrap_or_else(PoisonError::into_inner);
    write(&writer, &new.name, &sealed, &nonce).map_err(|error| error.to_string())
}

fn write(db: &Connection, name: &str, sealed: &[u8], nonce: &[u8]) -> rusqlite::Result<String> {
    db.execute_batch("BEGIN IMMEDIATE")?;
    match row::insert(db, name, sealed, nonce) {
        Ok(id) => {
            db.execute_batch("COMMIT")?;
            Ok(row::read(db, id)?.unwrap_or_default())
        }
        Err(error) => {
            db.execute_batch("ROLLBACK")?;
            Err(error)
        }
    }
}

fn authenticate(request: &HttpRequest, state: &State) -> Result<()> {
    if state.token.admits(request) { Ok(()) } else { Err(ErrorUnauthorized("no valid token")) }
}
