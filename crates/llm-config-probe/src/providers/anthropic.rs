//! Anthropic, and what speaks like it.

use serde_json::{Value, json};
use url::Url;

use crate::access::{Access, KeyHeader};
use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Implied, Reason, Shown, Stage};
use crate::run::Run;
use llm_config_egress::{Request, Response};

use super::generation::{Generation, strictness};
use super::native::{self, Heard, Proven, Question};
use super::{Subject, answers};

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let is_vendor = is_vendor(subject);
    if let Some(finding) = native::lacks_credential(subject, is_vendor) {
        return native::settled(subject, finding);
    }
    let url = listing(subject, is_vendor);
    let request = |shown| show(subject, Request::get(url.clone()), shown);
    let judge = |answer: &Response| judge(subject, &url, answer, lists_models);
    let question = Question { is_vendor, request: &request, judge: &judge };
    let mut proven = native::prove(run, subject, &question).await;
    // MiniMax, DeepSeek and others have no list (agentscope-ai/QwenPaw#2205).
    let lacks_list = matches!(proven.finding.http_status, Some(404 | 405 | 501)) && proven.answer.is_none();
    // Where the model is called anyway, that tells more.
    if lacks_list && !is_vendor && !subject.goes_to_model() {
        proven = ask_in_vain(run, subject).await;
    }
    let Proven { finding, answer } = proven;
    let finding = beyond_the_list(run, subject, finding).await;
    let finding = match (subject.model(), answer) {
        (Some(model), Some(_)) if is_vendor => count_tokens(run, subject, finding, model).await,
        (Some(model), Some(answer)) if native::goes_on(&finding) => {
            find(run, subject, finding, model, &answer).await
        }
        _ => finding,
    };
    native::settled(subject, finding)
}

/// Where a model is called.
pub(super) fn generation<'a>(subject: &'a Subject<'a>) -> Generation<'a> {
    let url = below(subject, &["messages"]);
    let asked = url.clone();
    Generation {
        url,
        strictness: strictness(is_vendor(subject)),
        show: Box::new(|request, shown| show(subject, request, shown)),
        refused: Box::new(move |answer| {
            let found = refusal(subject, answer);
            found.unwrap_or_else(|| answers::other(subject.base, &asked, answer))
        }),
    }
}

fn is_vendor(subject: &Subject<'_>) -> bool {
    subject.base.host() == "api.anthropic.com"
}

/// Below the version, which the base does not have.
fn below(subject: &Subject<'_>, segments: &[&str]) -> Url {
    let version: &[&str] = if native::ends_in_version(subject.base.path()) { &[] } else { &["v1"] };
    subject.base.join(&[version, segments].concat())
}

/// The vendor's list only proves the key; others' is also searched.
fn listing(subject: &Subject<'_>, is_vendor: bool) -> Url {
    let mut url = below(subject, &["models"]);
    url.query_pairs_mut().append_pair("limit", if is_vendor { "1" } else { "1000" });
    url
}

fn show(subject: &Subject<'_>, request: Request, shown: Shown) -> Request {
    let request = request.with_header("anthropic-version", "2023-06-01");
    if is_oauth(subject) {
        let request = request.with_header("anthropic-beta", "oauth-2025-04-20");
        return subject.access.show(request, &KeyHeader::bearer(), shown);
    }
    subject.access.show(request, &KeyHeader::bare("x-api-key"), shown)
}

fn begins_with(subject: &Subject<'_>, prefix: &str) -> bool {
    matches!(subject.access, Access::Key(sent) if sent.key.starts_with(prefix))
}

fn is_oauth(subject: &Subject<'_>) -> bool {
    begins_with(subject, "sk-ant-oat")
}

