//! Life of a shoot in the planner's eyes: passes over snapshots that change as the actions of its plans say.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use ipnet::Ipv4Net;
use jiff::Timestamp;
use planner::desired::{self, Goal, Inputs, Reported, Target};
use planner::documents::cluster::Shoot;
use planner::documents::infrastructure::InfrastructureSpec;
use planner::journal::{self, Canary, State};
use planner::plan::resource::Kind;
use planner::plan::{self, Action, Course, Decision, History, Step, Verdict};
use planner::snapshot::{
    Ccm, CcmPod, Cloud, Endpoint, Guest, Look, ManagedResource, NextHop, Nic, Node, NodeLook,
    PassthroughRules, Pod, PodLook, Pods, Reading, Route, Settings, Shoot as Seen, Snapshot, StackType, Vm,
};
use planner::vocabulary::{Cadence, VmRef};
use serde_json::json;

use crate::Error;

const CLUSTER: &str = "shoot--p--a";
const PROJECT: &str = "my-project";
const REGION: &str = "europe-west1";
/// More passes than any life has.
const PASSES: u32 = 200;
/// Pods by which a node can be measured, and as many more that tell nothing.
const PODS: usize = 1;

/// A stage of a pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// What is to be read.
    Reads,
    /// The decision.
    Plan,
    /// The last look at it.
    Check,
    /// What became of it, and whether that came before.
    History,
    /// The state as a document, and read from one.
    State,
}

impl Stage {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [Self::Reads, Self::Plan, Self::Check, Self::History, Self::State];

    /// Its name, for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Reads => "reads",
            Self::Plan => "plan",
            Self::Check => "check",
            Self::History => "history",
            Self::State => "state",
        }
    }

    /// The stage of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.name() == name)
    }
}

/// What a shoot shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Ipv4,
    DualStack,
    Nothing,
}

/// Lives two lives of a shoot with `nodes` nodes, with the stage `twice` run twice in each pass: one that is made dual-stack, half of the
/// way, back and all the way, and one that is deleted with all its routes. Returns the number of passes.
pub(crate) fn live(twice: Option<Stage>, nodes: u32) -> Result<u32, Error> {
    let mut life = Life::begin(twice)?;
    life.until_done(Wish::Ipv4)?;
    life.fill(nodes)?;
    life.until(Wish::DualStack, |life| life.aliases() == life.seen.cloud.vms.len())?;
    life.until_done(Wish::Ipv4)?;
    if life.aliases() != 0 {
        return Err("the shoot has not come back".into());
    }
    life.until_done(Wish::DualStack)?;
    if life.aliases() != life.seen.cloud.vms.len() || life.routes() != 0 {
        return Err("the shoot has not migrated".into());
    }
    life.seen.cloud.vms.clear();
    life.until_done(Wish::Nothing)?;
    let passes = life.passes;

    let mut life = Life::begin(twice)?;
    life.until_done(Wish::Ipv4)?;
    life.fill(nodes)?;
    let vms = std::mem::take(&mut life.seen.cloud.vms);
    life.seen.cloud.gone.extend(vms.into_keys());
    life.until_done(Wish::Nothing)?;
    if life.routes() != 0 {
        return Err("the shoot has left routes behind".into());
    }
    Ok(passes + life.passes)
}

struct Life {
    seen: Snapshot,
    settings: Settings,
    history: History,
    twice: Option<Stage>,
    passes: u32,
}

impl Life {
    fn begin(twice: Option<Stage>) -> Result<Self, Error> {
        let begun: Timestamp = "2026-09-01T10:00:00Z".parse()?;
        let seen = Snapshot {
            since: begun,
            at: begun,
            cloud: Cloud { passthrough_rules: PassthroughRules::Counted(0), ..Cloud::default() },
            shoot: Seen::default(),
            ccm: Ccm::default(),
            state: State::default(),
        };
        let settings = Settings {
            wave: usize::MAX,
            settle_per_alias: Duration::ZERO,
            // A look is a pass.
            canary_interval: Duration::from_secs(10),
            ..Settings::default()
        };
        Ok(Self { seen, settings, history: History::default(), twice, passes: 0 })
    }

    /// Plans and does what is planned until nothing is left to do.
    fn until_done(&mut self, wish: Wish) -> Result<(), Error> {
        self.until(wish, |_| false)
    }

