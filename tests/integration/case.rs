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
}

impl Case {
    /// Makes all that is the user's, in its order.
    pub(crate) async fn make_what_is_the_users(&self, shoot: &Shoot) {
        for made in &self.user {
            made.make(shoot).await;
        }
    }

    /// The addresses that the NAT is given.
    pub(crate) fn addresses(&self) -> Vec<String> {
        let names = self.config.pointer("/networks/cloudNAT/natIPNames").and_then(Value::as_array);
        names.into_iter().flatten().map(|entry| entry["name"].as_str().unwrap().to_owned()).collect()
    }
}
