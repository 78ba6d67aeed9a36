//! Changes of the members of a workspace.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use llm_config_core::access::WorkspaceRole;
use llm_config_core::field::FieldErrors;
use llm_config_core::id::{PrincipalId, WorkspaceId};
use llm_config_core::user::Email;
use llm_config_service::{Error, Service};

use super::list::LABELS;
use super::show::workspace_page;
use crate::http::console::form::{FormView, PostedForm, Submission, field_errors};
use crate::http::console::frame::base;
use crate::http::console::link;
use crate::http::console::notice::Notice;
use crate::http::console::page::see_other;
use crate::http::error::RequestError;

/// Makes a person a member.
pub(crate) async fn add(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let workspace: WorkspaceId = link::id(&request, "id")?;
    let member = match (email(&form), role(&form)) {
        (Ok(email), Ok(role)) => {
            service.user_by_email(&viewer.session, email).await.map(|user| (user.id, role))
        }
        (email, role) => {
            let mut errors = FieldErrors::default();
            errors.extend(email.err().unwrap_or_default());
            errors.extend(role.err().unwrap_or_default());
            Err(Error::Malformed(errors))
        }
    };
    let saved = match member {
        Ok((user, role)) => service.set_member(&viewer.session, workspace, user, role).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(()) => Ok(see_other(&request, &saved_notice(&request, workspace))),
        Err(error) => {
            let form = FormView::from_posted(LABELS, &form, member_errors(error)?);
            workspace_page(&request, &viewer, &service, workspace, Some(form)).await
        }
    }
}

/// Gives a member another role.
pub(crate) async fn change(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form }: Submission,
) -> Result<HttpResponse, RequestError> {
    let workspace: WorkspaceId = link::id(&request, "id")?;
    let user: PrincipalId = link::id(&request, "user")?;
    service.set_member(&viewer.session, workspace, user, role(&form)?).await?;
    Ok(see_other(&request, &saved_notice(&request, workspace)))
}

/// Ends a membership.
pub(crate) async fn remove(
    request: HttpRequest,
    service: Data<Service>,
    Submission { viewer, form: _ }: Submission,
) -> Result<HttpResponse, RequestError> {
    let workspace: WorkspaceId = link::id(&request, "id")?;
    let user: PrincipalId = link::id(&request, "user")?;
    service.remove_member(&viewer.session, workspace, user).await?;
    let location = format!("{}/workspaces/{workspace}", base(&request));
    Ok(see_other(&request, &Notice::MemberRemoved.on(&location)))
}

fn saved_notice(request: &HttpRequest, workspace: WorkspaceId) -> String {
    Notice::MemberSaved.on(&format!("{}/workspaces/{workspace}", base(request)))
}

fn email(form: &PostedForm) -> Result<Email, FieldErrors<String>> {
    form.value("email").trim().parse().map_err(|error| FieldErrors::one("email", error))
}

fn role(form: &PostedForm) -> Result<WorkspaceRole, FieldErrors<String>> {
    form.value("role").parse().map_err(|error| FieldErrors::one("role", error))
}

/// The errors of fields, or the error that is not about one.
fn member_errors(error: Error) -> Result<FieldErrors<String>, RequestError> {
    // One sentence for both: it does not tell who has an account.
    if matches!(error, Error::NotFound("user") | Error::Missing(_)) {
        return Ok(FieldErrors::one(
            "email",
            "must be the e-mail address of a person whom you may see; an administrator adds people",
        ));
    }
    Ok(field_errors(error)?)
}