    /// Plans and does what is planned until it is `enough` or nothing is left to do.
    fn until(&mut self, wish: Wish, enough: impl Fn(&Self) -> bool) -> Result<(), Error> {
        self.history = History::default();
        while !enough(self) {
            if self.passes == PASSES {
                return Err(format!("{wish:?}: no end after {PASSES} passes").into());
            }
            self.passes += 1;
            let target = target(wish, &self.seen.state)?;
            self.look_at_canaries();
            let decision = self.pass(&target)?;
            let steps = match decision.verdict {
                Verdict::Done => return Ok(()),
                Verdict::Act(steps) => steps,
                Verdict::Report(state) => {
                    self.seen.state = *state;
                    Vec::new()
                }
                Verdict::LookAgain { at, .. } => {
                    self.seen.at = self.seen.at.max(at);
                    Vec::new()
                }
                Verdict::Refuse | Verdict::Stuck { .. } => return Err(format!("{decision:#?}").into()),
            };
            let done: Vec<_> = steps.iter().map(|step| step.id.clone()).collect();
            self.history.plans(&steps);
            self.take_effect(&steps);
            self.history.did(&done);
            if self.twice == Some(Stage::History) {
                let mut history = self.history.clone();
                history.plans(&steps);
                history.did(&done);
            }
            self.time_passes();
        }
        Ok(())
    }

    /// Changes the snapshot as the steps change the world. Routes, of which there are many, go all at once.
    fn take_effect(&mut self, steps: &[Step]) {
        let mut routes = BTreeSet::new();
        for step in steps {
            match &step.action {
                Action::Delete { object, .. } if object.kind == Kind::Route => {
                    routes.insert(&object.name);
                }
                action => plan::effect(action, &mut self.seen),
            }
        }
        self.seen.cloud.routes.retain(|route| !routes.contains(&route.name));
    }

    /// The decision, for which one stage is run twice.
    fn pass(&self, target: &Target) -> Result<Decision, Error> {
        let Self { seen, settings, history, .. } = self;
        let decide = || plan::plan(target, seen, settings, history);
        let decision = decide();
        match self.twice {
            Some(Stage::Reads) => {
                let (state, cloud) = (&seen.state, &seen.cloud);
                plan::reads(target, state, cloud, &plan::whole(state));
                plan::vms(target, state, cloud);
                plan::unconfirmed(target, state, cloud);
                plan::passthrough_rules(target, state, cloud);
                plan::keeping_vms(target, cloud);
                plan::lists_nodes(target, state, cloud);
                plan::lists_pods(target, state, cloud);
                plan::measured_canaries(state, cloud);
                if let (Some(nodes), Some(pods)) = (seen.shoot.nodes.known(), seen.shoot.pods.known()) {
                    plan::canary_pods(target, cloud, nodes, &pods.all, seen.at, settings);
                }
                plan::unread(&decision, seen, &plan::whole(state), &plan::whole(state));
            }
            Some(Stage::Plan) => drop(decide()),
            Some(Stage::Check) => {
                let course = Course::of(target, seen);
                plan::check(&decision.verdict, target, seen, course, settings)
                    .map_err(|refused| refused.to_string())?;
            }
            Some(Stage::State) => drop(journal::decode(Some(&journal::encode(&seen.state)))?),
            Some(Stage::History) | None => {}
        }
        Ok(decision)
    }

    /// Looks at the canaries that are being measured, all of whose pods answer.
    fn look_at_canaries(&mut self) {
        let Snapshot { at, cloud, state, shoot, .. } = &mut self.seen;
        let up = |pods: &[journal::Witness]| {
            let up = PodLook { answers: true, ready: true, unhealthy: 0 };
            let pods = pods.iter().map(|pod| (pod.uid.clone(), up));
            Some(NodeLook { kubelet: true, pods: pods.collect() })
        };
        let of = |canary: &&Canary| {
            let control = canary.control.iter().map(|control| (control.node.clone(), up(&control.pods)));
            let own = (canary.vm.name.to_string(), up(&canary.pods));
            control.chain([own]).collect::<Vec<_>>()
        };
        let nodes: BTreeMap<_, _> = plan::measured_canaries(state, cloud).iter().flat_map(of).collect();
        if nodes.is_empty() {
            shoot.window.looks.clear();
        } else {
            shoot.window.looks.push(Look { at: *at, nodes });
        }
    }

    /// What others do until the next look, and what Google chooses.
    fn time_passes(&mut self) {
        let Snapshot { since, at, cloud, ccm, .. } = &mut self.seen;
        *at += Duration::from_secs(1);
        *since = *at;
        if let Some(resource) = &mut ccm.managed_resource {
            resource.ignored = resource.ignore;
        }
        if ccm.replicas == Some(0) {
            ccm.pods.clear();
        }
        ccm.deployment_version = self.passes.to_string();
        ccm.managed_resource_version = self.passes.to_string();
        for (index, subnet) in cloud.subnets.iter_mut().enumerate() {
            subnet.fingerprint = format!("pass-{}", self.passes);
            if subnet.stack == StackType::DualExternal && subnet.ipv6_prefix.is_none() {
                subnet.ipv6_prefix = Some(format!("2600:1900:0:{index}::/64"));
            }
        }
        for vm in cloud.vms.values_mut() {
            vm.nic.fingerprint = format!("pass-{}", self.passes);
        }
    }

