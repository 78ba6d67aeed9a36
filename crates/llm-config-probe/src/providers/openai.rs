//! `OPENAI`: the vendor at its own host, or anything compatible elsewhere.

use std::borrow::Cow;

use super::dialect::Dialect;
use super::{Subject, compatible, custom, product};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Product, Reason};
use crate::run::Run;

pub(crate) async fn check(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    match product::by_host(subject.base.host()) {
        Some(Product::OpenAi) => vendor(run, subject).await,
        // The value is also used for whatever is compatible, so the host says more.
        Some(_) | None => custom::check(run, subject).await,
    }
}

/// `GET /v1/models` needs a genuine key, and succeeds also without credit and without the right to
/// call models (pressidium/pressidium-cookie-consent#156, CherryHQ/cherry-studio#559).
pub(crate) async fn vendor(run: &mut Run<'_>, subject: &Subject<'_>) -> Finding {
    let finding = compatible::check(run, subject, &Dialect::vendor(Product::OpenAi)).await;
    let is_verified = matches!(finding.credential, CredentialVerdict::Verified { .. });
    let hint = finding.hint.clone().filter(|_| finding.reason != Reason::Ok || !is_verified);
    let hint = hint.or_else(|| (finding.reason == Reason::Ok).then_some(Cow::Borrowed(ONLY_LISTED)));
    Finding { hint, ..finding }
}

const ONLY_LISTED: &str = "The key is genuine. Whether its account has credit, and whether a restricted key may call models, shows only in a call.";
