//! Tests of the public interface.

#![expect(clippy::unwrap_used, reason = "a test that cannot be prepared has failed")]

mod access;
mod access_matrix;
mod api_path;
mod config_tokens;
mod credential_json;
mod credential_parts;
mod destination;
mod endpoint;
mod fingerprint;
mod genuine_keys;
mod google_grant;
mod grant;
mod label;
mod mask;
mod origin_provenance;
mod patch;
mod role_grants;
mod sample;
mod settings_json;
mod token_scope;
mod unchecked_config;
