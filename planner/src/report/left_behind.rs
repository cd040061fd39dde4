//! The resources that a forced deletion leaves behind in the cloud, as far as the documents tell.

use crate::desired::{self, Ownership};
use crate::documents::infrastructure::{InfrastructureSpec, InfrastructureStatus};
use crate::journal::{
    RESOURCES_EXIST, SERVICE_ACCOUNT_EMAIL, SERVICE_ACCOUNT_EXISTS, SERVICE_ACCOUNT_PENDING, State,
};
use crate::vocabulary::{Purpose, subnet_name};

/// The resources that may still exist, for people who delete them by hand; empty if none was ever made.
///
/// `state` is `None` if it cannot be read; then everything may exist.
pub fn left_behind(
    cluster: &str,
    spec: &InfrastructureSpec,
    status: Option<&InfrastructureStatus>,
    state: Option<&State>,
) -> Vec<String> {
    if state.is_some_and(|state| !state.is_marked(RESOURCES_EXIST)) {
        return Vec::new();
    }
    let region = &spec.region;
    // If the configuration cannot be read, VPC and router may be the shoot's own.
    let place = desired::place(cluster, spec, status);
    let (vpc, router, owner) = place.map_or_else(
        || (cluster.to_owned(), format!("{cluster}-cloud-router"), (Ownership::Own, Ownership::Own)),
        |(network, router)| {
            (network.name.to_string(), router.name.to_string(), (network.ownership, router.ownership))
        },
    );

    let mut things = Vec::new();
    if owner.0 == Ownership::Own {
        things.push(format!("VPC {vpc}"));
    }
    things.extend(Purpose::ALL.map(|purpose| format!("subnet {region}/{}", subnet_name(cluster, purpose))));
    if owner.1 == Ownership::Own {
        things.push(format!("router {region}/{router}"));
    } else {
        things.push(format!("NAT {cluster}-cloud-nat of router {region}/{router}"));
    }
    things.push(format!("firewall rules {cluster}-allow-… and k8s-… with target tag {cluster} in VPC {vpc}"));
    things.push(format!("routes to VMs with tag {cluster} in VPC {vpc}"));
    let has_account = |state: &&State| {
        [SERVICE_ACCOUNT_EXISTS, SERVICE_ACCOUNT_PENDING].iter().any(|key| state.is_marked(key))
    };
    if let Some(state) = state.filter(has_account) {
        let email = state.data.get(SERVICE_ACCOUNT_EMAIL).map_or(cluster, String::as_str);
        things.push(format!("service account {email}"));
    }
    things
}
