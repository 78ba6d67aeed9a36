//! Bodies that are about workspaces, members and users. Unknown members are ignored.

use actix_web::HttpRequest;
use llm_config_core::access::{OrgRole, WorkspaceRole};
use llm_config_core::field::FieldErrors;
use llm_config_core::id::PrincipalId;
use llm_config_core::text::DisplayName;
use llm_config_core::user::PersonName;
use llm_config_service::{CreateUser, Parsed, UpdateUser};

use crate::http::json::{Object, Spelling, check_content_type};

/// Reads one body: `read` notes what is wrong, and without faults its value is the request.
fn read<T>(
    request: &HttpRequest,
    body: &[u8],
    read: impl FnOnce(&mut Object<'_>, &mut FieldErrors<String>) -> Option<T>,
) -> Parsed<T> {
    let mut problems = FieldErrors::<String>::default();
    check_content_type(request, &mut problems);
    let mut object = Object::parse(body, &mut problems);
    if problems.has("") {
        return Err(problems);
    }
    match read(&mut object, &mut problems) {
        Some(value) if problems.is_empty() => Ok(value),
        Some(_) | None => Err(problems),
    }
}

/// `{name}` of a new workspace.
pub(super) fn new_workspace(request: &HttpRequest, body: &[u8]) -> Parsed<DisplayName> {
    read(request, body, |object, faults| object.required("name", faults))
}

/// `{name?}` of a workspace that is renamed.
pub(super) fn rename_workspace(request: &HttpRequest, body: &[u8]) -> Parsed<Option<DisplayName>> {
    read(request, body, |object, faults| Some(object.parsed("name", faults)))
}

/// `{userId, role}` of a new member.
pub(super) fn new_member(request: &HttpRequest, body: &[u8]) -> Parsed<(PrincipalId, WorkspaceRole)> {
    read(request, body, |object, faults| {
        let (user, role) = (object.required("userId", faults), workspace_role(object, faults));
        Some((user?, role?))
    })
}

/// `{role}` of a member.
pub(super) fn member_role(request: &HttpRequest, body: &[u8]) -> Parsed<WorkspaceRole> {
    read(request, body, workspace_role)
}

fn workspace_role(object: &mut Object<'_>, faults: &mut FieldErrors<String>) -> Option<WorkspaceRole> {
    let name: String = object.required("role", faults)?;
    let role = name.parse().ok();
    if role.is_none() {
        let known: Vec<_> = WorkspaceRole::ALL.iter().map(|it| it.as_str()).collect();
        faults.add("role", format_args!("must be one of {}", known.join(", ")));
    }
    role
}

/// `{email, firstName, lastName, orgRole?, password?}` of a new user.
pub(super) fn new_user(request: &HttpRequest, body: &[u8]) -> Parsed<CreateUser> {
    read(request, body, |object, faults| {
        let email = object.required("email", faults);
        let first_name = object.required("firstName", faults);
        let last_name = object.required("lastName", faults);
        let role = org_role(object, faults).unwrap_or(OrgRole::User);
        if object.secret("password", faults).is_some_and(|it| !it.is_empty()) {
            faults.add(
                "password",
                "is not supported: this server has no login; issue the user a token instead",
            );
        }
        Some(CreateUser {
            email: email?,
            username: None,
            first_name: first_name?,
            last_name: last_name?,
            role,
        })
    })
}

/// `{name?, lastName?, orgRole?}` of a user who is changed.
pub(super) fn update_user(request: &HttpRequest, body: &[u8]) -> Parsed<UpdateUser> {
    read(request, body, |object, faults| {
        let first_name: Option<PersonName> = object.parsed("name", faults);
        let last_name = object.parsed("lastName", faults);
        Some(UpdateUser { first_name, last_name, role: org_role(object, faults) })
    })
}

fn org_role(object: &mut Object<'_>, faults: &mut FieldErrors<String>) -> Option<OrgRole> {
    let number = object.integer("orgRole", Spelling::Exact, faults)?;
    let role = OrgRole::from_number(number);
    if role.is_none() {
        let known: Vec<_> = OrgRole::ALL.iter().map(|it| format!("{} ({it})", it.number())).collect();
        faults.add("orgRole", format_args!("must be one of {}", known.join(", ")));
    }
    role
}
