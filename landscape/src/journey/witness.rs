//! The witness of a journey: sees every change of Nodes and pods, remembers what must not happen to any of them, and has the cloud watch
//! the pod range of each Node from when it has one, whoever let it join.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures::StreamExt as _;
use futures::stream::select_all;
use kube::runtime::watcher::Event;
use serde_json::Value;
use tokio::task::JoinSet;

use crate::cloud::Cloud;
use crate::json::{at, text};
use crate::neighbours::World;
use crate::neighbours::objects::{Kind, Objects};

/// Message of the condition by which the cloud-controller-manager marks a Node that it initialises, twice in a row at times, whether there
/// is a route by then or not.
const NEW: &str = "Node created without a route";

/// Label of a Node with the zone of its VM, which the cloud-controller-manager adds.
const ZONE: &str = "topology.kubernetes.io/zone";

/// What was seen so far. Clones see the same.
#[derive(Debug, Clone, Default)]
pub(super) struct Seen(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Pod ranges by Node.
    ranges: BTreeMap<String, String>,
    /// Nodes with the pod ranges that the cloud has been told to watch.
    watched: BTreeSet<(String, String)>,
    /// Nodes that were reachable by what they say of themselves.
    available: BTreeSet<String>,
    /// Addresses by the uid of a pod.
    addresses: BTreeMap<String, String>,
    unavailable: Vec<String>,
    moved: Vec<String>,
}

impl Seen {
    /// Nodes that turned NetworkUnavailable after they were available.
    pub(super) fn unavailable(&self) -> Vec<String> {
        self.state().unavailable.clone()
    }

    /// Nodes whose first pod range, and pods whose address, became another one.
    pub(super) fn moved(&self) -> Vec<String> {
        self.state().moved.clone()
    }

    /// Number of pod ranges that the cloud has been told to watch.
    pub(super) fn watched(&self) -> usize {
        self.state().watched.len()
    }

    /// Has the cloud watch the pod range of `node`, if it has one that is not watched yet, and a zone.
    async fn watch(&self, cloud: &Cloud, node: &Value) {
        let label = |name: &str| at(node, "/metadata/labels").get(name).and_then(Value::as_str);
        let (Some(zone), range) = (label(ZONE), text(node, "/spec/podCIDR")) else { return };
        let pair = (text(node, "/metadata/name").to_owned(), range.to_owned());
        if range.is_empty() || self.state().watched.contains(&pair) {
            return;
        }
        match cloud.watch(zone, &pair.0, range).await {
            Ok(()) => drop(self.state().watched.insert(pair)),
            // The next change of the Node is the next occasion.
            Err(error) => tracing::warn!(%error, node = pair.0, "the pod range is not watched"),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, object: &Value) {
        let mut state = self.state();
        let (name, uid) = (text(object, "/metadata/name"), text(object, "/metadata/uid"));
        let (range, address) = (text(object, "/spec/podCIDR"), text(object, "/status/podIP"));
        if !range.is_empty() {
            let former = state.ranges.insert(name.to_owned(), range.to_owned());
            if let Some(former) = former.filter(|former| former != range) {
                state.moved.push(format!("Node {name} from {former} to {range}"));
            }
        }
        if !address.is_empty() {
            let former = state.addresses.insert(uid.to_owned(), address.to_owned());
            if let Some(former) = former.filter(|former| former != address) {
                state.moved.push(format!("pod {name} from {former} to {address}"));
            }
        }
        match condition(object) {
            Some(condition) if text(condition, "/status") == "False" => {
                state.available.insert(name.to_owned());
            }
            Some(condition) if text(condition, "/message") != NEW && state.available.remove(name) => {
                state.unavailable.push(name.to_owned());
            }
            _ => {}
        }
    }
}

/// Status of a Node's condition NetworkUnavailable; `None` if it has none.
pub(super) fn network_unavailable(node: &Value) -> Option<&str> {
    condition(node).map(|found| text(found, "/status"))
}

/// A Node's condition NetworkUnavailable.
fn condition(node: &Value) -> Option<&Value> {
    let mut conditions = at(node, "/status/conditions").as_array().into_iter().flatten();
    conditions.find(|condition| text(condition, "/type") == "NetworkUnavailable")
}

/// The witness at work; dropped, it looks away.
pub(super) struct Witness {
    pub(super) seen: Seen,
    _watching: JoinSet<()>,
}

impl Witness {
    pub(super) fn start(world: &World) -> Self {
        let seen = Seen::default();
        let objects = [
            Objects::cluster_wide(&world.shoot_api, Kind::Node),
            Objects::within(&world.shoot_api, Kind::Pod, "default"),
            Objects::within(&world.shoot_api, Kind::Pod, "kube-system"),
        ];
        let mut watching = JoinSet::new();
        let (teller, cloud) = (seen.clone(), world.cloud.clone());
        watching.spawn(async move {
            let mut events = pin!(select_all(objects.map(|objects| objects.watch().boxed())));
            while let Some(event) = events.next().await {
                if let Ok(Event::Apply(object) | Event::InitApply(object)) = event {
                    // What was decoded can be encoded.
                    let object = serde_json::to_value(&object).unwrap_or_default();
                    teller.see(&object);
                    teller.watch(&cloud, &object).await;
                }
            }
        });
        Self { seen, _watching: watching }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn node(range: &str, unavailable: &str) -> Value {
        json!({
            "metadata": {"name": "n", "uid": "u"}, "spec": {"podCIDR": range},
            "status": {"conditions": [{"type": "NetworkUnavailable", "status": unavailable}]},
        })
    }

    #[test]
    fn a_node_that_was_available_and_is_not_any_more_is_remembered_once() {
        let seen = Seen::default();
        for status in ["True", "False", "False", "True", "True"] {
            seen.see(&node("100.96.0.0/24", status));
        }
        assert_eq!(seen.unavailable(), ["n"]);
        assert_eq!(seen.moved(), Vec::<String>::new());
    }

    #[test]
    fn a_node_that_is_initialised_once_more_has_lost_nothing() {
        let (seen, mut new) = (Seen::default(), node("a", "True"));
        new["status"]["conditions"][0]["message"] = json!(NEW);
        for object in [node("a", "False"), new.clone(), node("a", "False"), new] {
            seen.see(&object);
        }
        assert_eq!(seen.unavailable(), Vec::<String>::new());
        seen.see(&node("a", "True"));
        assert_eq!(seen.unavailable(), ["n"]);
    }

    #[test]
    fn what_moves_is_remembered() {
        let seen = Seen::default();
        let pod =
            |address: &str| json!({"metadata": {"name": "p", "uid": "v"}, "status": {"podIP": address}});
        for object in [node("a", "False"), node("b", "False"), pod(""), pod("1"), pod("1"), pod("2")] {
            seen.see(&object);
        }
        assert_eq!(seen.moved(), ["Node n from a to b", "pod p from 1 to 2"]);
    }
}
