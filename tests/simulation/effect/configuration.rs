//! Configurations drawn at random, and the targets that they become.

use planner::desired::{self, Goal, Inputs, Reported, Target};
use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::InfrastructureSpec;
use planner::journal::State;
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};

/// The name of the Cluster.
pub(super) const CLUSTER: &str = "shoot--p--a";
/// The project of the shoot.
pub(super) const PROJECT: &str = "my-project";
/// The region of the shoot.
pub(super) const REGION: &str = "europe-west1";

/// The owner of the VPC and the router.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Own,
    UserVpc,
    UserVpcAndRouter,
}

/// The configuration of a shoot.
#[derive(Clone, Debug)]
pub(super) struct Configuration {
    place: Place,
    dual_stack: bool,
    workers: &'static str,
    internal: Option<&'static str>,
    addresses: usize,
    dynamic_ports: bool,
    flow_logs: Option<&'static str>,
    service_account: bool,
    goal: Goal,
}

impl Configuration {
    /// A random configuration.
    pub(super) fn draw(rng: &mut StdRng) -> Self {
        let place = [Place::Own, Place::Own, Place::UserVpc, Place::UserVpcAndRouter];
        let mut configuration = Self {
            place: *place.choose(rng).unwrap(),
            dual_stack: false,
            workers: "10.250.0.0/17",
            internal: None,
            addresses: 0,
            dynamic_ports: false,
            flow_logs: None,
            service_account: rng.random_bool(0.5),
            goal: if rng.random_bool(0.25) { Goal::Absent } else { Goal::Present },
        };
        configuration.change(rng);
        configuration
    }

    /// Changes whatever can be changed of an existing shoot.
    pub(super) fn change(&mut self, rng: &mut StdRng) {
        self.dual_stack |= rng.random_bool(0.7);
        if rng.random_bool(0.4) {
            self.workers = "10.250.0.0/16";
        }
        self.internal = *[None, Some("10.251.0.0/25"), Some("10.251.0.0/24")].choose(rng).unwrap();
        self.addresses = rng.random_range(0..3);
        self.dynamic_ports = rng.random_bool(0.3);
        self.flow_logs = *[None, Some("INTERVAL_5_MIN"), Some("INTERVAL_30_SEC")].choose(rng).unwrap();
    }

    /// Marks the shoot as deleted.
    pub(super) fn delete(&mut self) {
        self.goal = Goal::Absent;
    }

    /// The target, given the stored state.
    pub(super) fn target(&self, state: &State) -> Target {
        let families: &[&str] = if self.dual_stack { &["IPv4", "IPv6"] } else { &["IPv4"] };
        let shoot: Shoot = serde_json::from_value(json!({
            "spec": { "networking": {
                "ipFamilies": families, "nodes": "10.250.0.0/16", "pods": "100.96.0.0/11", "services": "100.64.0.0/13",
            } },
            "status": { "technicalID": CLUSTER },
        }))
        .unwrap();
        desired::build(&Inputs {
            cluster: CLUSTER,
            project: PROJECT,
            spec: &self.spec(),
            shoot: &shoot,
            goal: self.goal,
            reported: &Reported::default(),
            state,
            words: None,
            service_account: self.service_account,
        })
        .unwrap()
    }

    fn spec(&self) -> InfrastructureSpec {
        let vpc = match self.place {
            Place::Own => Value::Null,
            Place::UserVpc => json!({ "name": "corp-vpc" }),
            Place::UserVpcAndRouter => {
                json!({ "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } })
            }
        };
        let addresses: Vec<Value> =
            (0..self.addresses).map(|number| json!({ "name": format!("egress-{number}") })).collect();
        let nat = json!({
            "natIPNames": addresses, "enableDynamicPortAllocation": self.dynamic_ports,
        });
        let logs =
            self.flow_logs.map(|interval| json!({ "aggregationInterval": interval, "flowSampling": 0.2 }));
        serde_json::from_value(json!({
            "type": "gcp", "region": REGION, "secretRef": { "name": "s", "namespace": CLUSTER },
            "providerConfig": {
                "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureConfig",
                "networks": {
                    "vpc": vpc, "workers": self.workers, "internal": self.internal, "cloudNAT": nat, "flowLogs": logs,
                },
            },
        }))
        .unwrap()
    }
}
