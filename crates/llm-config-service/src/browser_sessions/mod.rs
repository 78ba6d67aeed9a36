//! Sessions of browsers: sign in by a token or a login link, authenticate, stay, sign out, list, end.

mod authenticate;
mod authorization;
mod end;
mod extend;
mod links;
mod list;
mod prune;
mod session;
mod sign_in;
mod times;

pub use authenticate::AuthenticatedBrowser;
pub use links::LoginLink;
pub use session::BrowserSession;
pub use sign_in::SignedIn;
pub use times::SessionTimes;
