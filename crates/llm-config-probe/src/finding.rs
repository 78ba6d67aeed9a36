//! What a provider's family concludes from answers, before it becomes a report.

use std::borrow::Cow;

use crate::error_body::ErrorBody;
use crate::report::{CredentialVerdict, ModelVerdict, Note, Product, Proof, Reason, Stage, Usable};
use crate::run::Stop;
use llm_config_egress::CallError;
use llm_config_egress::Response;

/// What a family concludes.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    pub(crate) reason: Reason,
    pub(crate) credential: CredentialVerdict,
    pub(crate) model: ModelVerdict,
    pub(crate) usable: Usable,
    pub(crate) stage: Stage,
    pub(crate) http_status: Option<u16>,
    pub(crate) provider_code: Option<String>,
    pub(crate) retry_after: Option<u32>,
    pub(crate) suggested_url: Option<String>,
    pub(crate) product: Option<Product>,
    pub(crate) notes: Vec<Note>,
    pub(crate) hint: Option<Cow<'static, str>>,
    /// Whether the control was put off until the model is called, where it says more.
    pub(crate) awaits_control: bool,
}

impl Finding {
    /// What the reason implies.
    pub(crate) fn of(reason: Reason, stage: Stage) -> Self {
        let is_missing = matches!(reason, Reason::ModelNotFound | Reason::DeploymentNotFound);
        let model = if is_missing {
            ModelVerdict::NotFound
        } else if reason == Reason::ModelNoAccess {
            ModelVerdict::NoAccess
        } else {
            ModelVerdict::NotAsked
        };
        Self {
            reason,
            credential: reason.implied().credential(reason),
            model,
            usable: reason.implied().usable(),
            stage,
            http_status: None,
            provider_code: None,
            retry_after: None,
            suggested_url: None,
            product: None,
            notes: Vec::new(),
            hint: None,
            awaits_control: false,
        }
    }

    /// What follows from an answer that refuses.
    pub(crate) fn refused(reason: Reason, stage: Stage, answer: &Response) -> Self {
        Self {
            http_status: Some(answer.status),
            provider_code: ErrorBody::read(answer).provider_code(),
            retry_after: answer.retry_after(),
            ..Self::of(reason, stage)
        }
    }

    /// What follows from having no answer.
    pub(crate) fn stopped(stop: Stop) -> Self {
        match stop {
            Stop::Budget => Self::of(Reason::Budget, Stage::Http),
            Stop::Failed(error) => match error {
                CallError::Refused => Self::of(Reason::BlockedByPolicy, Stage::Policy),
                CallError::Dns => Self::of(Reason::Unreachable, Stage::Dns),
                CallError::Connect => Self::of(Reason::Unreachable, Stage::Connect),
                CallError::ConnectTimeout => Self::of(Reason::Timeout, Stage::Connect),
                CallError::Tls => Self::of(Reason::Tls, Stage::Tls),
                CallError::Timeout => Self::of(Reason::Timeout, Stage::Http),
                CallError::Reset => Self::of(Reason::Unreachable, Stage::Http),
                CallError::Protocol => Self::of(Reason::NotAnLlmApi, Stage::Http),
            },
        }
    }

    /// The credential was accepted by a call that needs it.
    pub(crate) fn accepted(how: Proof, answer: &Response) -> Self {
        Self {
            credential: CredentialVerdict::Verified { how },
            http_status: Some(answer.status),
            ..Self::of(Reason::Ok, Stage::Auth)
        }
    }

    pub(crate) fn credential(self, credential: CredentialVerdict) -> Self {
        Self { credential, ..self }
    }

    pub(crate) fn model(self, model: ModelVerdict) -> Self {
        Self { model, ..self }
    }

    /// With another reason and what it says about use; what is known of the credential stays.
    pub(crate) fn because(self, reason: Reason, stage: Stage) -> Self {
        Self { reason, usable: reason.implied().usable(), stage, hint: None, ..self }
    }

    pub(crate) fn usable(self, usable: Usable) -> Self {
        Self { usable, ..self }
    }

    pub(crate) fn hint(self, hint: impl Into<Cow<'static, str>>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(crate) fn product(self, product: Product) -> Self {
        Self { product: Some(product), ..self }
    }

    pub(crate) fn suggest(self, url: impl Into<String>) -> Self {
        Self { suggested_url: Some(url.into()), ..self }
    }

    pub(crate) fn note(mut self, note: Note) -> Self {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
        self
    }
}
