//! Checks: does a configuration work? As it is stored, before it is stored, before it is changed, and in the
//! background.

mod background;
mod draft;
mod history;
mod planned;
mod run;
mod stored;
