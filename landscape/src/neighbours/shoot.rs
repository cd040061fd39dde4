//! The facts about one shoot that all stand-ins share: names and address ranges. No behaviour.

use std::net::Ipv4Addr;

use super::{Error, Result};

/// A shoot with native routing and one worker network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shoot {
    /// The technical ID, such as `shoot--p--a`: name of the Cluster object, of the namespace, and prefix of all cloud names.
    pub name: String,
    /// The project that the shoot's credential names.
    pub project: String,
    /// Name of the VPC, which is the shoot's own or a user's.
    pub vpc: String,
    /// Region of the cloud, such as `europe-west1`.
    pub region: String,
    /// Names of the worker pools.
    pub pools: Vec<String>,
    /// Zones of the worker pools.
    pub zones: Vec<String>,
    /// CIDR of the nodes subnet (`networks.workers`, and the shoot's node network).
    pub workers: String,
    /// CIDR of the internal subnet.
    pub internal: String,
    /// CIDR of the pods.
    pub pods: String,
    /// CIDR of the services.
    pub services: String,
}

impl Shoot {
    /// The usual shoot: an own VPC, `europe-west1`, two worker pools over three zones, conventional pod and service ranges.
    pub fn new(name: &str, project: &str) -> Self {
        let region = "europe-west1";
        Self {
            name: name.to_owned(),
            project: project.to_owned(),
            vpc: name.to_owned(),
            region: region.to_owned(),
            pools: ["pool1", "pool2"].map(str::to_owned).to_vec(),
            zones: ["b", "c", "d"].map(|zone| format!("{region}-{zone}")).to_vec(),
            workers: "10.250.0.0/16".to_owned(),
            internal: "10.251.0.0/24".to_owned(),
            pods: "100.96.0.0/11".to_owned(),
            services: "100.64.0.0/13".to_owned(),
        }
    }

    /// Name of the Shoot in its project, such as `a`, after which Gardener calls the Infrastructure too.
    pub fn object_name(&self) -> &str {
        self.name.rsplit("--").next().unwrap_or(&self.name)
    }

    /// Name of the nodes subnet.
    pub fn nodes_subnet(&self) -> String {
        format!("{}-nodes", self.name)
    }

    /// Path of the nodes subnet below the project.
    pub fn nodes_subnet_path(&self) -> String {
        format!("regions/{}/subnetworks/{}", self.region, self.nodes_subnet())
    }

    /// Partial URL of the VPC, as it stands in request bodies.
    pub fn network_url(&self) -> String {
        format!("projects/{}/global/networks/{}", self.project, self.vpc)
    }

    /// Partial URL of a subnet of the shoot's region.
    pub fn subnet_url(&self, name: &str) -> String {
        format!("projects/{}/regions/{}/subnetworks/{name}", self.project, self.region)
    }

    /// The `index`-th /24 of the pod range.
    pub fn pod_cidr(&self, index: u32) -> Result<String> {
        let exhausted = || Error::PodRange { pods: self.pods.clone(), index };
        let (base, prefix) = self.pods.split_once('/').ok_or_else(exhausted)?;
        let base: Ipv4Addr = base.parse().map_err(|_| exhausted())?;
        let prefix: u32 = prefix.parse().map_err(|_| exhausted())?;
        let room =
            24_u32.checked_sub(prefix).and_then(|bits| 1_u32.checked_shl(bits)).ok_or_else(exhausted)?;
        if index >= room {
            return Err(exhausted());
        }
        Ok(format!("{}/24", Ipv4Addr::from(u32::from(base) + (index << 8))))
    }

    /// Whether `cidr` begins inside the pod range.
    pub fn is_in_pod_range(&self, cidr: &str) -> bool {
        let base_of = |cidr: &str| -> Option<(u32, u32)> {
            let (base, prefix) = cidr.split_once('/')?;
            Some((u32::from(base.parse::<Ipv4Addr>().ok()?), prefix.parse().ok()?))
        };
        match (base_of(&self.pods), base_of(cidr)) {
            (Some((range, prefix)), Some((inner, inner_prefix))) => {
                inner_prefix >= prefix && (range ^ inner).checked_shr(32 - prefix).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_called_after_the_shoot() {
        assert_eq!(Shoot::new("shoot--p--a", "p").object_name(), "a");
        assert_eq!(Shoot::new("plain", "p").object_name(), "plain");
    }

    #[test]
    fn pod_cidrs_count_up_and_end() {
        let shoot = Shoot::new("shoot--p--a", "p");
        assert_eq!(shoot.pod_cidr(0).unwrap(), "100.96.0.0/24");
        assert_eq!(shoot.pod_cidr(300).unwrap(), "100.97.44.0/24");
        assert_eq!(shoot.pod_cidr(8191).unwrap(), "100.127.255.0/24");
        assert!(matches!(shoot.pod_cidr(8192), Err(Error::PodRange { index: 8192, .. })));
    }

    #[test]
    fn the_pod_range_knows_its_inside() {
        let shoot = Shoot::new("shoot--p--a", "p");
        for (cidr, inside) in [
            ("100.96.0.0/24", true),
            ("100.127.255.0/24", true),
            ("100.96.0.0/11", true),
            ("100.96.0.0/10", false),
            ("100.95.255.0/24", false),
            ("100.128.0.0/24", false),
            ("2600:1900::/64", false),
        ] {
            assert_eq!(shoot.is_in_pod_range(cidr), inside, "{cidr}");
        }
    }
}
