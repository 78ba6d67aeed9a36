//! Every page of the console and who may open it: one reviewed line each. Tests open each without a session.

use actix_web::Route;
use actix_web::http::Method;
use actix_web::web::{get, post};

use super::{PATH, account, assets, configs, home, login, people, sessions, tokens, usage, workspaces};
use crate::http::resource::MethodRoute;

/// Who may open a page. The access policy decides what a person may see and do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PageAccess {
    /// Everyone: the pages to sign in, and the files of pages.
    Public,
    /// People who are signed in; others are sent to the page to sign in.
    SignedIn,
}

use PageAccess::{Public, SignedIn};

/// A method and a path below the console, with what answers it.
pub(crate) struct Page {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) access: PageAccess,
    route: Route,
}

/// A page, for tests outside of this crate.
#[derive(Clone, Debug)]
pub struct ConsolePage {
    /// The method and the path, with its parameters in braces.
    pub name: String,
    /// Whether only people who are signed in may open it.
    pub needs_session: bool,
}

/// Every page.
#[must_use]
pub fn console_pages() -> Vec<ConsolePage> {
    let page = |Page { method, path, access, route: _ }| ConsolePage {
        name: format!("{method} {PATH}{path}"),
        needs_session: access == SignedIn,
    };
    all().into_iter().map(page).collect()
}

/// The pages.
pub(crate) fn all() -> Vec<Page> {
    let page = |method, path, access, route| Page { method, path, access, route };
    vec![
        page(Method::GET, assets::PATH, Public, get().to(assets::handle)),
        page(Method::GET, "", SignedIn, get().to(home::show)),
        page(Method::GET, "/login", Public, get().to(login::show)),
        page(Method::POST, "/login", Public, post().to(login::with_token)),
        page(Method::POST, "/login/link", Public, post().to(login::with_link)),
        page(Method::POST, "/logout", SignedIn, post().to(login::sign_out)),
        page(Method::POST, "/session/extend", SignedIn, post().to(login::extend)),
        page(Method::GET, "/account", SignedIn, get().to(account::show)),
        page(Method::POST, "/account/preferences", SignedIn, post().to(account::save_preferences)),
        page(Method::GET, "/sessions", SignedIn, get().to(sessions::own)),
        page(Method::POST, "/sessions/{id}/end", SignedIn, post().to(sessions::end)),
        page(Method::GET, "/tokens", SignedIn, get().to(tokens::list::handle)),
        page(Method::POST, "/tokens", SignedIn, post().to(tokens::new::issue)),
        page(Method::GET, "/tokens/new", SignedIn, get().to(tokens::new::form)),
        page(Method::GET, "/tokens/{id}/revoke", SignedIn, get().to(tokens::revoke::ask)),
        page(Method::POST, "/tokens/{id}/revoke", SignedIn, post().to(tokens::revoke::revoke)),
        page(Method::GET, "/usage", SignedIn, get().to(usage::show::handle)),
        page(Method::GET, "/workspaces", SignedIn, get().to(workspaces::list::handle)),
        page(Method::POST, "/workspaces", SignedIn, post().to(workspaces::list::create)),
        page(Method::GET, "/workspaces/{id}", SignedIn, get().to(workspaces::show::handle)),
        page(Method::POST, "/workspaces/{id}", SignedIn, post().to(workspaces::show::rename)),
        page(Method::GET, "/workspaces/{id}/delete", SignedIn, get().to(workspaces::delete::ask)),
        page(Method::POST, "/workspaces/{id}/delete", SignedIn, post().to(workspaces::delete::delete)),
        page(Method::POST, "/workspaces/{id}/members", SignedIn, post().to(workspaces::members::add)),
        page(
            Method::POST,
            "/workspaces/{id}/members/{user}",
            SignedIn,
            post().to(workspaces::members::change),
        ),
        page(
            Method::POST,
            "/workspaces/{id}/members/{user}/remove",
            SignedIn,
            post().to(workspaces::members::remove),
        ),
        page(Method::GET, "/people", SignedIn, get().to(people::list::handle)),
        page(Method::POST, "/people", SignedIn, post().to(people::new::create)),
        page(Method::GET, "/people/new", SignedIn, get().to(people::new::form)),
        page(Method::GET, "/people/{id}", SignedIn, get().to(people::show::handle)),
        page(Method::POST, "/people/{id}", SignedIn, post().to(people::show::update)),
        page(Method::GET, "/people/{id}/delete", SignedIn, get().to(people::delete::ask)),
        page(Method::POST, "/people/{id}/delete", SignedIn, post().to(people::delete::delete)),
        page(Method::GET, "/people/{id}/sessions", SignedIn, get().to(sessions::sessions_of_person)),
        page(Method::POST, "/people/{id}/sessions/end", SignedIn, post().to(sessions::end_all)),
        page(Method::GET, "/configs", SignedIn, get().to(configs::list)),
        page(Method::POST, "/configs", SignedIn, post().to(configs::create)),
        // Before the pages of one configuration, whose id could be any text.
        page(Method::GET, "/configs/new", SignedIn, get().to(configs::new)),
        page(Method::POST, "/configs/new/examine", SignedIn, post().to(configs::examine_new)),
        page(Method::POST, "/configs/new/check", SignedIn, post().to(configs::check_new)),
        page(Method::GET, "/configs/{id}", SignedIn, get().to(configs::show)),
        page(Method::POST, "/configs/{id}", SignedIn, post().to(configs::save)),
        page(Method::POST, "/configs/{id}/check", SignedIn, post().to(configs::check)),
        page(Method::GET, "/configs/{id}/checks", SignedIn, get().to(configs::history)),
        page(Method::GET, "/configs/{id}/edit", SignedIn, get().to(configs::edit)),
        page(Method::POST, "/configs/{id}/edit/examine", SignedIn, post().to(configs::examine_change)),
        page(Method::POST, "/configs/{id}/edit/check", SignedIn, post().to(configs::check_change)),
        page(Method::GET, "/configs/{id}/delete", SignedIn, get().to(configs::ask_to_delete)),
        page(Method::POST, "/configs/{id}/delete", SignedIn, post().to(configs::delete)),
    ]
}

/// The paths with their methods.
pub(crate) fn resources() -> Vec<(&'static str, Vec<MethodRoute>)> {
    let mut paths: Vec<(&'static str, Vec<MethodRoute>)> = Vec::new();
    for Page { method, path, access: _, route } in all() {
        let method = MethodRoute::new(method, route);
        match paths.iter_mut().find(|(other, _)| *other == path) {
            Some((_, methods)) => methods.push(method),
            None => paths.push((path, vec![method])),
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Page, all};

    /// The list of the tests in a browser.
    const LIST: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/console/pages.mjs"));

    #[test]
    fn pages_are_those_that_a_browser_tests() {
        let is_route = |text: &&str| text.starts_with("GET /") || text.starts_with("POST /");
        let listed: BTreeSet<String> = LIST.split('\'').filter(is_route).map(str::to_owned).collect();
        let route = |Page { method, path, access: _, route: _ }: &Page| match *path {
            "" => format!("{method} /"),
            path => format!("{method} {path}"),
        };
        assert_eq!(listed, all().iter().map(route).collect());
    }
}