/// A list that anybody gets says nothing about calls: one without messages is made, unless the
/// model is called anyway.
async fn beyond_the_list(run: &mut Run<'_>, subject: &Subject<'_>, finding: Finding) -> Finding {
    let is_public = finding.credential == CredentialVerdict::NotRequired && !subject.access.is_open();
    if !is_public {
        return finding;
    }
    if subject.goes_to_model() {
        let why = Reason::AuthNotEnforced;
        return finding.because(Reason::Ok, Stage::Auth).credential(CredentialVerdict::NotVerified { why });
    }
    let url = below(subject, &["messages"]);
    let body = json!({"max_tokens": 1});
    let request = || show(subject, Request::post(url.clone(), &body), Shown::Credential);
    let Ok(answer) = run.call(Shown::Credential, request).await else { return finding };
    if answer.is_success() {
        // Generated all the same.
        run.may_generate(1);
    }
    match judge(subject, &url, &answer, misses_messages) {
        Heard::Refused(refused) if refused.reason.implied() == Implied::Rejected => refused.hint(
            "The server lists its models to anybody, but refuses a call with this key: check that all of it was copied.",
        ),
        Heard::Refused(_) | Heard::Passed => finding,
    }
}

/// Asks for a message without saying what about: genuine credentials learn what is missing.
async fn ask_in_vain(run: &mut Run<'_>, subject: &Subject<'_>) -> Proven {
    let url = below(subject, &["messages"]);
    let mut body = json!({"max_tokens": 1});
    if let (Some(model), Value::Object(body)) = (subject.model(), &mut body) {
        body.insert("model".to_owned(), model.into());
    }
    let request = |shown| show(subject, Request::post(url.clone(), &body), shown);
    let judge = |answer: &Response| judge(subject, &url, answer, misses_messages);
    let question = Question { is_vendor: false, request: &request, judge: &judge };
    let Proven { finding, answer } = native::prove(run, subject, &question).await;
    if answer.as_ref().is_some_and(Response::is_success) {
        // Generated all the same, and once more for a wrong key that nobody looked at.
        run.may_generate(if finding.reason == Reason::AuthNotEnforced { 2 } else { 1 });
    }
    // There is nothing in it to find a model in.
    let finding = match subject.model() {
        Some(_) if native::goes_on(&finding) => native::but(finding, native::only_a_call_tells()),
        _ => finding,
    };
    Proven { finding, answer: None }
}

fn lists_models(answer: &Response) -> bool {
    answer.is_success() && answer.json().is_some_and(|it| it.get("data").is_some_and(Value::is_array))
}

fn misses_messages(answer: &Response) -> bool {
    let generated = || answer.json().is_some_and(|it| it.get("content").is_some_and(Value::is_array));
    let error = ErrorBody::read(answer);
    let complains = error.is_error && error.says(&["messages", "field required", "missing field"]);
    (answer.is_success() && generated()) || (matches!(answer.status, 400 | 422) && complains)
}

fn judge(subject: &Subject<'_>, asked: &Url, answer: &Response, passes: fn(&Response) -> bool) -> Heard {
    if passes(answer) {
        return Heard::Passed;
    }
    Heard::Refused(refusal(subject, answer).unwrap_or_else(|| answers::other(subject.base, asked, answer)))
}

/// What a refusal means that has the form of Anthropic's, wherever nothing is known of the key.
pub(super) fn in_own_form(answer: &Response) -> Option<Finding> {
    let is_own = answer.json().is_some_and(|it| it.get("type").and_then(Value::as_str) == Some("error"));
    if is_own { known(answer, false) } else { None }
}

fn refusal(subject: &Subject<'_>, answer: &Response) -> Option<Finding> {
    known(answer, is_oauth(subject) || begins_with(subject, "sk-ant-admin"))
}

