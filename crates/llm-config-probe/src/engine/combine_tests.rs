//! Tests of the combination of evidence.

use llm_config_egress::CallError;
use llm_config_providers::{
    HostTrust, ModelEcho, ModelFact, Note, Reason, RefusedParameter, ResponseClass, Stage,
};

use super::call::{CallControl, CallEvidence, UnknownModel};
use super::combine::{downgrade_unproven, with_call};
use super::known::Known;
use super::model_evidence::with_fact;
use crate::budget::ProbeError;
use crate::report::{CredentialVerdict, ModelVerdict, Proof, Usable};
use crate::verdict::Verdict;

const GENUINE: CredentialVerdict = CredentialVerdict::Verified { how: Proof::Accepted };
const REFUSED_OTHERWISE: CredentialVerdict = CredentialVerdict::Verified { how: Proof::RefusedOtherwise };
const CONTROLLED: CredentialVerdict = CredentialVerdict::Verified { how: Proof::ControlRefused };
const UNSURE: CredentialVerdict = CredentialVerdict::NotVerified { why: Reason::UnexpectedAnswer };
const UNLISTED: ModelVerdict = ModelVerdict::Unverifiable { why: Reason::UnexpectedAnswer };

type Outcome = (Reason, CredentialVerdict, ModelVerdict, Usable);

fn verdict(reason: Reason, credential: CredentialVerdict, model: ModelVerdict) -> Verdict {
    Verdict::from_reason(reason, Stage::Auth).with_credential(credential).with_model(model)
}

fn completed(echo: ModelEcho) -> CallEvidence {
    CallEvidence::Completed { status: 200, echo, control: None, unknown_model: None }
}

fn refused(reason: Reason) -> CallEvidence {
    CallEvidence::Refused(Box::new(Verdict::from_reason(reason, Stage::Auth)))
}

fn failed(error: ProbeError) -> CallEvidence {
    CallEvidence::Refused(Box::new(Verdict::from_error(error)))
}

fn outcome(verdict: &Verdict) -> Outcome {
    (verdict.reason, verdict.credential, verdict.model, verdict.usable)
}

#[track_caller]
fn check(before: Verdict, call: &CallEvidence, trust: HostTrust, expected: Outcome) {
    check_known(
        before,
        call,
        Known { trust, has_answered: true, falls_back: false, may_fall_back: false },
        expected,
    );
}

#[track_caller]
fn check_known(before: Verdict, call: &CallEvidence, known: Known, expected: Outcome) {
    assert_eq!(outcome(&with_call(before, call, known)), expected);
}

#[track_caller]
fn check_fact(fact: &ModelFact, expected: Outcome) {
    let before = verdict(Reason::Ok, GENUINE, ModelVerdict::NotAsked);
    assert_eq!(outcome(&with_fact(before, fact)), expected, "{fact:?}");
}

fn fact_of(reason: Reason) -> ModelFact {
    let class = ResponseClass::new(reason, Stage::Auth);
    ModelFact::Refused { class, status: Some(400), code: None, retry_after: None }
}

#[test]
fn fact_about_model_keeps_the_credential() {
    let verified = (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes);
    check_fact(&ModelFact::Exists, verified);
    check_fact(&ModelFact::ExistsAs(Note::ModelSpelledDifferently), verified);
    let missing = |usable| (Reason::ModelNotFound, GENUINE, ModelVerdict::NotFound, usable);
    check_fact(&ModelFact::NotListed { hint: None, status: None }, missing(Usable::No));
    check_fact(&ModelFact::FallsBack, missing(Usable::Unknown));
    let open = |why, reason| (reason, GENUINE, ModelVerdict::Unverifiable { why }, Usable::Unknown);
    check_fact(&ModelFact::Doubtful { status: None }, open(Reason::ModelNotFound, Reason::ModelNotFound));
    check_fact(&ModelFact::OnlyCallTells { hint: None, status: None }, open(Reason::Depth, Reason::Depth));
    check_fact(
        &ModelFact::Unverifiable { why: Reason::Timeout, status: None },
        open(Reason::Timeout, Reason::Timeout),
    );
    let unconfirmed = ModelVerdict::Unverifiable { why: Reason::Depth };
    check_fact(&ModelFact::Unconfirmed, (Reason::Ok, GENUINE, unconfirmed, Usable::Yes));
    check_fact(&ModelFact::NotChecked, (Reason::Ok, GENUINE, ModelVerdict::NotAsked, Usable::Yes));
}

#[test]
fn refused_lookup_of_model_decides_unless_it_contradicts_the_credential() {
    check_fact(
        &fact_of(Reason::ModelNoAccess),
        (Reason::ModelNoAccess, GENUINE, ModelVerdict::NoAccess, Usable::No),
    );
    let why = Reason::InsufficientCredit;
    check_fact(&fact_of(why), (why, GENUINE, ModelVerdict::Unverifiable { why }, Usable::No));
    for contradiction in [Reason::BadKey, Reason::WrongBasePath, Reason::ConfigIncomplete] {
        check_fact(&fact_of(contradiction), (Reason::UnexpectedAnswer, GENUINE, UNLISTED, Usable::Unknown));
    }
}

