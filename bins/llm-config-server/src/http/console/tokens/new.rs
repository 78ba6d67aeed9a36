//! The form for a new access token, and the page that shows its text once.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use llm_config_core::access::{Right, TokenScope};
use llm_config_core::config::Labels;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::{ConfigId, PrincipalId};
use llm_config_core::time::Timestamp;
use llm_config_core::user::Email;
use llm_config_service::{Error, IssueToken, Issued, MissingReference, Service, Session};
use serde_json::json;

use super::token_view::TokenView;
use crate::http::console::api_call::ApiCall;
use crate::http::console::browser::Viewer;
use crate::http::console::form::{FormView, PostedForm, Submission, field_errors};
use crate::http::console::frame::{Frame, Section};
use crate::http::console::link::Query;
use crate::http::console::page::{page, page_with};
use crate::http::error::RequestError;

const LABELS: &[(&str, &str)] = &[
    ("purpose", "Purpose"),
    ("holder", "Holder"),
    ("use", "What the token may do"),
    ("configs", "Configurations"),
    ("rights", "Rights"),
    ("expires", "Expiry"),
];

const DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// How long a token can be valid, in days; `None` for ever.
const LIFETIMES: &[(&str, &str, Option<i64>)] = &[
    ("7", "7 days", Some(7)),
    ("30", "30 days", Some(30)),
    ("90", "90 days", Some(90)),
    ("365", "1 year", Some(365)),
    ("never", "Never", None),
];

#[derive(Template)]
#[template(path = "console/tokens/new.html")]
struct NewTokenPage {
    frame: Frame,
    form: FormView,
    lifetimes: &'static [(&'static str, &'static str, Option<i64>)],
    rights: Vec<&'static str>,
    call: ApiCall,
}

#[derive(Template)]
#[template(path = "console/tokens/issued.html")]
struct IssuedPage<'a> {
    frame: Frame,
    token: TokenView,
    text: &'a str,
}

/// Shows the form. The query may name a configuration that the token is for.
pub(crate) async fn form(request: HttpRequest, viewer: Viewer) -> Result<HttpResponse, RequestError> {
    let config = Query::from_request(&request).value("config").map(str::to_owned);
    let values = [
        ("use", if config.is_some() { "call" } else { "all" }.to_owned()),
        ("configs", config.unwrap_or_default()),
        ("expires", "90".to_owned()),
        ("holder", viewer.user.email.to_string()),
    ];
    page(&new_page(&request, FormView::new(LABELS, values)))
}

/// Issues the token and shows its text.
pub(crate) async fn issue(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let own_email = viewer.user.email.to_string();
    let issued = match read(&service, &viewer.session, &own_email, &form).await {
        Ok(new) => service.issue_token(&viewer.session, new).await,
        Err(error) => Err(error),
    };
    match issued {
        Ok(Issued { token, text }) => {
            let emails = service.user_emails(&viewer.session, vec![token.holder]).await?;
            page(&IssuedPage {
                frame: Frame::new(&request, Section::Tokens),
                token: TokenView::new(token, &emails, service.now()),
                text: text.expose(),
            })
        }
        Err(error) => {
            let form = FormView::from_posted(LABELS, &form, refusal(error)?);
            page_with(StatusCode::UNPROCESSABLE_ENTITY, &new_page(&request, form))
        }
    }
}

fn new_page(request: &HttpRequest, form: FormView) -> NewTokenPage {
    NewTokenPage {
        frame: Frame::new(request, Section::Tokens),
        form,
        lifetimes: LIFETIMES,
        rights: Right::OFFERED.iter().map(|right| right.as_str()).collect(),
        call: ApiCall {
            method: "POST",
            path: "/v1/apikeys".to_owned(),
            body: Some(json!({
                "labels": { "purpose": "support bot" },
                "rights": Right::FOR_CALLS.map(Right::as_str),
                "configs": ["ID of the configuration"],
            })),
        },
    }
}

/// The errors of fields, or the error that is not about one.
fn refusal(error: Error) -> Result<FieldErrors<String>, RequestError> {
    if let Error::Missing(MissingReference::Holder) = error {
        return Ok(FieldErrors::one(
            "holder",
            "must be the e-mail address of a person for whom you may issue tokens",
        ));
    }
    Ok(field_errors(error)?)
}

/// The token that the form describes.
async fn read(
    service: &Service,
    session: &Session,
    own_email: &str,
    form: &PostedForm,
) -> Result<IssueToken, Error> {
    let mut errors = FieldErrors::<String>::default();
    let labels = form.filled("purpose").map(|purpose| BTreeMap::from([("purpose".to_owned(), purpose)]));
    let labels = match Labels::try_from(labels.unwrap_or_default()) {
        Ok(labels) => labels,
        Err(error) => {
            errors.add("purpose", error);
            Labels::default()
        }
    };
    let own = session.actor.id;
    let holder = match form.filled("holder") {
        None => None,
        Some(email) if email == own_email => Some(own),
        Some(email) => holder(service, session, &email, &mut errors).await?,
    };
    let lifetime = LIFETIMES.iter().find(|(value, ..)| *value == form.value("expires"));
    if lifetime.is_none() {
        errors.add("expires", "must be one of the listed times");
    }
    let days = lifetime.and_then(|(.., days)| *days);
    let expires_at = days.map(|days| Timestamp::from_micros(service.now().as_micros() + days * DAY));
    let rights = rights(form, &mut errors);
    let configs = configs(form, &mut errors);
    let token_scope = TokenScope { rights, workspaces: None, configs, expires_at };
    if errors.is_empty() {
        Ok(IssueToken { id: None, holder, labels, token_scope })
    } else {
        Err(errors.into())
    }
}

/// The person with that e-mail address; `None`, with an error, if the caller may not see one.
async fn holder(
    service: &Service,
    session: &Session,
    email: &str,
    errors: &mut FieldErrors<String>,
) -> Result<Option<PrincipalId>, Error> {
    let email: Email = match email.parse() {
        Ok(email) => email,
        Err(error) => {
            errors.add("holder", error);
            return Ok(None);
        }
    };
    match service.user_by_email(session, email).await {
        Ok(user) => Ok(Some(user.id)),
        Err(Error::NotFound(_)) => {
            errors.add("holder", "must be the e-mail address of a person whom you may see");
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

fn rights(form: &PostedForm, errors: &mut FieldErrors<String>) -> Option<BTreeSet<Right>> {
    match form.value("use") {
        "all" => None,
        "call" => Some(Right::FOR_CALLS.into()),
        "rights" => {
            let chosen: Result<BTreeSet<Right>, _> = form.values("rights").map(str::parse).collect();
            match chosen {
                Ok(chosen) if !chosen.is_empty() => Some(chosen),
                Ok(_) => {
                    errors.add("rights", "must have at least one ticked");
                    None
                }
                Err(error) => {
                    errors.add("rights", error);
                    None
                }
            }
        }
        _ => {
            errors.add("use", "must be one of the listed choices");
            None
        }
    }
}

fn configs(form: &PostedForm, errors: &mut FieldErrors<String>) -> Option<BTreeSet<ConfigId>> {
    let lines = form.value("configs").split_whitespace();
    let mut configs = BTreeSet::new();
    for line in lines {
        match line.parse() {
            Ok(id) => {
                configs.insert(id);
            }
            Err(_) => errors.add("configs", "must have ids of configurations, one in each line"),
        }
    }
    (!configs.is_empty()).then_some(configs)
}
