//! Google's Vertex AI, which wants an OAuth access token and names project and location in paths.

use serde_json::{Value, json};
use url::Url;

use crate::access::{Access, KeyHeader};
use crate::base::Base;
use crate::finding::Finding;
use crate::report::{Note, Product, Reason, Shown, Stage};
use crate::run::Run;
use crate::sigv4;
use llm_config_egress::{Request, Response};

use super::generation::{Generation, strictness};
use super::native::{self, Heard, Proven, Question};
use super::{Subject, answers, google_errors};

/// Whether the host is Vertex AI's, or the path has its form.
pub(super) fn answers_at(base: &Base) -> bool {
    is_vendor(base.host()) || is_compatible(base.path()) || Place::of(base.path()).is_some()
}

pub(super) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let is_vendor = is_vendor(subject.base.host());
    if let Some(finding) = native::lacks_credential(subject, is_vendor) {
        return native::settled(subject, finding);
    }
    let Some(place) = Place::of(subject.base.path()) else {
        let finding = Finding::of(Reason::ConfigIncomplete, Stage::Policy).hint(
            "An endpoint of Vertex AI names project and location: …/v1/projects/PROJECT/locations/LOCATION.",
        );
        return native::settled(subject, finding);
    };
    let finding = match subject.model().map(Model::of) {
        Some(model) if model.publisher == "google" => counted(run, subject, &place, &model, is_vendor).await,
        Some(_) => {
            let finding = located(run, subject, &place, is_vendor).await;
            // Models of other publishers have no call that is free.
            let matter = native::only_a_call_tells();
            if native::goes_on(&finding) { native::but(finding, matter) } else { finding }
        }
        None => located(run, subject, &place, is_vendor).await,
    };
    let is_vertex = is_vendor && finding.stage >= Stage::Auth;
    native::settled(subject, if is_vertex { finding.product(Product::VertexAi) } else { finding })
}

pub(super) fn is_vendor(host: &str) -> bool {
    let is_name = |it: &str| !it.is_empty() && it.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let regional = host.strip_suffix("-aiplatform.googleapis.com").is_some_and(is_name);
    let multi = host.strip_prefix("aiplatform.").and_then(|it| it.strip_suffix(".rep.googleapis.com"));
    host == "aiplatform.googleapis.com" || regional || multi.is_some_and(is_name)
}

/// Google's path that is compatible with `OpenAI`; there is no list of models below it.
fn is_compatible(path: &str) -> bool {
    path.ends_with("endpoints/openapi")
}

/// What a path says about where the models are, and what stands before it.
struct Place {
    /// A gateway's own segments, and the version.
    before: Vec<String>,
    project: String,
    location: String,
}

impl Place {
    fn of(path: &str) -> Option<Self> {
        let segments: Vec<_> = path.split('/').collect();
        let at = segments.windows(4).position(|it| it[0] == "projects" && it[2] == "locations")?;
        let (before, rest) = segments.split_at(at);
        let [_, project, _, location, ..] = rest else { return None };
        let mut before: Vec<_> =
            before.iter().filter(|it| !it.is_empty()).map(|it| (*it).to_owned()).collect();
        if !before.last().is_some_and(|it| native::ends_in_version(it)) {
            before.push("v1".to_owned());
        }
        let is_named = !project.is_empty() && !location.is_empty();
        is_named.then(|| Self { before, project: (*project).to_owned(), location: (*location).to_owned() })
    }

    /// Below the location. Nothing that is put in has a character that a path would need encoded,
    /// but for the model, which is `encoded`.
    fn url(&self, base: &Base, encoded: &str) -> Url {
        let Self { before, project, location } = self;
        let mut url = base.url().clone();
        url.set_path(&format!("{}/projects/{project}/locations/{location}{encoded}", before.join("/")));
        url
    }
}

/// A model and who published it.
struct Model<'a> {
    publisher: &'a str,
    id: &'a str,
    /// Whether the publisher was said.
    is_spelled_out: bool,
}