#[test]
fn completion_at_vendor_proves_credential_and_model() {
    let before = || verdict(Reason::UnexpectedAnswer, UNSURE, ModelVerdict::NotAsked);
    let expected = (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes);
    check(before(), &completed(ModelEcho::Same), HostTrust::Vendor, expected);
    check(before(), &completed(ModelEcho::Other), HostTrust::Vendor, expected);
}

#[test]
fn completion_at_unknown_host_proves_only_that_calls_work() {
    check(
        verdict(Reason::UnexpectedAnswer, UNSURE, UNLISTED),
        &completed(ModelEcho::Same),
        HostTrust::Unknown,
        (Reason::Ok, UNSURE, UNLISTED, Usable::Yes),
    );
    let open = (Reason::AuthNotEnforced, CredentialVerdict::NotRequired, ModelVerdict::Verified, Usable::Yes);
    check(verdict(open.0, open.1, open.2), &completed(ModelEcho::Absent), HostTrust::Unknown, open);
}

#[test]
fn completion_under_another_name_is_usable_unless_any_name_is_completed() {
    let why = Reason::ModelNotFound;
    let unverifiable = ModelVerdict::Unverifiable { why };
    let open = (Reason::Ok, GENUINE, unverifiable, Usable::Yes);
    let missing = || verdict(why, GENUINE, ModelVerdict::NotFound);
    check(missing(), &completed(ModelEcho::Other), HostTrust::Unknown, open);
    check(missing(), &completed(ModelEcho::Same), HostTrust::Unknown, open);
    let listed = (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes);
    let before = verdict(Reason::Ok, GENUINE, ModelVerdict::Verified);
    check(before, &completed(ModelEcho::Other), HostTrust::Unknown, listed);

    let with_unknown_model = |unknown_model| CallEvidence::Completed {
        status: 200,
        echo: ModelEcho::Other,
        control: None,
        unknown_model: Some(unknown_model),
    };
    let doubtful = (why, GENUINE, ModelVerdict::NotFound, Usable::Unknown);
    check(missing(), &with_unknown_model(UnknownModel::Refused), HostTrust::Unknown, listed);
    check(missing(), &with_unknown_model(UnknownModel::Completed), HostTrust::Unknown, doubtful);
    check(missing(), &with_unknown_model(UnknownModel::Unclear), HostTrust::Unknown, open);
    let product =
        Known { trust: HostTrust::Unknown, has_answered: true, falls_back: true, may_fall_back: true };
    check_known(missing(), &completed(ModelEcho::Same), product, doubtful);
}

#[test]
fn refusal_without_a_cause_is_read_by_earlier_evidence() {
    let refused = |reason, status| {
        let verdict = Verdict::from_reason(reason, Stage::Http);
        CallEvidence::Refused(Box::new(Verdict { http_status: Some(status), ..verdict }))
    };
    let listed = || verdict(Reason::Ok, CONTROLLED, ModelVerdict::Verified);
    let missing = || verdict(Reason::ModelNotFound, CONTROLLED, UNLISTED);
    let no_access = (Reason::ModelNoAccess, CONTROLLED, ModelVerdict::NoAccess, Usable::No);
    let not_found = (Reason::ModelNotFound, CONTROLLED, ModelVerdict::NotFound, Usable::No);
    let unexpected = || refused(Reason::UnexpectedAnswer, 404);
    check(listed(), &unexpected(), HostTrust::Unknown, no_access);
    check(missing(), &unexpected(), HostTrust::Unknown, not_found);
    let no_path = || refused(Reason::WrongBasePath, 404);
    let wrong_api = (Reason::ModelWrongApi, CONTROLLED, ModelVerdict::Verified, Usable::No);
    check(listed(), &no_path(), HostTrust::Unknown, wrong_api);
    check(missing(), &no_path(), HostTrust::Unknown, not_found);
    let bad_request = refused(Reason::UnexpectedAnswer, 400);
    let unsure = (Reason::ModelNotFound, CONTROLLED, ModelVerdict::NotFound, Usable::Unknown);
    check(missing(), &bad_request, HostTrust::Unknown, unsure);

    let unanswered =
        Known { trust: HostTrust::Unknown, has_answered: false, falls_back: false, may_fall_back: false };
    let before = verdict(Reason::WrongBasePath, UNSURE, ModelVerdict::NotAsked);
    let no_api = Reason::WrongBasePath;
    let why = CredentialVerdict::NotVerified { why: no_api };
    check_known(before, &no_path(), unanswered, (no_api, why, ModelVerdict::NotAsked, Usable::No));
}

