//! Whatever speaks like `OpenAI`: nothing is known of it but what it shows.

use super::Subject;
use crate::access::KeyHeader;
use crate::exchange::Request;
use crate::finding::Finding;
use crate::report::{Proof, Reason, Shown, Stage};
use crate::run::Run;

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let url = subject.base.join(&["models"]);
    let listing = run
        .call(Shown::Credential, || {
            subject.access.show(Request::get(url.clone()), &KeyHeader::bearer(), Shown::Credential)
        })
        .await;
    match listing {
        Ok(answer) if answer.is_success() => Finding::accepted(Proof::Accepted, &answer),
        Ok(answer) => Finding::refused(Reason::BadKey, Stage::Auth, &answer),
        Err(stop) => Finding::stopped(stop),
    }
}
