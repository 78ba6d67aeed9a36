//! The negative control: the call that was let through, made again with a key that cannot be right.

use super::dialect::Dialect;
use super::question::Question;
use super::verdicts::{Outcome, of_refusal, of_zero_token};
use super::{Subject, product};
use crate::finding::Finding;
use crate::report::{CredentialVerdict, Implied, Note, Product, Proof, Reason, Shown, Stage, Usable};
use crate::run::{Run, Stop};
use llm_config_egress::Response;

/// What a wrong key was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Control {
    /// It was refused, so the server looks at keys.
    Refused,
    /// It was answered like the right one.
    LetIn,
    /// Nothing follows from the answer, for this reason.
    Unclear(Reason),
}

impl Control {
    /// Asks again what led to `first`. Refusals often show who answers.
    pub(crate) async fn of(
        run: &mut Run<'_>,
        subject: &Subject<'_>,
        dialect: &Dialect,
        question: &Question,
        first: &Finding,
    ) -> (Self, Option<Product>) {
        match question.ask(run, subject, &dialect.header, Shown::WrongCredential).await {
            Ok(answer) => (Self::read(&answer, question, dialect, first), product::by_answer(&answer)),
            Err(Stop::Budget) => (Self::Unclear(Reason::Budget), None),
            Err(stop @ Stop::Failed(_)) => (Self::Unclear(Finding::stopped(stop).reason), None),
        }
    }

    fn read(answer: &Response, question: &Question, dialect: &Dialect, first: &Finding) -> Self {
        let is_other = first.http_status != Some(answer.status);
        let outcome = if question.is_call() {
            of_zero_token(answer, dialect.asked(true))
        } else if (dialect.is_expected)(answer) {
            return Self::LetIn;
        } else {
            of_refusal(answer, dialect.asked(true))
        };
        let finding = match outcome {
            Outcome::LetIn(_) => return Self::LetIn,
            Outcome::MayNotList(finding) | Outcome::Refused(finding) | Outcome::Nothing(finding) => finding,
        };
        if finding.reason.implied() == Implied::Rejected || finding.reason == Reason::ConfigIncomplete {
            Self::Refused
        } else if is_other && matches!(answer.status, 400 | 401 | 403) {
            // Some servers refuse a key in words of their own; what counts is that they let the
            // other one in.
            Self::Refused
        } else if !is_other && finding.reason == first.reason {
            Self::LetIn
        } else {
            Self::Unclear(finding.reason)
        }
    }

    /// What follows for a finding that was made with the configuration's own key.
    pub(crate) fn tell(self, finding: Finding) -> Finding {
        let is_ok = finding.reason == Reason::Ok;
        match self {
            Self::Refused => finding.credential(CredentialVerdict::Verified { how: Proof::ControlRefused }),
            Self::LetIn if is_ok && is_partial(&finding) => undecided(finding),
            Self::LetIn if is_ok => Finding {
                reason: Reason::AuthNotEnforced,
                ..finding.credential(CredentialVerdict::NotRequired)
            },
            // It was refused for another reason, perhaps before anybody looked at the key.
            Self::LetIn => {
                finding.credential(CredentialVerdict::NotVerified { why: Reason::AuthNotEnforced })
            }
            Self::Unclear(why) => {
                let finding = finding.credential(CredentialVerdict::NotVerified { why });
                let finding = if is_ok {
                    let hint = if why == Reason::Budget { LEFT_OUT } else { UNCLEAR };
                    Finding { reason: why, usable: Usable::Unknown, hint: Some(hint.into()), ..finding }
                } else {
                    finding
                };
                if why == Reason::Budget { finding.note(Note::ControlLeftOut) } else { finding }
            }
        }
    }
}

/// Whether the call was only let through to where its missing messages were noticed.
fn is_partial(finding: &Finding) -> bool {
    finding.credential == CredentialVerdict::Verified { how: Proof::RefusedOtherwise }
}

/// A server may look at the body before the key, so that it refuses all alike.
fn undecided(finding: Finding) -> Finding {
    finding
        .credential(CredentialVerdict::NotVerified { why: Reason::Depth })
        .because(Reason::Depth, Stage::Http)
        .hint("The server finds fault with the body of a test call, whatever key it is shown: only a real call tells whether it takes the key.")
}

/// What follows from an answer that was given without a key.
pub(crate) fn of_keyless(finding: Finding) -> Finding {
    match finding.credential {
        CredentialVerdict::Verified { .. } if finding.reason == Reason::Ok && is_partial(&finding) => {
            undecided(finding)
        }
        CredentialVerdict::Verified { .. } => finding.credential(CredentialVerdict::NotRequired),
        CredentialVerdict::Rejected
        | CredentialVerdict::NotRequired
        | CredentialVerdict::NotVerified { .. } => finding,
    }
}

const LEFT_OUT: &str = "The server answers, but no request of the check was left to see whether it looks at the key: an endpoint that needs no guessing saves one.";

const UNCLEAR: &str = "The server answers, but whether it looks at the key could not be told: a call with a wrong key, made for comparison, got no clear answer.";
