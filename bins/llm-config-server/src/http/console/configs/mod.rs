//! Pages about configurations: the list, one configuration with its checks, and the forms.

mod calling;
mod check;
mod check_saved;
mod conflict;
mod create;
mod credential;
mod delete;
mod draft;
mod edit;
mod facts;
mod fields;
mod filter;
mod form_page;
mod history;
mod list;
mod patch;
mod posted;
mod settings;
mod show;
mod stale;
#[cfg(feature = "testing")]
pub(crate) mod testing;
mod values;
mod words;

pub(crate) use check::handle as check;
pub(crate) use create::{check as check_new, create, examine as examine_new, new};
pub(crate) use delete::{ask as ask_to_delete, delete};
pub(crate) use edit::{check as check_change, edit, examine as examine_change, save};
pub(crate) use history::handle as history;
pub(crate) use list::handle as list;
pub(crate) use show::handle as show;
