//! Cloud Routers with their NATs: `compute#router`.

use planner::snapshot::Router;
use planner::vocabulary::Region;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::gcp::types::ResourceUrl;
use crate::gcp::{Compute, Error, Path};

/// A router, as far as it is read.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Wire {
    name: String,
    network: ResourceUrl,
    /// The NATs as they came, because the whole list is sent back.
    nats: Vec<Map<String, Value>>,
}

/// The Cloud Router called `name` in `region`; `None` if it does not exist.
///
/// # Errors
/// If the API cannot tell.
pub async fn router(compute: &Compute, region: &Region, name: &str) -> Result<Option<Router>, Error> {
    let router: Option<Wire> = compute.get(&Path::region(region, "routers").name(name)).await?;
    Ok(router.map(|Wire { name, network, nats }| Router {
        name: name.into(),
        network: network.path().to_owned(),
        nats,
    }))
}
