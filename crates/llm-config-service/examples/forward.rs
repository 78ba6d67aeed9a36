//! Forwards one chat completion with the stored credential of a configuration, and prints the answer as it
//! arrives. The server's own use case, [`Service::call`](llm_config_service::Service::call), adds limits,
//! usage and the faults of streams.
//!
//! ```sh
//! cargo run -p llm-config-service --example forward -- data CONFIG_ID '{"messages": []}'
//! ```

use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header::CONTENT_TYPE};
use llm_config_core::{caller::Caller, target::Purpose};
use llm_config_egress::{CallLimits, Guard, NetworkPolicy, Request, RootCertificates};
use llm_config_gateway::request_body::{RequestBody, SpliceRules};
use llm_config_gateway::{CallRoute, Dialect, echo::EchoScan, echo::Scanned};
use llm_config_probe::KnownVendorHosts;
use llm_config_providers::{Auth, CallRequest, CallUrlOptions, ProviderTarget};
use llm_config_store::{DatabaseUrl, OpenedTarget, Options, Store, keys::KeyFile};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let [folder, config, body] =
        std::env::args().skip(1).collect::<Vec<_>>().try_into().map_err(|_| USAGE)?;
    let folder = Path::new(&folder);
    let keys = Arc::new(KeyFile::new(folder.join("keyring")));
    let database = DatabaseUrl::Sqlite(folder.join("registry.db"));
    let store = Store::open(Options::new(database, keys, Arc::new(KnownVendorHosts))).await?;

    // Decides whether the caller may call, and writes the audit event. The credential is overwritten when
    // dropped.
    let opened = store.open_target(config.parse()?, &Caller::operator(), Purpose::Call).await?;
    let OpenedTarget { target, settings, credential, .. } = opened;
    let (auth, _) =
        Auth::new(target.provider, credential.as_ref()).map_err(|_| "the credential cannot be sent")?;
    let target = ProviderTarget::owned(target, auth);
    let model = target.model().ok_or("the configuration names no model")?;

    let body = Bytes::from(body);
    let spliced = RequestBody::read(CallRoute::ChatCompletions, &body)?.splice(
        &body,
        &SpliceRules {
            model: &target.model_in_calls(Dialect::OpenAi, model),
            sends_model: target.names_model_in_body(CallRoute::ChatCompletions),
            defaults: settings.sampling.as_ref(),
            takes_sampling: true,
            asks_for_usage: false,
            renames_max_tokens: target.renames_max_tokens(),
            takes_top_k: target.takes_top_k(),
            takes_routing_fields: target.takes_routing_fields(),
            stores_model: true,
            allows_provider_state: false,
        },
    )?;
    let url = target.call_url(CallRoute::ChatCompletions, model, CallUrlOptions::default())?;
    let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let pieces: Vec<&[u8]> = spliced.parts.iter().map(AsRef::as_ref).collect();
    let (method, dialect) = (Method::POST, Dialect::OpenAi);
    let call = CallRequest { method: &method, url: &url, dialect, headers: &headers, body: &pieces };
    let credential = target.authenticate_call(call, now()).map_err(|_| "the credential cannot be sent")?;
    headers.extend(credential);

    let guard = Guard::new(NetworkPolicy::default(), RootCertificates::new(None)?);
    let request = Request { method, url, headers, body: spliced.parts.into_iter().collect() };
    let mut response = guard.send_streaming(request, &CallLimits::CALL).await?;
    // What the provider sends back must not contain the credential.
    let mut echo = EchoScan::new(&target.auth.secrets());
    while let Some(part) = response.body.chunk().await? {
        let Scanned::Pass(parts) = echo.scan(&part) else {
            return Err("the answer contains the credential".into());
        };
        parts.iter().try_for_each(|part| std::io::stdout().write_all(part))?;
    }
    Ok(std::io::stdout().write_all(&echo.flush())?)
}

const USAGE: &str = "usage: forward DATA_DIRECTORY CONFIG_ID BODY";

#[expect(clippy::disallowed_methods, reason = "the edge where the signer is handed the time")]
fn now() -> SystemTime {
    SystemTime::now()
}
