//! Services of the shoot, as its owner makes them, and what Kubernetes makes of their families.

use std::fmt;
use std::net::IpAddr;

use serde_json::{Value, json};

use super::Result;
use crate::json::{at, text};
use crate::neighbours::World;
use crate::neighbours::objects::{Kind, Objects};

/// The families of a Service, as Kubernetes has settled them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Families {
    /// The value of `ipFamilyPolicy`.
    pub(super) policy: String,
    /// Families in their order.
    pub(super) families: Vec<String>,
    /// Cluster IPs in the order of the families; `None` for a headless Service.
    pub(super) addresses: Vec<String>,
}

impl Families {
    fn of(service: &Value) -> Self {
        let texts = |pointer| {
            let all = at(service, pointer).as_array().into_iter().flatten();
            all.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        Self {
            policy: text(service, "/spec/ipFamilyPolicy").to_owned(),
            families: texts("/spec/ipFamilies"),
            addresses: texts("/spec/clusterIPs"),
        }
    }

    /// Whether these are the policy and the families, and each address lies in the range of its family.
    pub(super) fn are(&self, policy: &str, families: &[&str], ranges: &[String]) -> bool {
        self.policy == policy
            && self.families == families
            && self.addresses.len() == families.len()
            && self.addresses.iter().zip(ranges).all(|(address, range)| is_inside(address, range))
    }

    /// Whether these are the policy and the families of a headless Service.
    pub(super) fn are_headless(&self, policy: &str, families: &[&str]) -> bool {
        self.policy == policy && self.families == families && self.addresses == ["None"]
    }
}

/// The form for people: policy, families, addresses.
impl fmt::Display for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} at {}", self.policy, self.families.join("+"), self.addresses.join(" and "))
    }
}

/// The Services of a shoot's owner.
pub(super) struct Services {
    services: Objects,
    ranges: Objects,
}

impl Services {
    pub(super) fn new(world: &World) -> Self {
        Self {
            services: Objects::within(&world.shoot_api, Kind::Service, "default"),
            ranges: Objects::cluster_wide(&world.shoot_api, Kind::ServiceCidr),
        }
    }

    /// Creates a Service with one port and, on top of it, what `spec` says; returns what Kubernetes settled.
    pub(super) async fn create(&self, name: &str, spec: Value) -> Result<Families> {
        let mut service = json!({
            "apiVersion": "v1", "kind": "Service",
            "metadata": {"name": name},
            "spec": {"ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]},
        });
        crate::json::merge_patch(&mut service, &json!({ "spec": spec }));
        self.services.ensure(service).await?;
        self.families(name).await
    }

    /// Creates a Service that is to be refused; returns why it was, or `None` if it was not.
    pub(super) async fn refused(&self, name: &str, spec: Value) -> Result<Option<String>> {
        match self.create(name, spec).await {
            Ok(_) => Ok(None),
            Err(super::JourneyError::Neighbour(error)) => match error.invalid() {
                Some(why) => Ok(Some(why.to_owned())),
                None => Err(error.into()),
            },
            Err(error) => Err(error),
        }
    }

    /// Changes the `spec` of a Service; returns what Kubernetes settled.
    pub(super) async fn change(&self, name: &str, spec: Value) -> Result<Families> {
        self.services.merge(name, &json!({ "spec": spec })).await?;
        self.families(name).await
    }

    pub(super) async fn families(&self, name: &str) -> Result<Families> {
        Ok(Families::of(&self.services.get(name).await?))
    }

    /// Address of the Service's load balancer, once it has one.
    pub(super) async fn balancer(&self, name: &str) -> Result<Option<String>> {
        let address = text(&self.services.get(name).await?, "/status/loadBalancer/ingress/0/ip").to_owned();
        Ok(Some(address).filter(|address| !address.is_empty()))
    }

    /// Lets the API server forget its ranges, as one of another shoot does not know them: when it starts again it has those alone
    /// that it is told then.
    pub(super) async fn forget_ranges(&self) -> Result<()> {
        const DEFAULT: &str = "kubernetes";
        self.ranges.merge(DEFAULT, &json!({"metadata": {"finalizers": null}})).await?;
        Ok(self.ranges.delete(DEFAULT).await?)
    }

    /// Takes all Services away at once, as with their control plane: nobody takes a load balancer down.
    pub(super) async fn forget(&self) -> Result<()> {
        for service in self.services.list("").await? {
            let name = text(&service, "/metadata/name");
            if name != "kubernetes" {
                self.services.merge(name, &json!({"metadata": {"finalizers": null}})).await?;
                self.services.delete(name).await?;
            }
        }
        Ok(())
    }
}

/// Whether `address` lies in the range `cidr`.
fn is_inside(address: &str, cidr: &str) -> bool {
    let number = |text: &str| match text.parse() {
        Ok(IpAddr::V4(address)) => Some((u128::from(u32::from(address)) << 96, true)),
        Ok(IpAddr::V6(address)) => Some((u128::from(address), false)),
        Err(_) => None,
    };
    let Some((base, length)) = cidr.split_once('/') else { return false };
    match (number(address), number(base), length.parse::<u32>()) {
        (Some((address, true)), Some((base, true)), Ok(length))
        | (Some((address, false)), Some((base, false)), Ok(length)) => {
            (address ^ base).checked_shr(128_u32.saturating_sub(length)).unwrap_or(0) == 0
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lie_in_ranges_of_their_own_family() {
        for (address, range, inside) in [
            ("100.64.0.7", "100.64.0.0/13", true),
            ("100.72.0.0", "100.64.0.0/13", false),
            ("2600:1900:1::7", "2600:1900:1::/108", true),
            ("2600:1900:1::1:0:7", "2600:1900:1::/108", false),
            ("100.64.0.7", "::/0", false),
            ("None", "100.64.0.0/13", false),
        ] {
            assert_eq!(is_inside(address, range), inside, "{address} in {range}");
        }
    }

    #[test]
    fn families_are_read_as_kubernetes_writes_them() {
        let service = json!({"spec": {
            "ipFamilyPolicy": "PreferDualStack", "ipFamilies": ["IPv4", "IPv6"],
            "clusterIPs": ["100.64.0.7", "2600:1900:1::7"],
        }});
        let families = Families::of(&service);
        let ranges = ["100.64.0.0/13", "2600:1900:1::/108"].map(str::to_owned);
        assert!(families.are("PreferDualStack", &["IPv4", "IPv6"], &ranges));
        assert!(!families.are("SingleStack", &["IPv4"], &ranges));
        assert_eq!(families.to_string(), "PreferDualStack IPv4+IPv6 at 100.64.0.7 and 2600:1900:1::7");
    }
}
