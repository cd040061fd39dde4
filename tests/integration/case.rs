//! What goes into a case, as a file in `testdata/integration/` gives it.

use serde::Deserialize;
use serde_json::Value;

use crate::shoot::Shoot;

/// What goes in, and the names of the parts of what must come out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Case {
    /// The Shoot's spec.
    pub(crate) shoot: Value,
    /// What the user makes before and deletes after.
    #[serde(default)]
    pub(crate) user: Vec<Made>,
    /// The members of the InfrastructureConfig.
    pub(crate) config: Value,
    /// What the cluster makes while it stands. Its machines go before it goes; all else is left over.
    #[serde(default)]
    pub(crate) cluster: Vec<Made>,
    /// The files in `expected/` that hold what must be there; see [`crate::expected::Part`].
    #[serde(default)]
    pub(crate) expected: Vec<String>,
    /// What there is more of after the deletion than before, because it is Google's.
    #[serde(default)]
    pub(crate) stays: Vec<String>,
}

/// Something that the user makes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Made {
    /// Where, below the project.
    pub(crate) collection: String,
    /// As the API takes it.
    pub(crate) body: Value,
}

impl Made {
    /// Makes it.
    pub(crate) async fn make(&self, shoot: &Shoot) {
        shoot.world.cloud.insert(&self.collection, self.body.clone()).await.unwrap();
    }

    /// Deletes it.
    pub(crate) async fn delete(&self, shoot: &Shoot) {
        let path = format!("{}/{}", self.collection, self.body["name"].as_str().unwrap());
        shoot.world.cloud.delete(&path).await.unwrap();
    }
}

impl Case {
    /// Makes what the cluster makes, and takes its machines away.
    pub(crate) async fn leave_things_behind(&self, shoot: &Shoot) {
        for made in &self.cluster {
            made.make(shoot).await;
        }
        for machine in self.cluster.iter().filter(|made| made.collection.ends_with("/instances")) {
            machine.delete(shoot).await;
        }
    }

    /// The addresses that the NAT is given.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let names = self.config.pointer("/networks/cloudNAT/natIPNames").and_then(Value::as_array);
        names.into_iter().flatten().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    }
}
