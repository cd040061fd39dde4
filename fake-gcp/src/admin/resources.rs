//! The dump of all resources of a project, as their APIs print them: what a test compares before and after.

use serde_json::Value;

use crate::resources::KINDS;
use crate::state::State;

impl State {
    /// The resources of a project by kind, in order of place and name; `None` if there is no such project.
    ///
    /// Nothing is left out or masked. What was not touched between two calls is printed the same, ids,
    /// timestamps and fingerprints included: equal dumps mean that the project holds what it held. What follows
    /// from other resources is printed as it is at the time: the users of an address, the subnets of a network,
    /// the warnings of a route, the routes of subnets. Reserved ranges, routes of peerings and learned routes are no
    /// resources of the API and are printed as they were given.
    pub fn resources(&self, project: &str) -> Option<Value> {
        self.store.project(project)?;
        let dumps = KINDS.iter().flat_map(|kind| kind.dump);
        Some(dumps.map(|(name, all)| ((*name).to_owned(), Value::from(all(self, project)))).collect())
    }
}