#[test]
fn control_of_completion_decides_the_credential() {
    let why = Reason::ProviderDown;
    let not_verified = |why| CredentialVerdict::NotVerified { why };
    for (control, reason, credential) in [
        (CallControl::Keyless, Reason::Ok, CredentialVerdict::NotRequired),
        (CallControl::Completed, Reason::AuthNotEnforced, CredentialVerdict::NotRequired),
        (CallControl::Refused, Reason::Ok, CONTROLLED),
        (CallControl::Unclear(why), Reason::Ok, not_verified(why)),
        (CallControl::LeftOut, Reason::Ok, not_verified(Reason::Budget)),
    ] {
        let call = CallEvidence::Completed {
            status: 200,
            echo: ModelEcho::Same,
            control: Some(control),
            unknown_model: None,
        };
        let expected = (reason, credential, ModelVerdict::Verified, Usable::Yes);
        let before = verdict(Reason::Ok, UNSURE, ModelVerdict::Verified);
        check(before, &call, HostTrust::Unknown, expected);
    }
}

fn parameter_refused(control: Option<CallControl>) -> CallEvidence {
    CallEvidence::ParameterRefused { status: 400, parameter: RefusedParameter::NotStreamed, control }
}

#[test]
fn refused_parameter_changes_only_the_credential_at_vendors() {
    let before = || verdict(Reason::RateLimited, UNSURE, ModelVerdict::NotAsked);
    let expected = |credential| (Reason::RateLimited, credential, ModelVerdict::NotAsked, Usable::Unknown);
    check(before(), &parameter_refused(None), HostTrust::Vendor, expected(REFUSED_OTHERWISE));
    check(before(), &parameter_refused(None), HostTrust::Unknown, expected(UNSURE));
}

#[test]
fn refused_parameter_with_control_needs_a_refused_wrong_key() {
    let model = ModelVerdict::Verified;
    let before = || verdict(Reason::Ok, UNSURE, model);
    let refused = parameter_refused(Some(CallControl::Refused));
    check(before(), &refused, HostTrust::Unknown, (Reason::Ok, CONTROLLED, model, Usable::Yes));
    let why = Reason::UnexpectedAnswer;
    let unclear = (why, CredentialVerdict::NotVerified { why }, model, Usable::Unknown);
    check(before(), &parameter_refused(Some(CallControl::Unclear(why))), HostTrust::Unknown, unclear);
}

#[test]
fn refused_call_decides_and_keeps_what_it_does_not_contradict() {
    let listed = || verdict(Reason::Ok, GENUINE, ModelVerdict::Verified);
    let model = ModelVerdict::Verified;
    // anomalyco/opencode#46169: the list is public, and calls are not.
    let rejected = (Reason::BadKey, CredentialVerdict::Rejected, model, Usable::No);
    check(listed(), &refused(Reason::BadKey), HostTrust::Unknown, rejected);
    let wrong_api = (Reason::ModelWrongApi, GENUINE, model, Usable::No);
    check(listed(), &refused(Reason::ModelWrongApi), HostTrust::Vendor, wrong_api);
    let timeout = (Reason::Timeout, GENUINE, model, Usable::Unknown);
    let late = failed(ProbeError::Failed(CallError::Timeout));
    check(listed(), &late, HostTrust::Vendor, timeout);
    let budget = (Reason::Budget, GENUINE, model, Usable::Unknown);
    check(listed(), &failed(ProbeError::BudgetExhausted), HostTrust::Vendor, budget);
}

#[test]
fn rejected_call_after_refused_control_blames_the_provider_behind() {
    let before = verdict(Reason::Ok, CONTROLLED, ModelVerdict::Verified);
    let expected = (Reason::UpstreamKeyRejected, CONTROLLED, ModelVerdict::Verified, Usable::No);
    check(before, &refused(Reason::BadKey), HostTrust::Unknown, expected);
}

#[test]
fn call_without_key_at_public_list_reports_the_missing_key() {
    let before = verdict(Reason::Ok, CredentialVerdict::NotRequired, ModelVerdict::Verified);
    let credential = CredentialVerdict::NotVerified { why: Reason::ConfigIncomplete };
    let expected = (Reason::ConfigIncomplete, credential, ModelVerdict::Verified, Usable::No);
    check(before, &refused(Reason::ConfigIncomplete), HostTrust::Unknown, expected);
}

#[test]
fn refused_model_proves_the_credential_at_vendors_only() {
    for (trust, credential) in [(HostTrust::Vendor, REFUSED_OTHERWISE), (HostTrust::Unknown, UNSURE)] {
        let before = verdict(Reason::UnexpectedAnswer, UNSURE, ModelVerdict::NotAsked);
        let expected = (Reason::ModelNotFound, credential, ModelVerdict::NotFound, Usable::No);
        check(before, &refused(Reason::ModelNotFound), trust, expected);
    }
}

#[test]
fn downgrade_after_transient_failure_withdraws_not_required() {
    let public = || verdict(Reason::ProviderDown, CredentialVerdict::NotRequired, ModelVerdict::Verified);
    let call = refused(Reason::ProviderDown);
    let why = Reason::ProviderDown;
    let withdrawn = downgrade_unproven(public(), &call, false).credential;
    assert_eq!(withdrawn, CredentialVerdict::NotVerified { why });
    let kept = CredentialVerdict::NotRequired;
    assert_eq!(downgrade_unproven(public(), &call, true).credential, kept);
    assert_eq!(downgrade_unproven(public(), &CallEvidence::NotCalled, false).credential, kept);
}
