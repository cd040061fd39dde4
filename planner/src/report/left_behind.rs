//! What a deletion by force leaves behind in the cloud, as far as the documents tell.

use crate::desired::{self, Ownership};
use crate::documents::infrastructure::{InfrastructureSpec, InfrastructureStatus};
use crate::journal::{
    RESOURCES_EXIST, SERVICE_ACCOUNT_EMAIL, SERVICE_ACCOUNT_EXISTS, SERVICE_ACCOUNT_PENDING, State,
};
use crate::vocabulary::{Purpose, subnet_name};

/// The things that may still be there, for people who delete them by hand; empty: nothing was ever made.
///
/// `state` is none where it cannot be read: then everything may be there.
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
    // Of a configuration that cannot be read the VPC and the router may be ours.
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
