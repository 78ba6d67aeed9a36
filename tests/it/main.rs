//! The whole, seen from outside: the app in process on both databases, the real program, and
//! the repository itself.
// Told so, clippy takes helpers for tests, too.
#![cfg(test)]
#![expect(clippy::duplicate_mod, reason = "what is about both databases is included once for each")]

mod architecture;
mod bad_inputs;
mod binary;
mod canary;
mod docs;
mod doors;
mod postgres;
mod security;
mod sqlite;
mod support;
mod tidy;
