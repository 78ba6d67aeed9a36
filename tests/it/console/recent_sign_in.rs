//! Forms of a person who signed in too long ago for them.

use std::time::Duration;

use llm_config_core::access::OrgRole;

use super::app;
use crate::support::{Browser, SetClock, check_page};

#[test]
fn form_more_than_ten_minutes_after_sign_in_links_to_sign_in_and_back() {
    let clock = SetClock::new();
    let app = app().second_server_with_clock(clock.clone());
    let (person, workspace) = (app.user(OrgRole::User).id, app.workspace());
    let browser = Browser::signed_in(&app.root());
    clock.pass(Duration::from_secs(601));
    let (person, workspace) = (format!("/people/{person}"), format!("/workspaces/{workspace}"));
    let user = [("first-name", "Ada"), ("last-name", "Lovelace"), ("role", "OWNER")];
    let new_user = [user.as_slice(), &[("email", "ada@example.com")]].concat();
    let member = [("email", "root@localhost"), ("role", "READ")];
    for (action, fields, page) in [
        ("/tokens", [("use", "all"), ("expires", "7")].as_slice(), "/tokens/new"),
        ("/people", &new_user, "/people/new"),
        (&person, &user, &person),
        (&format!("{workspace}/members"), &member, &workspace),
    ] {
        let refused = browser.post(action, fields);
        let next = format!("/console{page}").replace('/', "%2F");
        let link = format!("href=\"/console/login?next={next}\" target=\"_blank\"");
        check_page(&refused, 422, &["within the last ten minutes", &link]);
        check_page(&browser.get(page), 200, &["<form"]);
    }
}
