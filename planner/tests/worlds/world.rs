//! A world: the whole truth about a shoot, its cloud and what is around it, of which the planner sees a snapshot.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use planner::desired::{self, Goal, Inputs, Reported, Target};
use planner::documents::names::MIGRATION_ANNOTATION;
use planner::journal::State;
use planner::plan::{Action, effect};
use planner::snapshot::{Alias, Ccm, Cloud, NextHop, Nic, Route, Settings, Snapshot, Subnet, Vm};
use planner::vocabulary::{POD_RANGE_NAME, VmRef, Words};
use serde_json::json;

use super::google::Google;
use super::late::Late;
use super::nature::Nature;
use super::pods::Sight;

/// The Cluster's name.
pub(crate) const CLUSTER: &str = "shoot--p--a";
/// The project.
pub(crate) const PROJECT: &str = "my-project";
/// The region.
pub(crate) const REGION: &str = "europe-west1";
/// The VPC of a user.
const USERS_VPC: &str = "users-vpc";
/// The pod range.
pub(crate) const PODS: &str = "100.96.0.0/11";
/// What the cloud-controller-manager writes into the routes that it makes.
pub(crate) const CCM_DESCRIPTION: &str = "k8s-node-route";

/// The settings of the controller: the usual ones, but for rarer looks at canaries, which are cheaper.
pub(crate) fn settings() -> Settings {
    Settings { canary_interval: Duration::from_secs(5), ..Settings::default() }
}

/// What people ask for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Asked {
    /// Whether the VPC is the shoot's own.
    pub(crate) own: bool,
    /// Whether an internal subnet is configured.
    pub(crate) internal: bool,
    /// Whether the Shoot asks for both families.
    pub(crate) dual: bool,
    /// The words on the Shoot.
    pub(crate) on_shoot: Words,
    /// The words on the Infrastructure.
    pub(crate) on_infrastructure: Words,
    /// Whether the Shoot is being deleted.
    pub(crate) going: bool,
    /// Whether the Infrastructure is being deleted.
    pub(crate) deleted: bool,
}

/// A world.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) at: Timestamp,
    pub(crate) cloud: Cloud,
    pub(crate) ccm: Ccm,
    pub(crate) state: State,
    pub(crate) asked: Asked,
    /// The node ranges in the last report.
    pub(crate) reported: Vec<String>,
    /// The shoot's Nodes: the pod range of each, by its VM.
    pub(crate) nodes: BTreeMap<VmRef, Ipv4Net>,
    /// Inserts of routes that are under way, with the instants at which they end.
    pub(crate) inserts: Vec<(VmRef, Ipv4Net, Timestamp)>,
    pub(crate) nature: Nature,
    pub(crate) sight: Sight,
    pub(crate) google: Google,
    /// How the overlap flag of the nodes subnet stood before anything was begun; none: nobody can know.
    pub(crate) flag_before: Option<bool>,
    /// What a process that died has sent, and is still under way.
    pub(crate) late: Option<Late>,
    /// Since when what takes its time is on its way.
    pub(crate) timers: BTreeMap<String, Timestamp>,
    count: u64,
}

impl World {
    /// A world in which nothing was made yet.
    pub(crate) fn new(asked: Asked) -> Self {
        let mut world = Self {
            at: "2026-09-01T10:00:00Z".parse().unwrap(),
            cloud: Cloud { addresses: None, ..Cloud::default() },
            ccm: Ccm::default(),
            state: State::default(),
            asked,
            reported: Vec::new(),
            nodes: BTreeMap::new(),
            inserts: Vec::new(),
            nature: Nature::default(),
            sight: Sight::default(),
            google: Google::default(),
            flag_before: Some(false),
            late: None,
            timers: BTreeMap::new(),
            count: 0,
        };
        if !world.asked.own {
            world.cloud.network = Some(planner::snapshot::Network {
                name: USERS_VPC.into(),
                url: format!(
                    "https://www.googleapis.com/compute/v1/projects/{PROJECT}/global/networks/{USERS_VPC}"
                ),
                mode: planner::snapshot::NetworkMode::Custom,
                routing_mode: "REGIONAL".to_owned(),
                peerings: Vec::new(),
                subnets: Vec::new(),
            });
        }
        world
    }

