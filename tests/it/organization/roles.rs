//! Roles in the organisation that the command line gives.

use llm_config_core::access::OrgRole;
use llm_config_service::{Service, Session};

use super::app;

#[test]
fn set_role_of_present_role_changes_nothing() {
    let app = app();
    let (service, operator) = (Service::new(app.store.clone()), Session::operator());
    let user = app.user(OrgRole::User).id;
    let rows = || (app.stored_rows(), app.audit_events());
    let before = rows();
    let same = app.block_on(service.set_role(&operator, user, OrgRole::User)).expect("a user");
    assert_eq!((same.role, rows()), (OrgRole::User, before));
    // A promotion after the lookup of a command is compared with, and not the role at the lookup.
    app.change_role(user, OrgRole::Administrators);
    let lowered = app.block_on(service.set_role(&operator, user, OrgRole::User)).expect("a user");
    assert_eq!(lowered.role, OrgRole::User);
}
