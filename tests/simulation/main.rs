//! The controller against the fake cloud and the seed in memory, in one process and in virtual time.
//!
//! Nothing here is mocked but the sockets: the clients, the five stages, the neighbours and the cloud's engine are the real
//! ones. Time is tokio's paused clock; a migration of many minutes takes as long as its computations.

#![cfg(test)]

mod canary;
mod changes;
mod clock;
mod codes;
mod contract;
mod crash;
mod effect;
mod faults;
mod frozen;
mod harm;
mod held;
mod hitless;
mod in_flight;
mod leader;
mod legacy;
mod lifecycle;
#[path = "../log/mod.rs"]
mod log;
mod metrics;
mod neighbours;
mod no_return;
mod process;
mod reads;
mod routes_missing;
mod ruler;
mod shoot;
mod stale;
mod support;
mod survival;
mod told;
mod two_leaders;
