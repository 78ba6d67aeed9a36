//! Tests of the combination of evidence.

use llm_config_egress::CallError;
use llm_config_providers::{
    HostTrust, ModelEcho, ModelFact, Note, Reason, RefusedParameter, ResponseClass, Stage,
};

use super::call::{CallControl, CallEvidence};
use super::combine::{downgrade_unproven, with_call, with_fact};
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
    CallEvidence::Completed { status: 200, echo, control: None }
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
    assert_eq!(outcome(&with_call(before, call, trust)), expected);
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
fn completion_by_other_model_disproves_unlisted_model_only() {
    let doubtful = (Reason::ModelNotFound, GENUINE, ModelVerdict::NotFound, Usable::Unknown);
    let unlisted = verdict(Reason::Ok, GENUINE, UNLISTED);
    check(unlisted, &completed(ModelEcho::Other), HostTrust::Unknown, doubtful);
    let missing = verdict(Reason::ModelNotFound, GENUINE, ModelVerdict::NotFound);
    check(missing, &completed(ModelEcho::Same), HostTrust::Unknown, doubtful);
    let listed = (Reason::Ok, GENUINE, ModelVerdict::Verified, Usable::Yes);
    let before = verdict(Reason::Ok, GENUINE, ModelVerdict::Verified);
    check(before, &completed(ModelEcho::Other), HostTrust::Unknown, listed);
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
        let call = CallEvidence::Completed { status: 200, echo: ModelEcho::Same, control: Some(control) };
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
