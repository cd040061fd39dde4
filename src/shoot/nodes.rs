//! Nodes, and what their guests are told.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};
use ipnet::Ipv4Net;
use planner::documents::null;
use planner::snapshot::{Guest, Node, Reading};
use planner::vocabulary::{ProjectId, VmRef, canonical, is_name};
use serde::Deserialize;

use super::api::reading;
use super::guest::{APPLIED, Configuration, SECRET};
use super::{Shoot, ShootError};

/// The label with the worker pool.
const POOL: &str = "worker.gardener.cloud/pool";
/// The taint of a Node that the autoscaler takes away.
const SCALED_DOWN: &str = "ToBeDeletedByClusterAutoscaler";
/// What a providerID of Google's begins with.
const PROVIDER: &str = "gce://";

/// The most Secrets that are read for their guests: one per pool, and one more while it is rolled. Users can write what Nodes name.
const SECRETS: usize = 200;
/// The number of Secrets that are read at a time.
const CONCURRENCY: usize = 8;

/// Whether it is of interest what the guests of Nodes are told, which takes a call for each worker pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guests {
    /// The Secrets that Nodes name are read.
    Read,
    /// No Secret is read, and all are [`Guest::Unread`].
    Unread,
}

impl Shoot {
    /// The Nodes of the shoot, with VMs of `project`. One that cannot be read is one, too, as its absence would say that it does not exist.
    pub async fn nodes(&self, project: &ProjectId, guests: Guests) -> Reading<Vec<Node>> {
        reading("the Nodes", async {
            let (mut nodes, mut unreadable) = (Vec::new(), Vec::new());
            for item in self.items::<Wire>("/api/v1/nodes", "", "the Nodes").await? {
                match item {
                    Ok(node) if !node.metadata.name.is_empty() => nodes.push(node),
                    Ok(node) => unreadable.push(node.metadata.name),
                    Err(name) => unreadable.push(name),
                }
            }
            let configurations = match guests {
                Guests::Read => Some(self.configurations(&nodes).await?),
                Guests::Unread => None,
            };
            let read = nodes.into_iter().map(|node| node.parsed(project, configurations.as_ref()));
            Ok(read.chain(unreadable.into_iter().map(Node::unreadable)).collect())
        })
        .await
    }

    /// What the Secrets that `nodes` name say, by name.
    async fn configurations(&self, nodes: &[Wire]) -> Result<BTreeMap<String, Configuration>, ShootError> {
        let names: BTreeSet<&String> =
            nodes.iter().filter_map(|node| node.metadata.labels.get(SECRET)).collect();
        let read = futures::stream::iter(names.into_iter().take(SECRETS).cloned()).map(|name| async move {
            let configuration = self.configuration(&name).await?;
            Ok(configuration.map(|configuration| (name, configuration)))
        });
        let read: Vec<_> = read.buffer_unordered(CONCURRENCY).try_collect().await?;
        Ok(read.into_iter().flatten().collect())
    }
}

/// A Node, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    #[serde(deserialize_with = "null::is_absent")]
    metadata: Metadata,
    #[serde(deserialize_with = "null::is_absent")]
    spec: Spec,
    #[serde(deserialize_with = "null::is_absent")]
    status: Status,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Metadata {
    #[serde(deserialize_with = "null::is_absent")]
    name: String,
    deletion_timestamp: Option<String>,
    #[serde(deserialize_with = "null::in_map")]
    labels: BTreeMap<String, String>,
    #[serde(deserialize_with = "null::in_map")]
    annotations: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Spec {
    #[serde(rename = "providerID", deserialize_with = "null::is_absent")]
    provider_id: String,
    #[serde(rename = "podCIDR", deserialize_with = "null::is_absent")]
    pod_cidr: String,
    #[serde(rename = "podCIDRs", deserialize_with = "null::in_list")]
    pod_cidrs: Vec<String>,
    #[serde(deserialize_with = "null::is_absent")]
    unschedulable: bool,
    #[serde(deserialize_with = "null::in_list")]
    taints: Vec<Taint>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Taint {
    #[serde(deserialize_with = "null::is_absent")]
    key: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    #[serde(deserialize_with = "null::in_list")]
    conditions: Vec<Condition>,
    #[serde(deserialize_with = "null::is_absent")]
    node_info: NodeInfo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Condition {
    #[serde(rename = "type", deserialize_with = "null::is_absent")]
    kind: String,
    #[serde(deserialize_with = "null::is_absent")]
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct NodeInfo {
    #[serde(deserialize_with = "null::is_absent")]
    os_image: String,
}

impl Wire {
    fn parsed(self, project: &ProjectId, configurations: Option<&BTreeMap<String, Configuration>>) -> Node {
        let Self { metadata, spec, status } = self;
        let guest = configurations.map_or(Guest::Unread, |configurations| {
            let configuration = metadata.labels.get(SECRET).and_then(|name| configurations.get(name));
            let applied = metadata.annotations.get(APPLIED);
            configuration.map_or(Guest::Unknown, |configuration| configuration.of(applied))
        });
        let scaled_down = spec.taints.iter().any(|taint| taint.key == SCALED_DOWN);
        Node {
            vm: vm(&spec.provider_id, project),
            pod_range: pod_range(&spec),
            pool: metadata.labels.get(POOL).filter(|pool| !pool.is_empty()).cloned(),
            ready: status.conditions.iter().any(|one| one.kind == "Ready" && one.status == "True"),
            schedulable: !spec.unschedulable && !scaled_down,
            going: metadata.deletion_timestamp.is_some(),
            image: status.node_info.os_image,
            guest,
            unreadable: false,
            name: metadata.name,
        }
    }
}

/// The VM of `project` that a providerID names.
fn vm(provider_id: &str, project: &ProjectId) -> Option<VmRef> {
    let mut parts = provider_id.strip_prefix(PROVIDER)?.split('/');
    let (Some(of), Some(zone), Some(name), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let is_ours = *project == of && is_name(zone) && is_name(name);
    is_ours.then(|| VmRef { zone: zone.into(), name: name.into() })
}

/// The IPv4 range of the pods. The list counts, of which the single field is the first.
fn pod_range(spec: &Spec) -> Option<Ipv4Net> {
    let all = spec.pod_cidrs.iter().chain(std::iter::once(&spec.pod_cidr));
    all.filter_map(|text| canonical(text).ok()).next()
}
