//! One configuration: its settings, whether it works, and how it is called.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::config::{LlmConfig, Stamp};
use llm_config_core::target::Target;
use llm_config_core::time::Timestamp;
use llm_config_probe::MOST_TOKENS;
use llm_config_providers::{Auth, ProviderTarget};
use llm_config_service::{AllowedConfigActions, ConfigDetails, Service};

use super::calling::Calling;
use super::facts::{Fact, call_facts, facts, user_name, users};
use super::list::ScopeCell;
use super::words::credential_line;
use crate::http::console::address::ConsoleAddress;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::id;
use crate::http::console::page::page;
use crate::http::console::verdict::Verdict;
use crate::http::error::RequestError;

#[derive(Template)]
#[template(path = "console/configs/show.html")]
struct ShowPage {
    frame: Frame,
    config: LlmConfig,
    scope: ScopeCell,
    called_url: String,
    credential: Option<CredentialFacts>,
    /// The origin that the credential is bound to.
    origin: String,
    origin_set: Option<UserAt>,
    created: UserAt,
    updated: UserAt,
    facts: Vec<Fact>,
    call_facts: Vec<Fact>,
    verdict: Verdict,
    allowed: AllowedConfigActions,
    calling: Calling,
    call: ApiCall,
}

struct CredentialFacts {
    line: String,
    /// The URI of a reference, for people who may update the configuration.
    reference: Option<String>,
    since: Timestamp,
    given_by: Option<String>,
}

/// Who did something, and when.
struct UserAt {
    name: String,
    at: Timestamp,
}

/// Shows a configuration.
pub(crate) async fn handle(
    request: HttpRequest,
    service: Data<Service>,
    address: Data<ConsoleAddress>,
    viewer: Viewer,
) -> Result<HttpResponse, RequestError> {
    let session = &viewer.session;
    let id = id(&request, "id")?;
    let details = service.config_details(session, id).await?;
    let (_, call_settings) = service.call_settings(session, id).await?;
    let emails = service.user_emails(session, users(&details.config)).await?;
    let by_at = |Stamp { at, by }| UserAt { name: user_name(by, &emails), at };
    let verdict = verdict(&service, &viewer, &details).await?;
    let ConfigDetails { config, scope, last_check: _, origin, reference } = details;
    let credential = config.secret.as_ref().map(|meta| CredentialFacts {
        line: credential_line(meta),
        reference,
        since: meta.sealed_at,
        given_by: meta.given_by.map(|id| user_name(id, &emails)),
    });
    let target = ProviderTarget::owned(Target::from(&config.settings), Auth::None);
    page(&ShowPage {
        frame: Frame::new(&request, Section::Configs),
        scope: ScopeCell::from(&scope),
        called_url: target.called_url().into(),
        credential,
        origin: origin.to_string(),
        origin_set: config.origin.set.map(by_at),
        created: by_at(config.created),
        updated: by_at(config.updated),
        facts: facts(&config),
        call_facts: call_facts(call_settings),
        verdict,
        allowed: AllowedConfigActions::new(session, &config),
        calling: Calling::new(&config, &address),
        call: ApiCall::get(format!("/llm-config/v1/configs/{id}")),
        config,
    })
}

/// The verdict of the check that lists show, with its whole report if that is kept.
async fn verdict(
    service: &Service,
    viewer: &Viewer,
    details: &ConfigDetails,
) -> Result<Verdict, RequestError> {
    let now = service.now();
    let Some(last) = &details.last_check else { return Ok(Verdict::unchecked()) };
    let checks = service.checks(&viewer.session, details.config.id).await?;
    let whole = checks.iter().find(|check| check.at == last.at);
    let whole = whole.and_then(|check| Verdict::from_check(check, now));
    Ok(whole.unwrap_or_else(|| Verdict::from_last_check(Some(last), now)))
}
