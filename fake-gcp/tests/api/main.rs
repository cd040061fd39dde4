//! The API of a world, from outside: requests in, replies out, in virtual time. Each rule is a case in
//! `cases/*.yaml`, run by one `check` (see `cases.rs`); what needs a clock or a key is told in Rust.

#![cfg(test)]

mod account;
mod auth;
mod batch;
mod cases;
mod dump;
mod fake;
mod faults;
mod iam;
mod life;
