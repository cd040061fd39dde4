//! What a deletion by force leaves behind in the cloud, as far as the documents tell.

use crate::api::infrastructure::Infrastructure;
use crate::api::provider_status::ProviderStatus;
use crate::journal::{RESOURCES_EXIST, SERVICE_ACCOUNT_EMAIL, SERVICE_ACCOUNT_EXISTS, State};
use crate::target::{Purpose, subnet_name};

/// The things that may still be there, for people who delete them by hand; empty: nothing was ever made.
///
/// `state` is none where it cannot be read: then everything may be there.
pub fn left_behind(cluster: &str, infrastructure: &Infrastructure, state: Option<&State>) -> Vec<String> {
    if state.is_some_and(|state| !state.is_marked(RESOURCES_EXIST)) {
        return Vec::new();
    }
    let region = &infrastructure.spec.region;
    let reported = infrastructure.status.as_ref().and_then(|status| status.provider_status.clone());
    let reported: Option<ProviderStatus> = reported.and_then(|status| serde_json::from_value(status).ok());
    let vpc = reported.as_ref().map_or(cluster, |status| status.networks.vpc.name.as_str());
    let own_router = format!("{cluster}-cloud-router");
    let router = reported.as_ref().and_then(|status| status.networks.vpc.cloud_router.as_ref());
    let router = router.map_or(&own_router, |router| &router.name);

    let mut things = Vec::new();
    if vpc == cluster {
        things.push(format!("VPC {vpc}"));
    }
    things.extend(Purpose::ALL.map(|purpose| format!("subnet {region}/{}", subnet_name(cluster, purpose))));
    if *router == own_router {
        things.push(format!("router {region}/{router}"));
    } else {
        things.push(format!("NAT {cluster}-cloud-nat of router {region}/{router}"));
    }
    things.push(format!("firewall rules {cluster}-allow-… and k8s-… with target tag {cluster} in VPC {vpc}"));
    things.push(format!("routes to VMs with tag {cluster} in VPC {vpc}"));
    if let Some(state) = state.filter(|state| state.is_marked(SERVICE_ACCOUNT_EXISTS)) {
        let email = state.data.get(SERVICE_ACCOUNT_EMAIL).map_or(cluster, String::as_str);
        things.push(format!("service account {email}"));
    }
    things
}
