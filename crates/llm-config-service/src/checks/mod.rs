//! Checks whether a configuration works: as it is stored, as a draft, as a planned change would make it, and
//! in the background.

mod background;
mod draft;
mod history;
mod lanes;
mod planned;
mod run;
mod stored;
mod verdict;
