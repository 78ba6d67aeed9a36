//! What a check concludes once the model was asked.

use super::{Echo, Inferred};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, ModelVerdict, Proof, Reason, Stage, Usable};
use llm_config_egress::Response;

/// What is known of who answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    /// It answers genuine credentials only, and for no model that it does not have.
    Strict,
    /// It may answer anybody, with any model: most servers that people run themselves.
    Unknown,
}

const ANOTHER_MODEL: &str =
    "The server answers, but with another model than the one that was asked for: check the model's name.";

const ONLY_CAPPED: &str = "Nothing was found against this configuration. The call was refused only for the limit that a check sets to the answer's length.";

const UNLISTED_MODEL: &str = "The server answers, but does not list the model, so that another one may have answered: check the model's name.";

/// What the check had found `before` it asked the model, and what came of that, in one.
///
/// A refusal is read by `refused`. A credential that was found genuine stays so unless the model's refusal says
/// otherwise: some servers list models for anybody and check the key only here.
pub(crate) fn conclude(
    before: Finding,
    inferred: Inferred,
    strictness: Strictness,
    refused: impl FnOnce(&Response) -> Finding,
) -> Finding {
    match inferred {
        Inferred::Answered { status, echo } => answered(before, status, echo, strictness),
        // The cap is ours: nothing speaks against the configuration, and nothing more for it, since
        // no model answered. Whether it is usable stays what it was.
        Inferred::CapRefused => {
            let credential = proven(before.credential, Proof::RefusedOtherwise, strictness);
            let hint = if before.reason == Reason::Ok { Some(ONLY_CAPPED.into()) } else { before.hint };
            Finding { credential, hint, ..before }
        }
        Inferred::Refused(answer) => overruled(before, refused(&answer), strictness),
        Inferred::Stopped(stop) => overruled(before, Finding::stopped(stop), strictness),
    }
}

const CONTRADICTED: &str = "The server knows the key but refuses a call with it, as if the key were wrong: the key may be restricted, or the provider behind the server refuses the server's own.";

/// A key that was let in, and is not let through to the model.
fn contradicted(before: Finding, after: &Finding) -> Finding {
    Finding {
        http_status: after.http_status,
        provider_code: after.provider_code.clone(),
        credential: before.credential,
        product: before.product,
        notes: before.notes,
        ..Finding::of(Reason::UpstreamKeyRejected, Stage::Model)
    }
    .hint(CONTRADICTED)
}

fn proven(before: CredentialVerdict, how: Proof, strictness: Strictness) -> CredentialVerdict {
    match (before, strictness) {
        (CredentialVerdict::Rejected | CredentialVerdict::NotVerified { .. }, Strictness::Strict) => {
            CredentialVerdict::Verified { how }
        }
        (known, Strictness::Strict | Strictness::Unknown) => known,
    }
}

fn answered(before: Finding, status: u16, echo: Echo, strictness: Strictness) -> Finding {
    let credential = proven(before.credential, Proof::Accepted, strictness);
    let model = match (before.model, strictness, echo) {
        // Listed: another name in the answer is then what an alias stands for.
        (_, Strictness::Strict, _) | (ModelVerdict::Verified, Strictness::Unknown, _) => {
            ModelVerdict::Verified
        }
        (_, Strictness::Unknown, Echo::Other) => ModelVerdict::NotFound,
        // There was no list, for that reason, and a name that is repeated proves nothing.
        (ModelVerdict::NotAsked, Strictness::Unknown, Echo::Silent | Echo::Same) => {
            ModelVerdict::Unverifiable { why: before.reason }
        }
        (known, Strictness::Unknown, Echo::Silent | Echo::Same) => known,
    };
    let is_doubtful = model == ModelVerdict::NotFound;
    let (reason, usable, hint) = match (is_doubtful, echo, before.reason) {
        // Calls succeed, so that `No` would be as wrong as `Yes`.
        (true, Echo::Other, _) => (Reason::ModelNotFound, Usable::Unknown, Some(ANOTHER_MODEL.into())),
        (true, Echo::Same | Echo::Silent, _) => {
            (Reason::ModelNotFound, Usable::Unknown, Some(UNLISTED_MODEL.into()))
        }
        (false, _, Reason::AuthNotEnforced) => (Reason::AuthNotEnforced, Usable::Yes, before.hint),
        // What a call would show was shown.
        (false, _, _) => (Reason::Ok, Usable::Yes, None),
    };
    Finding {
        reason,
        credential,
        model,
        usable,
        hint,
        stage: Stage::Model,
        http_status: Some(status),
        provider_code: None,
        retry_after: None,
        ..before
    }
}

