//! Construction of the [`Target`] from the documents. It depends on nothing that exists in the cloud.

use super::names::Named;
use super::target::{
    Goal, HybridLimits, NetworkTarget, NetworkingTarget, Ownership, RouterTarget, SubnetTarget, Target,
};
use super::{Reported, Retries, Said, TargetError, config, egress, families, flow_logs, names};
use crate::documents::cluster::Shoot;
use crate::documents::cluster::ShootNetworking;
use crate::documents::config::InfrastructureConfig;
use crate::documents::infrastructure::{InfrastructureSpec, InfrastructureStatus};
use crate::documents::names::MIGRATION_ANNOTATION;
use crate::journal::State;
use crate::vocabulary::{Purpose, Word, ranges, subnet_name};
use ipnet::Ipv4Net;

const WORKERS: &str = "spec.providerConfig.networks.workers";
const WORKER: &str = "spec.providerConfig.networks.worker";
const INTERNAL: &str = "spec.providerConfig.networks.internal";
const VPC: &str = "spec.providerConfig.networks.vpc.name";
const ROUTER: &str = "spec.providerConfig.networks.vpc.cloudRouter.name";

/// The input of [`build`].
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The name of the Cluster, from which all names derive.
    pub cluster: &'a str,
    /// The project that the credentials belong to.
    pub project: &'a str,
    /// The spec of the Infrastructure.
    pub spec: &'a InfrastructureSpec,
    /// The Shoot, from the Cluster.
    pub shoot: &'a Shoot,
    /// Whether the network shall exist.
    pub goal: Goal,
    /// The last report of the Infrastructure.
    pub reported: &'a Reported,
    /// The stored state. Once the point of no return is recorded dual-stack is in effect whatever the spec says, because only a
    /// report of both families keeps the control plane from making routes again.
    pub state: &'a State,
    /// The annotation of the Infrastructure with words about the migration.
    pub words: Option<&'a str>,
    /// Whether the shoot has a service account of its own for its VMs.
    pub service_account: bool,
}

/// Validates the documents and builds the desired network of a shoot.
///
/// # Errors
/// A [`TargetError`] that names the field to correct.
pub fn build(inputs: &Inputs<'_>) -> Result<Target, TargetError> {
    let Inputs { cluster, project, spec, shoot, goal, reported, state, words, service_account } = *inputs;
    let committed = state.is_committed_to_dual_stack();
    let config = config::decode(spec.provider_config.as_ref())?;
    names::check("spec.region", &spec.region)?;
    let networking = shoot.spec.networking.clone().unwrap_or_default();
    // A deletion needs names only, so families and ranges that cannot be parsed must not block it.
    let families = families::wanted(shoot);
    let families = if goal == Goal::Absent { families.unwrap_or_default() } else { families? };
    let both_reported = state.has_reported_both() || families::were_both_reported(shoot, &reported.nodes);
    let dual_stack = committed || both_reported || families::are_both_wanted(&families);
    let pods = optional_range("shoot.spec.networking.pods", networking.pods.as_deref());
    let pods = if goal == Goal::Absent { pods.unwrap_or_default() } else { pods? };
    let services = optional_range("shoot.spec.networking.services", networking.services.as_deref());
    // Only a dual-stack shoot has a subnet for them, so one with IPv4 only may say what it likes.
    let services = if goal == Goal::Present && dual_stack { services? } else { services.unwrap_or_default() };
    let said = Said::read(shoot.metadata.annotations.get(MIGRATION_ANNOTATION).map(String::as_str), words);
    let (subnets, old_worker) = match goal {
        Goal::Present => (subnets(cluster, &config, services, dual_stack, pods)?, old_worker(&config)?),
        Goal::Absent => (Vec::new(), None),
    };
    let (network, router) = place_of(inputs, &config)?;
    if goal == Goal::Present {
        // A committed migration is exempt: its dual-stack names cannot be avoided any more.
        let named = Named {
            cluster,
            dual_stack: dual_stack && !committed,
            own_router: router.ownership == Ownership::Own,
            service_account,
        };
        named.check()?;
    }
    let control_plane_namespace = shoot.status.technical_id.clone().filter(|id| !id.is_empty());
    if let Some(id) = &control_plane_namespace {
        // Looked for in a wrong namespace, the cloud-controller-manager would seem to be absent.
        names::check("technicalID in the status of the Cluster's Shoot", id)?;
    }
    let nat = egress::nat(cluster, &config, reported.nat_ips.clone().filter(|_| committed));
    if goal == Goal::Present && !committed {
        for (index, name) in nat.addresses.iter().enumerate() {
            names::check(format!("spec.providerConfig.networks.cloudNAT.natIPNames[{index}].name"), name)?;
        }
    }
    Ok(Target {
        goal,
        cluster: cluster.into(),
        control_plane_namespace,
        project: project.into(),
        region: spec.region.clone().into(),
        network,
        router,
        // A committed migration keeps the reported addresses; a change of them is put off until it is over.
        nat,
        subnets,
        old_worker,
        service_account,
        pods,
        services,
        dual_stack,
        reported: both_reported,
        going: shoot.metadata.deletion_timestamp.is_some(),
        families: families::reported(&families, shoot, &reported.nodes, committed || both_reported),
        networking: reported_ranges(networking, goal)?,
        hybrid_limits: if said.say(Word::AllowBeyondHybridLimits) {
            HybridLimits::Allow
        } else {
            HybridLimits::Refuse
        },
        said,
        retries: Retries::of(shoot),
    })
}

