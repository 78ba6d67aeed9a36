//! What every page shows around its content: navigation, account, notice, and the addresses of files.

use std::fmt::Display;

use actix_web::{HttpMessage, HttpRequest, web};
use llm_config_core::time::Timestamp;
use llm_config_service::{BrowserSession, User};
use url::form_urlencoded::byte_serialize;

use super::PATH;
use super::address::ConsoleAddress;
use super::assets::{self, AssetNames};
use super::notice::Notice;
use super::preferences::Preferences;

/// The parts of the console that the navigation lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Home,
    Configs,
    Usage,
    Tokens,
    Workspaces,
    People,
    Account,
}

/// An entry of the navigation.
pub(crate) struct NavigationEntry {
    pub(crate) label: &'static str,
    /// The path below that of the console.
    pub(crate) path: &'static str,
    pub(crate) is_current: bool,
}

/// The person who is signed in, for the parts of a page that every page has.
#[derive(Clone, Debug)]
pub(crate) struct SignedInUser {
    pub(crate) name: String,
    /// The time until the session ends if the person does nothing, in milliseconds.
    pub(crate) session_ends_in: i64,
    /// The time until the session ends at the latest, in milliseconds.
    pub(crate) session_expires_in: i64,
}

impl SignedInUser {
    pub(crate) fn new(user: &User, session: &BrowserSession, now: Timestamp) -> Self {
        let until = |end: Timestamp| end.as_millis() - now.as_millis();
        Self {
            name: format!("{} {}", user.first_name, user.last_name),
            session_ends_in: until(session.idle_ends_at.min(session.expires_at)),
            session_expires_in: until(session.expires_at),
        }
    }
}

/// What every page shows around its content.
pub(crate) struct Frame {
    /// The path of the console, without a slash at its end.
    pub(crate) base: String,
    /// The path of the server, without a slash at its end.
    pub(crate) root: String,
    pub(crate) assets: AssetNames,
    pub(crate) preferences: Preferences,
    pub(crate) section: Option<Section>,
    pub(crate) user: Option<SignedInUser>,
    pub(crate) notice: Option<Notice>,
}

impl Frame {
    /// The frame of a page in `section`.
    pub(crate) fn new(request: &HttpRequest, section: impl Into<Option<Section>>) -> Self {
        Self {
            base: base(request),
            root: root(request),
            assets: assets::names(),
            preferences: Preferences::from_request(request),
            section: section.into(),
            user: request.extensions().get::<SignedInUser>().cloned(),
            notice: Notice::from_query(request.query_string()),
        }
    }

    /// The page to sign in, which leads back to `page`: a path below that of the console.
    pub(crate) fn sign_in(&self, page: impl Display) -> String {
        let next: String = byte_serialize(format!("{PATH}{page}").as_bytes()).collect();
        format!("{}/login?next={next}", self.base)
    }

    /// The entries of the navigation. Entries of rotation, audit and keys belong after `Usage`.
    pub(crate) fn navigation(&self) -> Vec<NavigationEntry> {
        let entries = [
            (Section::Home, "Home", ""),
            (Section::Configs, "Configurations", "/configs"),
            (Section::Usage, "Usage", "/usage"),
            (Section::Tokens, "Tokens", "/tokens"),
            (Section::Workspaces, "Workspaces", "/workspaces"),
            (Section::People, "People", "/people"),
            (Section::Account, "Account", "/account"),
        ];
        let entry = |(section, label, path)| NavigationEntry {
            label,
            path,
            is_current: self.section == Some(section),
        };
        entries.into_iter().map(entry).collect()
    }
}

/// The path of the server, without a slash at its end.
pub(crate) fn root(request: &HttpRequest) -> String {
    let address = request.app_data::<web::Data<ConsoleAddress>>();
    address.map(|address| address.path_prefix().to_owned()).unwrap_or_default()
}

/// The path of the console.
pub(crate) fn base(request: &HttpRequest) -> String {
    let address = request.app_data::<web::Data<ConsoleAddress>>();
    address.map_or_else(|| "/console".to_owned(), |address| address.base())
}
