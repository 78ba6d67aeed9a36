//! A body with a change of a configuration, in the form of either API.

use std::borrow::Cow;

use actix_web::HttpRequest;
use llm_config_core::patch::ConfigPatch;
use llm_config_core::scope::Scope;
use llm_config_service::Parsed;
use utoipa::openapi::schema::AnyOfBuilder;
use utoipa::openapi::{Ref, RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::http::body::FromBody;
use crate::http::flashback::llms::update::UpdateAiLlm;
use crate::http::goodmem::llms::update::UpdateLlm;

/// A change in the form of the API that the configuration belongs to. The configuration is not known when
/// the body is read, so the body is read in both forms.
pub(crate) struct Change {
    workspace_change: Parsed<UpdateAiLlm>,
    owner_change: Parsed<UpdateLlm>,
}

impl FromBody for Change {
    fn from_body(request: &HttpRequest, body: &[u8]) -> Parsed<Self> {
        Ok(Self {
            workspace_change: UpdateAiLlm::from_body(request, body),
            owner_change: UpdateLlm::from_body(request, body),
        })
    }
}

impl Change {
    /// The change of a configuration in this scope.
    pub(crate) fn into_patch(self, scope: &Scope) -> Parsed<ConfigPatch> {
        match scope {
            Scope::Workspace(_) => self.workspace_change.map(UpdateAiLlm::into_patch),
            Scope::Owner(_) => self.owner_change.and_then(UpdateLlm::into_patch),
        }
    }
}

impl PartialSchema for Change {
    fn schema() -> RefOr<Schema> {
        let names = [UpdateAiLlm::name(), UpdateLlm::name()];
        names
            .iter()
            .fold(AnyOfBuilder::new(), |any_of, name| any_of.item(Ref::from_schema_name(&**name)))
            .into()
    }
}

impl ToSchema for Change {
    fn name() -> Cow<'static, str> {
        "Change".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((UpdateAiLlm::name().into(), UpdateAiLlm::schema()));
        schemas.push((UpdateLlm::name().into(), UpdateLlm::schema()));
        UpdateAiLlm::schemas(schemas);
        UpdateLlm::schemas(schemas);
    }
}
