//! Sessions of browsers, and the links that begin one.
//!
//! A session is a token of its own kind, and a row of `sessions`. Its parent is the token that was used to
//! sign in: a session has the limits of that token and falls with it.

mod authenticate;
mod change;
mod find;
mod links;
mod method;
mod prune;
pub(crate) mod stored;
mod text;

pub use change::{NewSession, SessionEnd};
pub use method::SignInMethod;
pub use stored::{Browser, StoredSession};
pub use text::{LoginCode, SessionText};