    /// What shall be, by the documents as they are now.
    pub(crate) fn target(&self) -> Target {
        let asked = &self.asked;
        let mut networks = json!({ "workers": "10.250.0.0/16" });
        if asked.internal {
            networks["internal"] = json!("10.251.0.0/24");
        }
        if !asked.own {
            networks["vpc"] = json!({ "name": USERS_VPC });
        }
        let spec = serde_json::from_value(json!({
            "type": "gcp", "region": REGION, "secretRef": { "name": "cloudprovider", "namespace": CLUSTER },
            "providerConfig": {
                "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureConfig",
                "networks": networks,
            },
        }))
        .unwrap();
        let mut annotations = serde_json::Map::new();
        if !asked.on_shoot.is_empty() {
            annotations.insert(MIGRATION_ANNOTATION.to_owned(), json!(asked.on_shoot.to_string()));
        }
        let families = if asked.dual { json!(["IPv4", "IPv6"]) } else { json!(["IPv4"]) };
        let shoot = serde_json::from_value(json!({
            "metadata": {
                "annotations": annotations,
                "deletionTimestamp": asked.going.then_some("2026-09-01T09:00:00Z"),
            },
            "spec": { "networking": {
                "ipFamilies": families, "nodes": "10.250.0.0/16", "pods": PODS, "services": "100.64.0.0/13",
            } },
            "status": { "technicalID": CLUSTER, "networking": { "nodes": self.reported } },
        }))
        .unwrap();
        desired::build(&Inputs {
            cluster: CLUSTER,
            project: PROJECT,
            spec: &spec,
            shoot: &shoot,
            goal: if asked.deleted { Goal::Absent } else { Goal::Present },
            reported: &Reported { nodes: self.reported.clone(), ..Reported::default() },
            state: &self.state,
            words: Some(asked.on_infrastructure.to_string()).filter(|words| !words.is_empty()).as_deref(),
            service_account: false,
        })
        .unwrap()
    }

    /// The cloud as a look shows it.
    pub(crate) fn cloud_as_seen(&self) -> Cloud {
        let mut cloud = self.cloud.clone();
        let pods: Ipv4Net = PODS.parse().unwrap();
        let routed = cloud.routes.iter().filter_map(|route| match (&route.next_hop, route.destination) {
            (NextHop::Vm(vm), IpNet::V4(to)) if pods.contains(&to) => Some(vm),
            _ => None,
        });
        let named = routed.chain(self.state.journal.entries.iter().map(|entry| &entry.vm));
        cloud.gone = named.filter(|vm| !cloud.vms.contains_key(*vm)).cloned().collect();
        cloud.route_inserts_in_flight = self.inserts.len();
        cloud
    }

    /// What a look shows.
    pub(crate) fn seen(&self) -> Snapshot {
        let (cloud, ccm) = (self.cloud_as_seen(), self.ccm_as_seen());
        Snapshot { since: self.at, at: self.at, cloud, shoot: self.shoot(), ccm, state: self.state.clone() }
    }

    /// The cloud-controller-manager as a look shows it.
    pub(crate) fn ccm_as_seen(&self) -> Ccm {
        let mut ccm = self.ccm.clone();
        // The version follows from what is there: whoever names another one has read something else.
        let version = |there: bool, what: String| if there { what } else { String::new() };
        ccm.deployment_version =
            version(ccm.replicas.is_some(), format!("{:?}", (ccm.replicas, ccm.makes_routes)));
        let resource = ccm.managed_resource;
        ccm.managed_resource_version = version(resource.is_some(), format!("{resource:?}"));
        ccm
    }

    /// Does what `action` says.
    pub(crate) fn act(&mut self, action: &Action) {
        if let Action::TakeWords { words } = action {
            self.asked.on_infrastructure = self.asked.on_infrastructure.minus(words);
        }
        let mut seen = self.seen();
        // Where nothing of a control plane is there yet, nobody can be asked.
        self.watch_no_more(seen.has_no_api_yet());
        effect(action, &mut seen);
        let Snapshot { cloud, ccm, state, .. } = seen;
        self.cloud = Cloud { gone: BTreeSet::new(), route_inserts_in_flight: 0, ..cloud };
        let (deployment_version, managed_resource_version) = (String::new(), String::new());
        (self.ccm, self.state) = (Ccm { deployment_version, managed_resource_version, ..ccm }, state);
        self.renew_fingerprints();
    }

    /// Gives all that was changed a fingerprint, as Google does.
    pub(crate) fn renew_fingerprints(&mut self) {
        let Self { cloud, count, .. } = self;
        let subnets = cloud.subnets.iter_mut().map(|subnet| &mut subnet.fingerprint);
        let nics = cloud.vms.values_mut().map(|vm| &mut vm.nic.fingerprint);
        for fingerprint in subnets.chain(nics).filter(|fingerprint| fingerprint.is_empty()) {
            *count += 1;
            *fingerprint = format!("f{count}");
        }
    }

