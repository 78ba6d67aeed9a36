//! What requests consist of, for the document. Bodies are read member by member elsewhere; tests
//! hold both together.
#![expect(dead_code, reason = "these types describe and are never made")]

use utoipa::{IntoParams, ToSchema};

use crate::http::schema::enums::{AiType, OrgRoleNumber, WorkspaceRoleName};

/// A new configuration.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "name": "Team GPT", "aiType": "OPENAI", "endpoint": "https://api.openai.com/v1",
    "secret": "the key that the provider gave you", "workspaceId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a",
}))]
pub(in crate::http) struct CreateAiLlm {
    /// Not blank, at most 255 characters, without control characters, unique in the workspace.
    name: String,
    ai_type: AiType,
    /// The address to call: http or https, without a user name, a fragment and secrets in the query.
    endpoint: String,
    /// A second identifier that some providers need, such as AWS's access key id.
    #[schema(write_only)]
    key: Option<String>,
    /// The credential. It is stored encrypted and never returned.
    #[schema(write_only, format = Password)]
    secret: String,
    workspace_id: String,
    /// Not supported: anything but null and the empty string is refused.
    api_key_uuid: Option<String>,
}

/// A change of a configuration: what is left out, or null where nothing else is said, stays.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"name": "Team GPT 2", "key": null}))]
pub(in crate::http) struct UpdateAiLlm {
    /// As for a creation.
    name: Option<String>,
    ai_type: Option<AiType>,
    /// As for a creation. Another scheme, host or port needs `secret` in the same request.
    endpoint: Option<String>,
    /// Null or the empty string drops the key; the mask that reads return leaves it.
    #[schema(write_only)]
    key: Option<String>,
    #[schema(write_only, format = Password)]
    secret: Option<String>,
    /// Not supported: anything but null and the empty string is refused.
    api_key_uuid: Option<String>,
}

/// A new workspace.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Research"}))]
pub(super) struct CreateWorkspace {
    name: String,
}

/// A change of a workspace.
#[derive(ToSchema)]
#[schema(example = json!({"name": "Research and development"}))]
pub(super) struct UpdateWorkspace {
    name: Option<String>,
}

/// A new member of a workspace.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct AddMember {
    #[schema(format = Uuid)]
    user_id: String,
    role: WorkspaceRoleName,
}

/// A change of a membership.
#[derive(ToSchema)]
pub(super) struct ChangeMember {
    role: WorkspaceRoleName,
}

/// A new user.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({
    "email": "ada@example.com", "firstName": "Ada", "lastName": "Lovelace", "orgRole": 0,
}))]
pub(super) struct CreateOrgUser {
    /// Unique in the organisation.
    #[schema(format = Email)]
    email: String,
    first_name: String,
    last_name: String,
    /// Left out: USER.
    org_role: Option<OrgRoleNumber>,
    /// Not supported, because there is no login: anything but null and the empty string is refused.
    #[schema(write_only)]
    password: Option<String>,
}

/// A change of a user.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub(super) struct UpdateOrgUser {
    /// The first name.
    name: Option<String>,
    last_name: Option<String>,
    org_role: Option<OrgRoleNumber>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path)]
pub(super) struct ById {
    /// Its id.
    id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Path, rename_all = "camelCase")]
pub(super) struct ByMember {
    /// The workspace's id.
    id: String,
    /// The member's user id.
    user_id: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct InWorkspace {
    /// Only those of this workspace; of one that the caller cannot see, none.
    workspace_id: Option<String>,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(super) struct OfAiLlm {
    /// Only this configuration; none if the caller cannot see it.
    ai_llm_id: Option<String>,
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::super::{llm_request, people_request};
    use super::*;
    use crate::http::asked::check;

    #[test]
    fn llm_bodies_have_the_described_members() {
        let request = TestRequest::default().to_http_request();
        check::<CreateAiLlm>(&["{}"], |body| drop(llm_request::create(&request, body)));
        check::<UpdateAiLlm>(&["{}"], |body| drop(llm_request::update(&request, body)));
    }

    #[test]
    fn bodies_about_people_have_the_described_members() {
        let request = TestRequest::default().to_http_request();
        check::<CreateWorkspace>(&["{}"], |body| drop(people_request::new_workspace(&request, body)));
        check::<UpdateWorkspace>(&["{}"], |body| drop(people_request::rename_workspace(&request, body)));
        check::<AddMember>(&[r#"{"userId": "018f4e5c-7a31-7cc1-b2a9-3f1d2e4c5b6a"}"#], |body| {
            drop(people_request::new_member(&request, body));
        });
        check::<ChangeMember>(&["{}"], |body| drop(people_request::member_role(&request, body)));
        check::<CreateOrgUser>(&["{}"], |body| drop(people_request::new_user(&request, body)));
        check::<UpdateOrgUser>(&["{}"], |body| drop(people_request::update_user(&request, body)));
    }
}
