//! A fake of Google's Compute Engine API (the VPC part) and of some calls of IAM and Resource Manager, with real semantics.
//!
//! The heart is [`World`]: a plain value that answers `http::Request`s and computes what happened up to an
//! instant. It opens no sockets, reads no clock and draws no randomness but that of its random seed, so it can be cloned,
//! forked and replayed. Each folder knows only those before it:
//!
//! - [`evidence`]: where modelled behaviours come from; [`rules`] is the table of all of them.
//! - [`cidr`]: ranges of addresses: which overlap, which are taken, which is free.
//! - [`api`]: the conventions that kinds share: errors, lists, filters, field masks, merge patches.
//! - [`dataplane`]: who could reach whom, at every instant.
//! - [`governance`]: rules above the resources: permissions of callers, services that are off.
//! - [`settings`]: what can be set: seed, latencies, limits, unproven behaviours.
//! - [`auth`]: bearer tokens, service-account keys.
//! - [`faults`]: rules by which calls go wrong.
//! - [`model`]: the resources as plain data, and the store that holds them.
//! - [`network`]: CIDR questions about networks: which ranges conflict, which address of a subnet is free.
//! - [`state`]: all of it as one value, with operations and the request log.
//! - [`resources`]: what is done with each kind of resource, a folder per kind.
//! - [`engine`]: request life cycle, operations, permissions, tokens.
//! - [`admin`]: what is answered under `/_fake/`: initial state, snapshot, faults, keys, ledger, request log.
//! - [`replay`]: recorded traffic, sent to a world and compared with its answers.
//! - [`http`]: a server in front of a `World`, and the clock it runs on. The only place with sockets.
//!
//! The README of this crate shows a world in a test, and a server at a port of its own.

pub mod admin;
pub mod api;
pub mod auth;
pub mod cidr;
pub mod dataplane;
pub mod engine;
pub mod evidence;
pub mod faults;
pub mod governance;
pub mod http;
pub mod methods;
pub mod model;
pub mod network;
pub mod replay;
pub mod resources;
pub mod rules;
pub mod settings;
pub mod state;
pub mod time;
mod world;

pub use settings::Settings;
pub use world::World;

/// The examples of the README, as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
