//! From the documents to a [`Target`]: decodes, picks, parses. May not look at anything that exists in the cloud.

use ipnet::Ipv4Net;
use serde_json::Value;

use super::{
    HybridLimits, NetworkTarget, NetworkingTarget, Ownership, Purpose, SubnetTarget, Target, TargetError,
    families, subnet_name,
};
use crate::api::cluster::Shoot;
use crate::api::config::InfrastructureConfig;
use crate::api::infrastructure::InfrastructureSpec;
use crate::api::names::{ALLOW_BEYOND_HYBRID_LIMITS, MIGRATION_ANNOTATION, PROVIDER_API_VERSION};

/// What the network of the shoot behind Cluster `cluster` in `project` shall be.
///
/// `committed`: there is no way back to IPv4. Then dual-stack is in effect whatever the spec says, as only reporting both
/// families keeps the control plane from making routes again.
///
/// # Errors
/// A [`TargetError`] that names the field to put right.
pub fn build(
    cluster: &str,
    project: &str,
    spec: &InfrastructureSpec,
    shoot: &Shoot,
    committed: bool,
) -> Result<Target, TargetError> {
    let config = decode(spec.provider_config.as_ref())?;
    let networking = shoot.spec.networking.clone().unwrap_or_default();
    let dual_stack = committed || families::dual_stack(shoot);
    let pods = optional_range("shoot.spec.networking.pods", networking.pods.as_deref())?;
    Ok(Target {
        cluster: cluster.to_owned(),
        control_plane_namespace: shoot.status.technical_id.clone().filter(|id| !id.is_empty()),
        project: project.to_owned(),
        region: spec.region.clone(),
        network: network(cluster, &config)?,
        subnets: subnets(cluster, &config, networking.services.as_deref(), dual_stack, pods)?,
        pods,
        dual_stack,
        families: families::reported(shoot, committed),
        networking: NetworkingTarget {
            nodes: networking.nodes,
            pods: networking.pods,
            services: networking.services,
        },
        hybrid_limits: match shoot.metadata.annotations.get(MIGRATION_ANNOTATION).map(String::as_str) {
            Some(ALLOW_BEYOND_HYBRID_LIMITS) => HybridLimits::Allow,
            _ => HybridLimits::Refuse,
        },
    })
}

fn decode(raw: Option<&Value>) -> Result<InfrastructureConfig, TargetError> {
    let raw = raw.ok_or(TargetError::NoConfig)?;
    let config: InfrastructureConfig =
        serde_json::from_value(raw.clone()).map_err(|error| TargetError::Config(error.to_string()))?;
    if config.api_version != PROVIDER_API_VERSION || config.kind != "InfrastructureConfig" {
        return Err(TargetError::Kind { api_version: config.api_version, kind: config.kind });
    }
    Ok(config)
}

fn network(cluster: &str, config: &InfrastructureConfig) -> Result<NetworkTarget, TargetError> {
    match &config.networks.vpc {
        None => Ok(NetworkTarget {
            name: cluster.to_owned(),
            ownership: Ownership::Own,
            mtu: config.networks.mtu,
        }),
        Some(vpc) if vpc.name.is_empty() => Err(TargetError::Missing {
            field: "spec.providerConfig.networks.vpc.name",
            needed_for: "a VPC of the user's is known by its name",
        }),
        Some(vpc) => Ok(NetworkTarget { name: vpc.name.clone(), ownership: Ownership::User, mtu: None }),
    }
}

fn subnets(
    cluster: &str,
    config: &InfrastructureConfig,
    services: Option<&str>,
    dual_stack: bool,
    pods: Option<Ipv4Net>,
) -> Result<Vec<SubnetTarget>, TargetError> {
    let workers = Some(&config.networks.workers).filter(|range| !range.is_empty());
    let workers = workers.unwrap_or(&config.networks.worker);
    if workers.is_empty() {
        return Err(TargetError::Missing {
            field: "spec.providerConfig.networks.workers",
            needed_for: "it is the range of the nodes subnet",
        });
    }
    let subnet = |purpose, range, pod_range| SubnetTarget {
        purpose,
        name: subnet_name(cluster, purpose),
        range,
        dual_stack,
        pod_range,
    };
    let mut subnets = vec![subnet(
        Purpose::Nodes,
        parse("spec.providerConfig.networks.workers", workers)?,
        pods.filter(|_| dual_stack),
    )];
    if let Some(range) =
        optional_range("spec.providerConfig.networks.internal", config.networks.internal.as_deref())?
    {
        subnets.push(subnet(Purpose::Internal, range, None));
    }
    if dual_stack {
        let range =
            optional_range("shoot.spec.networking.services", services)?.ok_or(TargetError::Missing {
                field: "shoot.spec.networking.services",
                needed_for: "it is the IPv4 range of the services subnet of a dual-stack shoot",
            })?;
        subnets.push(subnet(Purpose::Services, range, None));
    }
    Ok(subnets)
}

fn optional_range(field: &'static str, value: Option<&str>) -> Result<Option<Ipv4Net>, TargetError> {
    value.filter(|value| !value.is_empty()).map(|value| parse(field, value)).transpose()
}

/// A range must be canonical: host bits that are set are a typing mistake that Google would refuse later.
fn parse(field: &'static str, value: &str) -> Result<Ipv4Net, TargetError> {
    let wrong = |reason: String| TargetError::Range { field, value: value.to_owned(), reason };
    let range: Ipv4Net = value.parse().map_err(|error: ipnet::AddrParseError| wrong(error.to_string()))?;
    if range.trunc() == range {
        Ok(range)
    } else {
        Err(wrong(format!("its host bits are not zero, write {}", range.trunc())))
    }
}
