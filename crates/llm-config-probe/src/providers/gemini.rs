//! Google's Gemini API: its own form, and the one that is compatible with `OpenAI`.

use serde_json::Value;
use url::Url;

use crate::access::{Access, KeyHeader};
use crate::error_body::ErrorBody;
use crate::finding::Finding;
use crate::report::{ModelVerdict, Note, Product, Reason, Shown, Stage};
use crate::run::Run;
use llm_config_egress::{Request, Response};

use super::generation::{Generation, strictness};
use super::native::{self, Heard, Proven, Question};
use super::{Subject, answers, google_errors, vertex};

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    if vertex::answers_at(subject.base) {
        return vertex::check(run, subject).await;
    }
    let is_vendor = is_vendor(subject);
    if let Some(finding) = native::lacks_credential(subject, is_vendor) {
        return native::settled(subject, finding);
    }
    let url = listing(subject);
    let request = |shown| show(subject, Request::get(url.clone()), shown);
    let judge = |answer: &Response| judge(subject, &url, answer);
    let question = Question { is_vendor, request: &request, judge: &judge };
    let Proven { finding, answer } = native::prove(run, subject, &question).await;
    let finding = match (subject.model(), answer) {
        (Some(model), Some(_)) if native::goes_on(&finding) => {
            find(run, subject, finding, model, is_vendor).await
        }
        _ => finding,
    };
    let is_gemini = is_vendor && finding.stage >= Stage::Auth;
    native::settled(subject, if is_gemini { finding.product(Product::Gemini) } else { finding })
}

/// Where a model is called.
pub(super) fn generation<'a>(subject: &'a Subject<'a>) -> Option<Generation<'a>> {
    if vertex::answers_at(subject.base) {
        return vertex::generation(subject);
    }
    let model = subject.model()?;
    let url = if is_compatible(subject) {
        below(subject, &["chat", "completions"])
    } else {
        let id = model.strip_prefix("models/").unwrap_or(model);
        below(subject, &["models", &format!("{id}:generateContent")])
    };
    let asked = url.clone();
    Some(Generation {
        url,
        strictness: strictness(is_vendor(subject)),
        show: Box::new(|request, shown| show(subject, request, shown)),
        refused: Box::new(move |answer| {
            let found = google_errors::refusal(answer);
            found.unwrap_or_else(|| answers::other(subject.base, &asked, answer))
        }),
    })
}

fn is_vendor(subject: &Subject<'_>) -> bool {
    subject.base.host() == "generativelanguage.googleapis.com"
}

/// Whether the path is the one that is compatible with `OpenAI`.
fn is_compatible(subject: &Subject<'_>) -> bool {
    subject.base.path().rsplit('/').next() == Some("openai")
}

fn below(subject: &Subject<'_>, segments: &[&str]) -> Url {
    let has_version = is_compatible(subject) || native::ends_in_version(subject.base.path());
    let version: &[&str] = if has_version { &[] } else { &["v1beta"] };
    subject.base.join(&[version, segments].concat())
}

fn listing(subject: &Subject<'_>) -> Url {
    let mut url = below(subject, &["models"]);
    if !is_compatible(subject) {
        url.query_pairs_mut().append_pair("pageSize", "1");
    }
    url
}

/// Keys never go into the query, where they would end up in logs. Access tokens are recognised by
/// their shape.
fn show(subject: &Subject<'_>, request: Request, shown: Shown) -> Request {
    let is_token = matches!(subject.access, Access::Key(sent) if sent.key.starts_with("ya29."));
    let header = if is_compatible(subject) || is_token {
        KeyHeader::bearer()
    } else {
        KeyHeader::bare("x-goog-api-key")
    };
    subject.access.show(request, &header, shown)
}

fn judge(subject: &Subject<'_>, asked: &Url, answer: &Response) -> Heard {
    let name = if is_compatible(subject) { "data" } else { "models" };
    let has_list = || answer.json().is_some_and(|it| it.get(name).is_some_and(Value::is_array));
    if answer.is_success() && has_list() {
        return Heard::Passed;
    }
    Heard::Refused(
        google_errors::refusal(answer).unwrap_or_else(|| answers::other(subject.base, asked, answer)),
    )
}

async fn find(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    finding: Finding,
    model: &str,
    is_vendor: bool,
) -> Finding {
    let bare = model.strip_prefix("models/").unwrap_or(model);
    let finding = if bare == model { finding } else { finding.note(Note::ModelSpelledDifferently) };
    let path = match bare.split_once('/') {
        Some(("tunedModels", tuned)) => below(subject, &["tunedModels", tuned]),
        _ => below(subject, &["models", bare]),
    };
    let shown = if matches!(subject.access, Access::Open) { Shown::Nothing } else { Shown::Credential };
    let answer = match run.call(shown, || show(subject, Request::get(path.clone()), shown)).await {
        Ok(answer) => answer,
        Err(stop) => return native::but(finding, Finding::stopped(stop)),
    };
    let json = answer.json().unwrap_or_default();
    let name = json.get(if is_compatible(subject) { "id" } else { "name" }).and_then(Value::as_str);
    // An alias may be answered under the name of what it stands for.
    let is_it = name.is_some_and(|it| is_vendor || it.strip_prefix("models/").unwrap_or(it) == bare);
    if answer.is_success() && is_it {
        return if chats(&json) {
            native::with_model(finding)
        } else {
            let matter = Finding::of(Reason::ModelWrongApi, Stage::Model).model(ModelVerdict::Verified);
            native::but(finding, Finding { http_status: Some(answer.status), ..matter })
        };
    }
    let is_missing = answer.status == 404 && ErrorBody::read(&answer).is_error;
    let matter = if is_missing {
        Finding::refused(Reason::ModelNotFound, Stage::Model, &answer)
    } else if answer.is_success() {
        Finding::refused(Reason::UnexpectedAnswer, Stage::Model, &answer)
    } else {
        google_errors::refusal(&answer).unwrap_or_else(|| answers::other(subject.base, &path, &answer))
    };
    native::but(finding, matter)
}

/// Whether a model generates text, unless it says that it does something else only.
fn chats(model: &Value) -> bool {
    let methods = model.get("supportedGenerationMethods").and_then(Value::as_array);
    methods.is_none_or(|all| {
        let generates = |it: &Value| it.as_str().is_some_and(|it| it.ends_with("enerateContent"));
        all.is_empty() || all.iter().any(generates)
    })
}
