//! The readers of request bodies, queries and forms, for tests of any input.

use llm_config_core::field::FieldErrors;
use llm_config_core::time::Timestamp;
use llm_config_service::Parsed;

use crate::http::body::{FromObject, Object};
use crate::http::console::form::PostedForm;
use crate::http::console::link::Query;
use crate::http::console::{configs, people};
use crate::http::flashback::llms::{create::CreateAiLlm, update::UpdateAiLlm};
use crate::http::flashback::users::{create::CreateOrgUser, update::UpdateOrgUser};
use crate::http::flashback::workspaces::members::{add::AddMember, update::ChangeMember};
use crate::http::flashback::workspaces::{create::CreateWorkspace, update::UpdateWorkspace};
use crate::http::goodmem::api_keys::{create::CreateApiKeyRequest, update::UpdateApiKeyRequest};
use crate::http::goodmem::llms::{create::CreateLlm, update::UpdateLlm};
use crate::http::goodmem::ping::{once::PingOnceRequest, stream::PingStreamRequest};
use crate::http::llm_config::gateway::settings::GatewayRequest;
use crate::http::{flashback, goodmem, llm_config};

/// Reads an input, or returns its errors.
pub type Reader<T> = fn(&T) -> Parsed<()>;

/// The time of every request: 2026-12-01.
const NOW: Timestamp = Timestamp::from_micros(1_796_083_200_000_000);

/// Every request body but those of model calls, by its name in the documents, and what reads it up to the
/// request to the service.
pub const REQUEST_BODIES: &[(&str, Reader<[u8]>)] = &[
    ("CreateAiLlm", |body| read(body, |it: CreateAiLlm| drop((it.scope(), it.into_new_config())))),
    ("UpdateAiLlm", |body| read(body, |it: UpdateAiLlm| drop(it.into_patch()))),
    ("CreateWorkspace", |body| read(body, |_: CreateWorkspace| ())),
    ("UpdateWorkspace", |body| read(body, |_: UpdateWorkspace| ())),
    ("AddMember", |body| read(body, |_: AddMember| ())),
    ("ChangeMember", |body| read(body, |_: ChangeMember| ())),
    ("CreateOrgUser", |body| read(body, |it: CreateOrgUser| drop(it.into_request()))),
    ("UpdateOrgUser", |body| read(body, |it: UpdateOrgUser| drop(it.into_request()))),
    ("LLMCreationRequest", |body| read(body, |it: CreateLlm| drop(it.into_new_config()))),
    ("LLMUpdateRequest", |body| read(body, UpdateLlm::into_patch)?.map(drop)),
    ("CreateApiKeyRequest", |body| read(body, |it: CreateApiKeyRequest| drop(it.into_request()))),
    ("UpdateApiKeyRequest", |body| read(body, UpdateApiKeyRequest::into_request)?.map(drop)),
    ("PingOnceRequest", |body| read(body, |it: PingOnceRequest| drop(it.into_ping()))),
    ("PingStreamRequest", |body| read(body, |it: PingStreamRequest| drop(it.into_series()))),
    ("GatewaySettingsRequest", |body| read(body, GatewayRequest::into_settings)?.map(drop)),
];

fn read<T: FromObject, R>(body: &[u8], convert: impl FnOnce(T) -> R) -> Parsed<R> {
    Object::read_body(body, NOW, FieldErrors::default(), T::read).map(convert)
}

/// What reads the query of each operation that does not accept every query.
#[must_use]
pub fn queries() -> Vec<Reader<str>> {
    let operations = [flashback::operations(), goodmem::operations(), llm_config::operations()];
    operations.iter().flatten().filter_map(|operation| operation.query_check()).collect()
}

/// The forms of the console with the most fields, and the filter of its list.
pub const FORMS: &[Reader<[u8]>] = &[
    |body| configs::testing::read_new(PostedForm::parse(body)),
    |body| configs::testing::read_filter(&Query::parse(body)),
    |body| people::new::read(&PostedForm::parse(body)).map(drop),
    |body| people::show::read(&PostedForm::parse(body)).map(drop),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;
    use crate::http::docs;
    use crate::http::document::Document;

    /// The names of the schemas to which `value` refers.
    fn names(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                let name =
                    members.get("$ref").and_then(Value::as_str).and_then(|path| path.rsplit('/').next());
                found.extend(name.map(str::to_owned));
                members.values().for_each(|member| names(member, found));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| names(entry, found)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn request_bodies_are_those_of_the_documents() {
        let mut described = BTreeSet::new();
        for document in [Document::Flashback, Document::Goodmem, Document::LlmConfig] {
            let document: Value = serde_json::from_str(&docs::json(document).unwrap()).unwrap();
            let paths = document["paths"].as_object().unwrap();
            for operation in paths.values().flat_map(|path| path.as_object().unwrap().values()) {
                names(&operation["requestBody"], &mut described);
            }
        }
        // A change in the form of either API.
        assert!(described.remove("Change"));
        let read: BTreeSet<_> = REQUEST_BODIES.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(read, described);
    }
}