/// The VPC and the router of an Infrastructure; `None` if its configuration cannot be decoded.
pub fn place(
    cluster: &str,
    spec: &InfrastructureSpec,
    status: Option<&InfrastructureStatus>,
) -> Option<(NetworkTarget, RouterTarget)> {
    let config = config::decode(spec.provider_config.as_ref()).ok()?;
    let wanted = (network(cluster, &config), egress::router(cluster, &config));
    Some(Reported::of(status).place(cluster, wanted))
}

/// The VPC and the router: the configured ones, unless the network was made in another VPC.
fn place_of(
    inputs: &Inputs<'_>,
    config: &InfrastructureConfig,
) -> Result<(NetworkTarget, RouterTarget), TargetError> {
    let wanted = (network(inputs.cluster, config), egress::router(inputs.cluster, config));
    let are_names = |(network, router): &(NetworkTarget, RouterTarget)| {
        if network.ownership == Ownership::User {
            names::check(VPC, &network.name)?;
        }
        if router.ownership == Ownership::User {
            names::check(ROUTER, &router.name)?;
        }
        Ok(())
    };
    // A network cannot move: it is deleted, and its migration finished, in the VPC where it was made.
    if inputs.goal == Goal::Absent || inputs.state.is_committed_to_dual_stack() {
        let place = inputs.reported.place(inputs.cluster, wanted);
        return are_names(&place).map(|()| place);
    }
    are_names(&wanted)?;
    match &inputs.reported.vpc {
        Some(vpc) if vpc.name != wanted.0.name => {
            Err(TargetError::Moved { wanted: wanted.0.name.to_string(), reported: vpc.name.clone() })
        }
        _ => Ok(wanted),
    }
}

/// The configured VPC; one without a name counts as absent, so the shoot gets its own.
fn network(cluster: &str, config: &InfrastructureConfig) -> NetworkTarget {
    match config.networks.vpc.as_ref().filter(|vpc| !vpc.name.is_empty()) {
        None => NetworkTarget { name: cluster.into(), ownership: Ownership::Own, mtu: config.networks.mtu },
        Some(vpc) => NetworkTarget { name: vpc.name.clone().into(), ownership: Ownership::User, mtu: None },
    }
}

/// The range of the former field `worker`, if `workers` overrides it with another range.
fn old_worker(config: &InfrastructureConfig) -> Result<Option<Ipv4Net>, TargetError> {
    let networks = &config.networks;
    let worker = optional_range(WORKER, Some(&networks.worker))?;
    Ok(worker.filter(|_| !networks.workers.is_empty() && networks.workers != networks.worker))
}

fn subnets(
    cluster: &str,
    config: &InfrastructureConfig,
    services: Option<Ipv4Net>,
    dual_stack: bool,
    pods: Option<Ipv4Net>,
) -> Result<Vec<SubnetTarget>, TargetError> {
    let networks = &config.networks;
    let (field, workers) = match networks.workers.as_str() {
        "" => (WORKER, networks.worker.as_str()),
        workers => (WORKERS, workers),
    };
    if workers.is_empty() {
        return Err(TargetError::Missing {
            field: WORKERS,
            needed_for: "it is the range of the nodes subnet",
        });
    }
    let subnet = |purpose, range, pod_range| SubnetTarget {
        purpose,
        name: subnet_name(cluster, purpose),
        range,
        dual_stack,
        pod_range,
        flow_logs: None,
    };
    let nodes = subnet(Purpose::Nodes, parse(field, workers)?, pods.filter(|_| dual_stack));
    let mut subnets = vec![SubnetTarget { flow_logs: flow_logs::flow_logs(config), ..nodes }];
    if let Some(range) = optional_range(INTERNAL, networks.internal.as_deref())? {
        subnets.push(subnet(Purpose::Internal, range, None));
    }
    if dual_stack {
        let range = services.ok_or(TargetError::Missing {
            field: "shoot.spec.networking.services",
            needed_for: "it is the IPv4 range of the services subnet of a dual-stack shoot",
        })?;
        subnets.push(subnet(Purpose::Services, range, None));
    }
    Ok(subnets)
}

/// The ranges to report, spelled as in the Shoot. A deletion reports nothing, so it does not check them.
fn reported_ranges(networking: ShootNetworking, goal: Goal) -> Result<NetworkingTarget, TargetError> {
    let checked = |field, text: Option<String>| match text.filter(|text| !text.is_empty()) {
        Some(text) if goal == Goal::Present => {
            let wrong = |reason| TargetError::Range { field, value: text.clone(), reason };
            ranges::any(&text).map_err(wrong)?;
            Ok(Some(text))
        }
        text => Ok(text),
    };
    Ok(NetworkingTarget {
        nodes: checked("shoot.spec.networking.nodes", networking.nodes)?,
        pods: checked("shoot.spec.networking.pods", networking.pods)?,
        services: checked("shoot.spec.networking.services", networking.services)?,
    })
}

fn optional_range(field: &'static str, value: Option<&str>) -> Result<Option<Ipv4Net>, TargetError> {
    value.filter(|value| !value.is_empty()).map(|value| parse(field, value)).transpose()
}

fn parse(field: &'static str, value: &str) -> Result<Ipv4Net, TargetError> {
    ranges::canonical(value).map_err(|reason| TargetError::Range { field, value: value.to_owned(), reason })
}