/// The errors of platform.claude.com/docs/en/api/errors, and those that people met.
fn known(answer: &Response, is_other_product: bool) -> Option<Finding> {
    let error = ErrorBody::read(answer);
    if answers::is_of_a_proxy(&error) {
        return None;
    }
    let refused = |reason| Finding::refused(reason, Stage::Auth, answer);
    let found = match (answer.status, error.kind.as_str()) {
        // Also of accounts of too low a tier, and of keys without one (anthropics/claude-code#66314,
        // anthropics/claude-code-action#1224).
        (400 | 402 | 403, _) if error.says(&["credit balance"]) => refused(Reason::InsufficientCredit).hint(
            "Anthropic refuses to bill this key: check its account's credit and plan, and that the key still belongs to an account.",
        ),
        (402, "billing_error") => refused(Reason::InsufficientCredit),
        (400, "invalid_request_error") if error.says(&["usage limits"]) => refused(Reason::QuotaExhausted),
        (400 | 403, _) if error.says(&["organization has been disabled"]) => refused(Reason::NoPermission)
            .hint("Anthropic disabled the organisation of this key: ask Anthropic's support."),
        (401 | 403, _) if error.says(&["oauth authentication is currently not"]) => {
            refused(Reason::KeyWrongProduct)
        }
        (401, "authentication_error") if error.says(&["required", "missing"]) => {
            refused(Reason::ConfigIncomplete)
                .hint("The server did not find the key: check the header that it is sent in.")
        }
        (401, "authentication_error") if error.says(&["invalid x-api-key", "invalid bearer token"]) => {
            refused(if is_other_product { Reason::KeyWrongProduct } else { Reason::BadKey })
        }
        // The network or the country, not the key (danny-avila/LibreChat#4451).
        (403, _) if error.kind == "forbidden" || error.says(&["request not allowed"]) => {
            refused(Reason::RegionUnsupported)
        }
        (403, "permission_error") => refused(Reason::NoPermission),
        (404, "not_found_error") if error.says(&["model"]) => refused(Reason::ModelNotFound),
        (429, "rate_limit_error") => refused(Reason::RateLimited),
        (500.., "overloaded_error" | "api_error") => Finding::refused(Reason::ProviderDown, Stage::Http, answer),
        _ => return None,
    };
    Some(found)
}

/// Free, and refused where messages would be: for the model's sake or the account's.
async fn count_tokens(run: &mut Run<'_>, subject: &Subject<'_>, finding: Finding, model: &str) -> Finding {
    let url = below(subject, &["messages", "count_tokens"]);
    let body = json!({"model": model, "messages": [{"role": "user", "content": "hi"}]});
    let request = || show(subject, Request::post(url.clone(), &body), Shown::Credential);
    let answer = match run.call(Shown::Credential, request).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    let counts = |it: Value| it.get("input_tokens").is_some_and(Value::is_number);
    if answer.is_success() && answer.json().is_some_and(counts) {
        return native::with_model(finding);
    }
    let matter = refusal(subject, &answer).unwrap_or_else(|| answers::other(subject.base, &url, &answer));
    if matter.reason == Reason::NoPermission && matter.hint.is_none() {
        return native::but(finding, Finding::refused(Reason::ModelNoAccess, Stage::Model, &answer));
    }
    native::but(finding, matter)
}

/// Servers that only speak like Anthropic count the tokens of any model, so the model is looked
/// for in their list and then by its name.
async fn find(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    finding: Finding,
    model: &str,
    list: &Response,
) -> Finding {
    let is_it = |it: &Value| it.get("id").and_then(Value::as_str) == Some(model);
    let json = list.json().unwrap_or_default();
    if json.get("data").and_then(Value::as_array).is_some_and(|all| all.iter().any(is_it)) {
        return native::with_model(finding);
    }
    let url = below(subject, &["models", model]);
    let shown = if matches!(subject.access, Access::Open) { Shown::Nothing } else { Shown::Credential };
    let answer = match run.call(shown, || show(subject, Request::get(url.clone()), shown)).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    if answer.is_success() && answer.json().as_ref().is_some_and(is_it) {
        return native::with_model(finding);
    }
    let is_missing = answer.status == 404 && ErrorBody::read(&answer).is_error;
    let matter = if is_missing {
        Finding::refused(Reason::ModelNotFound, Stage::Model, &answer)
    } else if answer.is_success() {
        Finding::refused(Reason::UnexpectedAnswer, Stage::Model, &answer)
    } else {
        refusal(subject, &answer).unwrap_or_else(|| answers::other(subject.base, &url, &answer))
    };
    native::but(finding, matter)
}
