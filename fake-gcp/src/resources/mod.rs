//! Resource kinds, one folder each, and the table of all of them.
//!
//! A `check` function looks at a request and the state and gives the mutation that may start; its effect takes place when the
//! operation ends, and checks once more what may have changed since. Service accounts, IAM's only kind here, have no
//! operations: each call takes effect as it is answered.

pub mod addresses;
pub mod backend_services;
pub mod call;
pub mod catalogue;
pub mod disks;
mod external_vpn_gateways;
pub mod firewalls;
pub mod forwarding_rules;
pub mod global_addresses;
pub mod health_checks;
pub mod http_health_checks;
pub mod instance_groups;
pub mod instances;
pub mod internal_ranges;
pub mod kind;
pub mod networks;
pub mod operations;
pub mod places;
pub mod policy_based_routes;
pub mod reservations;
pub mod routers;
pub mod routes;
pub mod service_accounts;
pub mod subnetworks;
pub mod target_pools;

pub(crate) mod checks;
mod fixed;
pub(crate) mod kept;
mod labels;
mod paging;
pub(crate) mod permissions;
pub(crate) mod quotas;
mod references;
mod service_operations;

use std::collections::BTreeSet;

use crate::state::requests::CallKind;
use kind::ResourceKind;

/// All kinds of resources. A new kind is a folder and a line here.
pub const KINDS: &[ResourceKind] = &[
    places::KIND,
    networks::KIND,
    subnetworks::KIND,
    routes::KIND,
    instances::KIND,
    disks::KIND,
    catalogue::KIND,
    addresses::KIND,
    global_addresses::KIND,
    reservations::KIND,
    internal_ranges::KIND,
    routers::KIND,
    firewalls::KIND,
    external_vpn_gateways::KIND,
    forwarding_rules::KIND,
    target_pools::KIND,
    http_health_checks::KIND,
    instance_groups::KIND,
    health_checks::KIND,
    backend_services::KIND,
    policy_based_routes::KIND,
    service_accounts::KIND,
    operations::KIND,
    service_operations::KIND,
];

/// The names of all modelled calls of the Compute API and of the other services, with the kind of each.
pub fn calls() -> impl Iterator<Item = (&'static str, CallKind)> {
    KINDS.iter().flat_map(|kind| {
        let compute = kind.methods.iter().map(|method| (method.id, method.kind));
        compute.chain(kind.services.iter().map(|method| (method.id, method.kind)))
    })
}

/// The names of all permissions that a modelled call needs.
pub fn permissions_needed() -> BTreeSet<String> {
    KINDS
        .iter()
        .flat_map(|kind| {
            let compute = kind.methods.iter().flat_map(|method| {
                method.permission().into_iter().chain(method.along.iter().map(|(name, _)| (*name).to_owned()))
            });
            compute.chain(kind.services.iter().filter_map(|method| Some(method.permission?.to_owned())))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::discovery;

    #[test]
    fn every_mutation_has_a_span_and_no_read_has_one() {
        for method in KINDS.iter().flat_map(|kind| kind.methods) {
            assert_eq!(method.kind == CallKind::Mutation, method.figure.is_some(), "{}", method.id);
            assert!(method.figure.is_none_or(|figure| figure.min_ms <= figure.max_ms), "{}", method.id);
        }
    }

    #[test]
    fn no_two_calls_have_the_same_name() {
        let names: Vec<&str> = calls().map(|(name, _)| name).collect();
        let distinct: BTreeSet<&str> = names.iter().copied().collect();
        assert_eq!(names.len(), distinct.len());
    }

    #[test]
    fn what_is_modelled_is_where_google_has_it() {
        for method in KINDS.iter().flat_map(|kind| kind.methods) {
            let google = discovery::compute().method(method.id).unwrap();
            let path = format!("projects/{{project}}/{}", method.path);
            let names = |path: &str| path.trim_end_matches('/').split('/').map(shape).collect::<Vec<_>>();
            assert_eq!((method.http, names(&path)), (google.http, names(google.path)), "{}", method.id);
        }
    }

    fn shape(part: &str) -> String {
        if part.starts_with('{') { "{}".to_owned() } else { part.to_owned() }
    }
}