    /// Adds nodes, each with VM, route and pods, and whoever makes the routes.
    fn fill(&mut self, nodes: u32) -> Result<(), Error> {
        let pods: Ipv4Net = "100.64.0.0/10".parse()?;
        let (mut all, mut seen_pods) = (Vec::new(), Pods::default());
        let ready_since: Timestamp = "2026-08-01T10:00:00Z".parse()?;
        for (number, range) in (0..nodes).zip(pods.subnets(24)?) {
            let id = VmRef {
                zone: format!("{REGION}-b").into(),
                name: format!("{CLUSTER}-pool{}-z1-abcde-{number:05}", number * 4 / nodes).into(),
            };
            self.seen.cloud.routes.push(Route {
                name: format!("{CLUSTER}-0a1b2c3d-0000-4000-8000-{number:012}").into(),
                destination: range.into(),
                next_hop: NextHop::Vm(id.clone()),
                description: "k8s-node-route".to_owned(),
                tags: Vec::new(),
                priority: 1000,
            });
            all.push(node(&id, range));
            for index in 0..2 * PODS {
                let pod = pod(&id, index, ready_since);
                if !pod.endpoints.is_empty() {
                    seen_pods.answering.insert(pod.uid.clone());
                }
                seen_pods.all.push(pod);
            }
            let nic = Nic {
                name: "nic0".to_owned(),
                subnet: format!("{CLUSTER}-nodes").into(),
                aliases: Vec::new(),
                fingerprint: "first".to_owned(),
            };
            let (tags, status) = (vec![CLUSTER.to_owned()], "RUNNING".to_owned());
            self.seen
                .cloud
                .vms
                .insert(id.clone(), Vm { id, tags, status, can_forward: true, created: None, nic });
        }
        self.seen.shoot.nodes = Reading::Known(all);
        self.seen.shoot.pods = Reading::Known(seen_pods);
        self.seen.ccm = Ccm {
            replicas: Some(1),
            makes_routes: true,
            pods: vec![CcmPod { name: "ccm-1".to_owned(), makes_routes: true }],
            managed_resource: Some(ManagedResource::default()),
            ..Ccm::default()
        };
        Ok(())
    }

    /// VMs that bear their alias.
    fn aliases(&self) -> usize {
        self.seen.cloud.vms.values().filter(|vm| vm.nic.aliases.len() == 1).count()
    }

    /// Routes to nodes.
    fn routes(&self) -> usize {
        self.seen.cloud.routes.iter().filter(|route| route.description == "k8s-node-route").count()
    }
}

/// The Node of a VM, which is well.
fn node(vm: &VmRef, range: Ipv4Net) -> Node {
    Node {
        name: vm.name.to_string(),
        vm: Some(vm.clone()),
        pod_range: Some(range),
        pool: None,
        ready: true,
        schedulable: true,
        going: false,
        image: "Garden Linux 1877.4".to_owned(),
        guest: Guest::AliasesOff,
        unreadable: false,
    }
}

/// A pod on the Node of a VM: the first few answer and are measured, the others tell nothing.
fn pod(vm: &VmRef, index: usize, ready_since: Timestamp) -> Pod {
    let tells = index < PODS;
    Pod {
        namespace: "default".to_owned(),
        name: format!("pod-{index}-{}", vm.name),
        uid: format!("{index}-{}", vm.name),
        node: vm.name.to_string(),
        host_network: false,
        created: Some(ready_since),
        ready_since: Some(ready_since),
        endpoints: Vec::from_iter(tells.then(|| Endpoint { tls: false, port: 80, path: "/".to_owned() })),
        measured: tells.then_some(Cadence { period: 10, threshold: 3 }),
        vpn: false,
        going: false,
    }
}

fn target(wish: Wish, state: &State) -> Result<Target, Error> {
    let spec: InfrastructureSpec = serde_json::from_value(json!({
        "type": "gcp", "region": REGION, "secretRef": { "name": "cloudprovider", "namespace": CLUSTER },
        "providerConfig": {
            "apiVersion": "gcp.provider.extensions.gardener.cloud/v1alpha1", "kind": "InfrastructureConfig",
            "networks": { "workers": "10.250.0.0/16" },
        },
    }))?;
    let families: &[&str] = if wish == Wish::Ipv4 { &["IPv4"] } else { &["IPv4", "IPv6"] };
    let allowed = "gcp.provider.extensions.gardener.cloud/dual-stack-migration";
    let shoot: Shoot = serde_json::from_value(json!({
        "metadata": { "annotations": { allowed: "allow-beyond-hybrid-limits" } },
        "spec": { "networking": {
            "ipFamilies": families, "nodes": "10.250.0.0/16", "pods": "100.64.0.0/10", "services": "10.128.0.0/16",
        } },
        "status": { "technicalID": CLUSTER },
    }))?;
    Ok(desired::build(&Inputs {
        cluster: CLUSTER,
        project: PROJECT,
        spec: &spec,
        shoot: &shoot,
        goal: if wish == Wish::Nothing { Goal::Absent } else { Goal::Present },
        reported: &Reported::default(),
        state,
        words: None,
        service_account: false,
    })?)
}
