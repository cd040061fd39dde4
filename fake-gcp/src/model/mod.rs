//! The resources as plain data: fields, names, and how they are printed. Nothing here knows a request, an operation or the
//! state that it is part of.

pub mod addresses;
pub mod firewalls;
pub mod forwarding_rules;
pub mod geography;
pub mod ids;
pub mod instances;
pub mod networks;
pub mod peerings;
pub mod placed;
pub mod policy_based_routes;
pub mod reservations;
pub mod routers;
pub mod routes;
pub mod scope;
pub mod service_accounts;
pub mod store;
pub mod subnet_key;
pub mod subnetworks;
pub mod tables;
