//! `compute#forwardingRule` and `compute#targetPool`: what a load balancer of the cluster consists of.

use serde::Deserialize;

use super::ResourceUrl;

/// The front of a load balancer.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ForwardingRule {
    /// Its name, unique in project and region.
    pub name: String,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// For people; the cloud-controller-manager writes the Service's name here.
    pub description: String,
    /// `INTERNAL`, `EXTERNAL`, …
    pub load_balancing_scheme: String,
    /// The network of an internal one.
    pub network: Option<ResourceUrl>,
    /// The subnetwork that the address of an internal one is taken from.
    pub subnetwork: Option<ResourceUrl>,
    /// What it leads to, e.g. a target pool.
    pub target: Option<ResourceUrl>,
}

/// The VMs behind an external load balancer.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TargetPool {
    /// Its name, unique in project and region.
    pub name: String,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// The VMs.
    pub instances: Vec<ResourceUrl>,
}
