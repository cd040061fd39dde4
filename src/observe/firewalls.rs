//! Firewall rules: `compute#firewall`.

use planner::snapshot::Firewall;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Path, Query};

/// A firewall rule with all its fields, which the planner compares one by one.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Wire {
    name: String,
    network: ResourceUrl,
    target_tags: Vec<String>,
    #[serde(flatten)]
    other: Map<String, Value>,
}

/// The firewall rules of `network`.
///
/// # Errors
/// If the list cannot be had whole.
pub(super) async fn read(compute: &Compute, network: &str) -> Result<Vec<Firewall>, Error> {
    let (query, network) = (Query::of(compute.of_network(network)?), compute.network_url(network));
    let list: Vec<Wire> = compute.list(&Path::global("firewalls"), &query).await?;
    Ok(list.into_iter().filter(|rule| rule.network.same_as(&network)).map(Firewall::from).collect())
}

impl From<Wire> for Firewall {
    fn from(Wire { name, network, target_tags, other: mut fields }: Wire) -> Self {
        fields.insert("network".to_owned(), json!(network.path()));
        fields.insert("targetTags".to_owned(), json!(target_tags));
        Self { name: name.into(), target_tags, fields }
    }
}
