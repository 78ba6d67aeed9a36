//! `OLLAMA`: one's own server, which knows no keys, or the vendor's cloud, which does.

use super::control::of_keyless;
use super::dialect::Dialect;
use super::listing::Listing;
use super::place::Place;
use super::question::Question;
use super::verdicts::Outcome;
use super::{Subject, compatible, models, product};
use crate::finding::Finding;
use crate::report::{Product, Proof, Reason, Shown};
use crate::run::Run;

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    if product::by_host(subject.base.host()) == Some(Product::Ollama) {
        return cloud(run, subject).await;
    }
    let finding = if is_native(subject) {
        native(run, subject).await
    } else {
        compatible::check(run, subject, &Dialect::of(Some(Product::Ollama))).await
    };
    if finding.reason == Reason::AuthNotEnforced {
        return finding.hint("Ollama takes no keys: the one that is stored makes no difference here.");
    }
    finding
}

/// Whether calls go to Ollama's own API, which lies under `/api`, and not to the compatible one.
fn is_native(subject: &Subject<'_>) -> bool {
    let url = subject.target.url();
    url.path()
        .trim_end_matches('/')
        .rsplit_once("/api/")
        .is_some_and(|(_, call)| matches!(call, "chat" | "generate" | "embed" | "embeddings"))
}

/// `GET /api/tags` lists what the server has. Nothing is called for a proof: its own API loads a
/// model when it gets no messages.
async fn native(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let dialect = Dialect::of(Some(Product::Ollama));
    let mut url = subject.target.url();
    let path = url.path().trim_end_matches('/').to_owned();
    let before = path.rsplit_once("/api/").map_or("", |(before, _)| before);
    url.set_path(&format!("{before}/api/tags"));
    let question = Question::get(url);
    let answer = match question.ask(run, subject, &dialect.header, Shown::Credential).await {
        Ok(answer) => answer,
        Err(stop) => return Finding::stopped(stop),
    };
    let Some(listing) = Listing::read(&answer) else {
        return match super::verdicts::of_refusal(&answer, dialect.asked(!subject.access.is_open())) {
            Outcome::LetIn(finding)
            | Outcome::MayNotList(finding)
            | Outcome::Refused(finding)
            | Outcome::Nothing(finding) => finding,
        };
    };
    let finding = Finding::accepted(Proof::Accepted, &answer);
    let finding = compatible::controlled(run, subject, &dialect, &question, finding).await;
    models::check(run, subject, &dialect, &Place::of(subject), Some(&listing), finding).await
}

/// The lists of the cloud are public, so only a call shows whether a key is good; without messages
/// it costs nothing (heypinchy/pinchy#154).
pub(crate) async fn cloud(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let dialect = Dialect::vendor(Product::Ollama);
    let place = if is_native(subject) { Place::of(subject) } else { Place::of(subject).moved_to("v1") };
    let mut url = place.base().url().clone();
    url.set_path("/v1/chat/completions");
    let question = Question::zero_token(url.clone(), subject.model());
    let finding = match compatible::zero_token(run, subject, &dialect, &place, &question).await {
        Outcome::LetIn(finding) => finding,
        Outcome::Refused(finding) | Outcome::MayNotList(finding) | Outcome::Nothing(finding) => {
            return place.tell(subject.target, finding);
        }
    };
    let finding = if subject.access.is_open() { of_keyless(finding) } else { finding };
    url.set_path("/v1/models");
    let finding = match subject.model() {
        None => finding,
        Some(_) => match Question::get(url).ask(run, subject, &dialect.header, Shown::Nothing).await {
            Ok(answer) => match Listing::read(&answer) {
                Some(listing) => models::check(run, subject, &dialect, &place, Some(&listing), finding).await,
                None => models::unlisted(&answer, subject, &dialect, finding),
            },
            Err(stop) => models::unverifiable(finding, Finding::stopped(stop).reason),
        },
    };
    place.tell(subject.target, finding)
}