    /// The shoot's subnet of this name.
    pub(crate) fn subnet(&self, purpose: &str) -> Option<&Subnet> {
        let name = format!("{CLUSTER}-{purpose}");
        self.cloud.subnets.iter().find(|subnet| subnet.name == *name && subnet.region == REGION)
    }

    /// The same, for changes.
    pub(crate) fn subnet_mut(&mut self, purpose: &str) -> Option<&mut Subnet> {
        let name = format!("{CLUSTER}-{purpose}");
        self.cloud.subnets.iter_mut().find(|subnet| subnet.name == *name && subnet.region == REGION)
    }

    /// A new VM of the shoot with its Node. Returns its reference.
    pub(crate) fn join(&mut self, number: usize) -> VmRef {
        let vm = Vm { created: Some(self.at), ..vm(number) };
        self.cloud.vms.insert(vm.id.clone(), vm.clone());
        self.nodes.insert(vm.id.clone(), pod_range(number));
        self.renew_fingerprints();
        vm.id
    }

    /// The VM goes, and its Node with it.
    pub(crate) fn leave(&mut self, vm: &VmRef) {
        self.cloud.vms.remove(vm);
        self.nodes.remove(vm);
    }

    /// Makes a route to the range of `vm` as the cloud-controller-manager does.
    pub(crate) fn make_route(&mut self, vm: &VmRef, range: Ipv4Net) {
        self.count += 1;
        let route = Route {
            name: format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-{:012}", self.count).into(),
            destination: range.into(),
            next_hop: NextHop::Vm(vm.clone()),
            description: CCM_DESCRIPTION.to_owned(),
            tags: Vec::new(),
            priority: 1000,
        };
        self.cloud.routes.push(route);
    }

    /// The routes of nodes: to which range on which VM.
    pub(crate) fn node_routes(&self) -> impl Iterator<Item = (&Route, Ipv4Net, &VmRef)> {
        let pods: Ipv4Net = PODS.parse().unwrap();
        self.cloud.routes.iter().filter_map(move |route| match (&route.next_hop, route.destination) {
            (NextHop::Vm(vm), IpNet::V4(to))
                if route.description == CCM_DESCRIPTION && pods.contains(&to) =>
            {
                Some((route, to, vm))
            }
            _ => None,
        })
    }

    /// Whether a route leads to `range` on `vm`.
    pub(crate) fn has_route(&self, vm: &VmRef, range: Ipv4Net) -> bool {
        self.node_routes().any(|(_, to, via)| to == range && via == vm)
    }

    /// Adds an alias to `vm`.
    pub(crate) fn give_alias(&mut self, vm: &VmRef, range: Ipv4Net, name: &str) {
        if let Some(vm) = self.cloud.vms.get_mut(vm) {
            vm.nic.aliases.push(alias(range, name));
            vm.nic.fingerprint.clear();
        }
        self.renew_fingerprints();
    }

    /// The instant `seconds` from now.
    pub(crate) fn later(&self, seconds: u64) -> Timestamp {
        self.at.checked_add(Duration::from_secs(seconds)).unwrap()
    }
}

/// An alias from the secondary range `name`.
pub(crate) fn alias(range: Ipv4Net, name: &str) -> Alias {
    Alias {
        range,
        range_name: Some(name.into()),
        raw: json!({ "ipCidrRange": range, "subnetworkRangeName": name }),
    }
}

/// Whether `vm` bears `range` as an alias from the secondary range for pods.
pub(crate) fn bears(vm: &Vm, range: Ipv4Net) -> bool {
    vm.nic
        .aliases
        .iter()
        .any(|alias| alias.range == range && alias.range_name.as_deref() == Some(POD_RANGE_NAME))
}

/// The VM of the node with this number.
pub(crate) fn vm(number: usize) -> Vm {
    let pool = if number.is_multiple_of(2) { "one" } else { "two" };
    Vm {
        id: VmRef {
            zone: format!("{REGION}-b").into(),
            name: format!("{CLUSTER}-{pool}-z1-abcde-node{number}").into(),
        },
        tags: vec![CLUSTER.to_owned()],
        status: "RUNNING".to_owned(),
        can_forward: true,
        created: None,
        nic: Nic {
            name: "nic0".to_owned(),
            subnet: format!("{CLUSTER}-nodes").into(),
            aliases: Vec::new(),
            fingerprint: String::new(),
        },
    }
}

/// The pod range of the node with this number.
pub(crate) fn pod_range(number: usize) -> Ipv4Net {
    format!("100.96.{number}.0/24").parse().unwrap()
}