/// What was refused decides; what was found before, and is not contradicted, stays.
fn overruled(before: Finding, after: Finding, strictness: Strictness) -> Finding {
    let credential = match (before.credential, after.credential) {
        // It was told from a wrong one a moment ago, so the refusal is about something else.
        (CredentialVerdict::Verified { how: Proof::ControlRefused }, CredentialVerdict::Rejected) => {
            let model = before.model;
            return contradicted(before, &after).model(model);
        }
        (_, CredentialVerdict::Rejected) => CredentialVerdict::Rejected,
        // A list is public, and calls want a key that is not there.
        (CredentialVerdict::NotRequired, wanted) if after.reason == Reason::ConfigIncomplete => wanted,
        (CredentialVerdict::NotVerified { .. }, found) => match (found, strictness) {
            // Who checks keys where is not known here: it may be a model that nobody has.
            (CredentialVerdict::Verified { .. }, Strictness::Unknown) => before.credential,
            (found, Strictness::Strict | Strictness::Unknown) => found,
        },
        (known, _) => known,
    };
    let model = if after.model == ModelVerdict::NotAsked { before.model } else { after.model };
    let suggested_url = after.suggested_url.or(before.suggested_url);
    let product = after.product.or(before.product);
    let mut notes = before.notes;
    notes.extend(after.notes);
    Finding { credential, model, suggested_url, product, notes, ..after }
}

#[cfg(test)]
mod tests {
    use http::header::HeaderMap;

    use super::*;
    use crate::refusal::{refusal, stage};
    use crate::run::Stop;
    use llm_config_egress::CallError;

    const GENUINE: CredentialVerdict = CredentialVerdict::Verified { how: Proof::Accepted };
    const UNSURE: CredentialVerdict = CredentialVerdict::NotVerified { why: Reason::UnexpectedAnswer };

    fn refused(answer: &Response) -> Finding {
        let reason = refusal(answer);
        Finding::refused(reason, stage(reason), answer)
    }

    fn found(reason: Reason, credential: CredentialVerdict, model: ModelVerdict) -> Finding {
        Finding::of(reason, Stage::Auth).credential(credential).model(model)
    }

    fn refusing(status: u16, body: &str) -> Inferred {
        Inferred::Refused(Response { status, headers: HeaderMap::new(), body: body.into(), is_whole: true })
    }

    fn answering(echo: Echo) -> Inferred {
        Inferred::Answered { status: 200, echo }
    }

    #[track_caller]
    fn check(
        before: Finding,
        inferred: Inferred,
        strictness: Strictness,
        expected: (Reason, CredentialVerdict, ModelVerdict, Usable),
    ) {
        let Finding { reason, credential, model, usable, .. } =
            conclude(before, inferred, strictness, refused);
        assert_eq!((reason, credential, model, usable), expected);
    }

    #[test]
    fn an_answer_of_a_vendor_proves_credential_and_model() {
        let before = || found(Reason::UnexpectedAnswer, UNSURE, ModelVerdict::NotAsked);
        let expected = (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes);
        check(before(), answering(Echo::Same), Strictness::Strict, expected);
        check(before(), answering(Echo::Other), Strictness::Strict, expected);
    }