impl<'a> Model<'a> {
    /// `google/gemini-…`, `publishers/google/models/gemini-…`, or `gemini-…` alone.
    fn of(text: &'a str) -> Self {
        let rest = text.strip_prefix("publishers/").unwrap_or(text);
        let (publisher, id, is_spelled_out) = match rest.split_once('/') {
            Some((publisher, id)) => (publisher, id, true),
            None => ("google", rest, false),
        };
        Self { publisher, id: id.strip_prefix("models/").unwrap_or(id), is_spelled_out }
    }
}

/// Where a model is called.
pub(super) fn generation<'a>(subject: &'a Subject<'a>) -> Option<Generation<'a>> {
    let path = subject.base.path();
    let url = if is_compatible(path) {
        subject.base.join(&["chat", "completions"])
    } else {
        let Model { publisher, id, .. } = Model::of(subject.model()?);
        let (publisher, id) = (sigv4::encode(publisher), sigv4::encode(id));
        let place = Place::of(path)?;
        place.url(subject.base, &format!("/publishers/{publisher}/models/{id}:generateContent"))
    };
    let asked = url.clone();
    Some(Generation {
        url,
        strictness: strictness(is_vendor(subject.base.host())),
        show: Box::new(|request, shown| show(subject, request, shown)),
        refused: Box::new(move |answer| {
            let found = google_errors::refusal(answer);
            found.unwrap_or_else(|| answers::other(subject.base, &asked, answer))
        }),
    })
}

fn show(subject: &Subject<'_>, request: Request, shown: Shown) -> Request {
    subject.access.show(request, &KeyHeader::bearer(), shown)
}

/// Counts a model's tokens, which is free and needs everything that a real call needs.
async fn counted(
    run: &mut Run<'_>,
    subject: &Subject<'_>,
    place: &Place,
    model: &Model<'_>,
    is_vendor: bool,
) -> Finding {
    let id = sigv4::encode(model.id);
    let url = place.url(subject.base, &format!("/publishers/google/models/{id}:countTokens"));
    let body = json!({"contents": [{"role": "user", "parts": [{"text": "hi"}]}]});
    let request = |shown| show(subject, Request::post(url.clone(), &body), shown);
    let has_count = |it: Value| it.get("totalTokens").is_some_and(Value::is_number);
    let passes = |answer: &Response| answer.is_success() && answer.json().is_some_and(has_count);
    let judge = |answer: &Response| judge(subject, &url, answer, passes(answer));
    let question = Question { is_vendor, request: &request, judge: &judge };
    let Proven { finding, answer } = native::prove(run, subject, &question).await;
    if answer.is_none() || !native::goes_on(&finding) {
        return finding;
    }
    // Calls to the compatible path need the publisher; only this one can do without.
    let is_short = is_compatible(subject.base.path()) && !model.is_spelled_out;
    let finding = native::with_model(finding);
    if is_short { finding.note(Note::ModelSpelledDifferently) } else { finding }
}

/// Asks for the location itself (`projects.locations.get`), the cheapest call at the same host
/// that needs the token and names the project.
async fn located(run: &mut Run<'_>, subject: &Subject<'_>, place: &Place, is_vendor: bool) -> Finding {
    let url = place.url(subject.base, "");
    let request = |shown| show(subject, Request::get(url.clone()), shown);
    let has_name = |it: Value| it.get("name").or_else(|| it.get("locationId")).is_some_and(Value::is_string);
    let passes = |answer: &Response| answer.is_success() && answer.json().is_some_and(has_name);
    let judge = |answer: &Response| judge(subject, &url, answer, passes(answer));
    let question = Question { is_vendor, request: &request, judge: &judge };
    native::prove(run, subject, &question).await.finding
}

fn judge(subject: &Subject<'_>, asked: &Url, answer: &Response, passes: bool) -> Heard {
    if passes {
        return Heard::Passed;
    }
    let finding =
        google_errors::refusal(answer).unwrap_or_else(|| answers::other(subject.base, asked, answer));
    // A genuine key of AI Studio is no access token.
    let is_api_key = |key: &str| key.starts_with("AIza") || key.starts_with("AQ.");
    let is_other_product = matches!(subject.access, Access::Key(sent) if is_api_key(&sent.key));
    let is_refused = finding.reason == Reason::BadKey;
    Heard::Refused(if is_refused && is_other_product {
        google_errors::wrong_product(answer)
    } else {
        finding
    })
}
