//! What a person chose for this browser. Kept in a cookie, so that the first page has the right colours.

use std::fmt;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite};

const COOKIE: &str = "llm-config-preferences";

/// The colours of pages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// Those that the system prefers.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub(crate) const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::System => "Like the system",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// The value of the attribute that overrides the system; `None` for the system's own.
    pub(crate) const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light | Self::Dark => Some(self.as_str()),
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == name)
    }
}

/// What a person chose for this browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Preferences {
    pub(crate) theme: Theme,
    /// Whether the key `/` moves the focus to the search.
    pub(crate) search_key: bool,
    /// Whether forms call the provider while the person types.
    pub(crate) check_while_typing: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self { theme: Theme::default(), search_key: true, check_while_typing: false }
    }
}

impl fmt::Display for Preferences {
    /// The value of the cookie.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { theme, search_key, check_while_typing } = self;
        write!(f, "{}.{}.{}", theme.as_str(), u8::from(*search_key), u8::from(*check_while_typing))
    }
}

impl Preferences {
    /// Those that the browser sends; the default if it sends none.
    pub(crate) fn from_request(request: &HttpRequest) -> Self {
        request.cookie(COOKIE).and_then(|cookie| Self::parse(cookie.value())).unwrap_or_default()
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let (theme, search_key, check) = (parts.next()?, parts.next()?, parts.next()?);
        Some(Self {
            theme: Theme::from_name(theme)?,
            search_key: search_key == "1",
            check_while_typing: check == "1",
        })
    }

    /// The cookie that keeps them for a year.
    pub(crate) fn cookie(self, is_secure: bool) -> Cookie<'static> {
        Cookie::build(COOKIE, self.to_string())
            .path("/")
            .http_only(true)
            .secure(is_secure)
            .same_site(SameSite::Lax)
            .max_age(actix_web::cookie::time::Duration::days(365))
            .finish()
    }
}