    #[test]
    fn an_answer_of_anybody_proves_that_calls_work_and_no_more() {
        let unlisted = ModelVerdict::Unverifiable { why: Reason::UnexpectedAnswer };
        check(
            found(Reason::UnexpectedAnswer, UNSURE, unlisted),
            answering(Echo::Same),
            Strictness::Unknown,
            (Reason::Ok, UNSURE, unlisted, Usable::Yes),
        );
        let open = found(Reason::AuthNotEnforced, CredentialVerdict::NotRequired, ModelVerdict::Verified);
        check(
            open,
            answering(Echo::Silent),
            Strictness::Unknown,
            (Reason::AuthNotEnforced, CredentialVerdict::NotRequired, ModelVerdict::Verified, Usable::Yes),
        );
    }

    #[test]
    fn another_name_disproves_a_model_that_was_not_listed() {
        let doubtful = (Reason::ModelNotFound, GENUINE, ModelVerdict::NotFound, Usable::Unknown);
        let unknown = ModelVerdict::Unverifiable { why: Reason::UnexpectedAnswer };
        check(found(Reason::Ok, GENUINE, unknown), answering(Echo::Other), Strictness::Unknown, doubtful);
        check(
            found(Reason::ModelNotFound, GENUINE, ModelVerdict::NotFound),
            answering(Echo::Same),
            Strictness::Unknown,
            doubtful,
        );
        check(
            found(Reason::Ok, GENUINE, ModelVerdict::Verified),
            answering(Echo::Other),
            Strictness::Unknown,
            (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes),
        );
    }

    #[test]
    fn a_cap_that_is_refused_changes_nothing_but_what_is_known_of_the_key() {
        let before = || found(Reason::RateLimited, UNSURE, ModelVerdict::NotAsked);
        let genuine = CredentialVerdict::Verified { how: Proof::RefusedOtherwise };
        check(
            before(),
            Inferred::CapRefused,
            Strictness::Strict,
            (Reason::RateLimited, genuine, ModelVerdict::NotAsked, Usable::Unknown),
        );
        check(
            before(),
            Inferred::CapRefused,
            Strictness::Unknown,
            (Reason::RateLimited, UNSURE, ModelVerdict::NotAsked, Usable::Unknown),
        );
    }

    #[test]
    fn a_refusal_decides_and_leaves_what_it_does_not_contradict() {
        let listed = || found(Reason::Ok, GENUINE, ModelVerdict::Verified);
        // anomalyco/opencode#46169: the list is public, and calls are not.
        check(
            listed(),
            refusing(401, r#"{"error":{"message":"Invalid key"}}"#),
            Strictness::Unknown,
            (Reason::BadKey, CredentialVerdict::Rejected, ModelVerdict::Verified, Usable::No),
        );
        check(
            listed(),
            refusing(404, r#"{"error":{"message":"This is not a chat model"}}"#),
            Strictness::Strict,
            (Reason::ModelWrongApi, GENUINE, ModelVerdict::Verified, Usable::No),
        );
        check(
            listed(),
            Inferred::Stopped(Stop::Failed(CallError::Timeout)),
            Strictness::Strict,
            (Reason::Timeout, GENUINE, ModelVerdict::Verified, Usable::Unknown),
        );
        check(
            listed(),
            Inferred::Stopped(Stop::Budget),
            Strictness::Strict,
            (Reason::Budget, GENUINE, ModelVerdict::Verified, Usable::Unknown),
        );
    }

    #[test]
    fn a_refusal_of_the_model_proves_the_key_at_vendors_only() {
        let before = || found(Reason::UnexpectedAnswer, UNSURE, ModelVerdict::NotAsked);
        let missing = || refusing(404, r#"{"error":{"message":"The model `m` does not exist"}}"#);
        let genuine = CredentialVerdict::Verified { how: Proof::RefusedOtherwise };
        for (strictness, credential) in [(Strictness::Strict, genuine), (Strictness::Unknown, UNSURE)] {
            let expected = (Reason::ModelNotFound, credential, ModelVerdict::NotFound, Usable::No);
            check(before(), missing(), strictness, expected);
        }
    }
}
