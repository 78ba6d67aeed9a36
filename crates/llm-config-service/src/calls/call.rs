//! Makes a call of a model.

use std::pin::pin;

use llm_config_core::id::ConfigId;
use llm_config_gateway::Dialect;
use llm_config_gateway::error::GatewayError;
use llm_config_gateway::model_name::ModelChoice;
use llm_config_gateway::request_body::RequestBody;

use super::answer::Answer;
use super::exchange::Exchange;
use super::failure::CallFailure;
use super::incoming::{ConfigNaming, IncomingCall};
use super::memory::Opened;
use super::names::NamedConfig;
use super::planned::PlannedCall;
use super::record::NotMade;
use super::slots::CallSlot;
use crate::service::Service;
use crate::session::Session;

impl Service {
    /// Takes a slot for a call, before its body is read.
    pub fn begin_call(
        &self,
        session: &Session,
        dialect: Dialect,
        naming: ConfigNaming,
    ) -> Result<CallSlot, CallFailure> {
        let slot = self.call_slots.take(session.caller.identity);
        slot.map_err(|error| self.not_begun(session, dialect, naming, error))
    }

    /// The failure of a call before its body has arrived. A limit that is reached is counted, if the URL
    /// names the configuration and it is in memory: a refusal must cost less than a call.
    #[must_use]
    pub fn not_begun(
        &self,
        session: &Session,
        dialect: Dialect,
        naming: ConfigNaming,
        error: GatewayError,
    ) -> CallFailure {
        if let (ConfigNaming::InUrl(id), GatewayError::GatewayLimit { .. }) = (naming, &error)
            && let Some(Opened::Ready(prepared)) = self.calls.opened.get(&(session.caller.identity, id))
        {
            self.record_not_made(session, prepared.subject(), dialect, NotMade::Blocked);
            return CallFailure { config: Some(id), ..error.into() };
        }
        error.into()
    }

    /// Makes a call. Dropping the future ends it at the provider.
    pub async fn call(
        &self,
        session: &Session,
        mut slot: CallSlot,
        call: IncomingCall,
    ) -> Result<Answer, CallFailure> {
        let body = RequestBody::read(call.route, &call.body)?;
        let asked = call.path_model.as_deref().or_else(|| body.model());
        let named = match call.naming {
            ConfigNaming::InUrl(id) => NamedConfig { id, rest: None },
            ConfigNaming::InModel { workspace } => {
                let model = asked.ok_or(GatewayError::ConfigRequired)?;
                let meaning = pin!(self.resolve_model(session, workspace, model));
                slot.cut_signal().limit_unsent(meaning).await??
            }
        };
        let id = named.id;
        let prepared = slot.cut_signal().limit_unsent(pin!(self.prepare_call(session, id))).await?;
        let prepared = match prepared {
            Ok(prepared) => prepared,
            Err(failure) => {
                self.record_denied(session, id, call.route.dialect(), &failure).await;
                return Err(failure);
            }
        };
        let choice = match call.naming {
            ConfigNaming::InUrl(_) => ModelChoice::BesideUrl { model: asked, id: &id, name: &prepared.name },
            ConfigNaming::InModel { .. } => ModelChoice::BehindName(named.rest),
        };
        let planned = PlannedCall::new(&prepared, &call, &body, choice);
        let (route, dialect) = (call.route, call.route.dialect());
        let planned = planned.map_err(|error| {
            self.record_not_made(session, prepared.subject(), dialect, NotMade::Refused);
            CallFailure { config: Some(id), ..error.into() }
        })?;
        slot.bind(id).map_err(|error| {
            self.record_not_made(session, prepared.subject(), dialect, NotMade::Blocked);
            CallFailure { config: Some(id), ..error.into() }
        })?;
        let record = self.record_call(session, &prepared, dialect, &planned.model);
        let IncomingCall { headers, body: sent, .. } = call;
        // The parts to send share its memory, which is free when they were sent.
        drop(sent);
        let exchange = Exchange { service: self, session, prepared, route, slot, record };
        let answer = exchange.run(planned, headers).await;
        answer.map_err(|error| CallFailure { config: Some(id), ..error.into() })
    }

    /// Counts a call of a configuration that the caller named by its id and may not call.
    async fn record_denied(&self, session: &Session, id: ConfigId, dialect: Dialect, failure: &CallFailure) {
        if matches!(failure.error, GatewayError::CallNotAllowed)
            && let Ok(Some(config)) = self.store.config(id).await
        {
            self.record_not_made(session, (&*config).into(), dialect, NotMade::Refused);
        }
    }
}
