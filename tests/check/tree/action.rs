//! Actions as trees.

use planner::plan::Action;
use serde_json::Value;

use super::{Parts, Tree, as_variant, object, variant};

impl Tree for Action {
    fn tree(&self) -> Value {
        match self {
            Self::Insert { object: of, body } => {
                variant("insert", object([("object", of.tree()), ("body", body.tree())]))
            }
            Self::Patch { object: of, change } => {
                variant("patch", object([("object", of.tree()), ("change", change.tree())]))
            }
            Self::Delete { object: of, traffic } => {
                variant("delete", object([("object", of.tree()), ("traffic", traffic.tree())]))
            }
            Self::SetNats { router, nat, before, nats } => variant(
                "setNats",
                object([
                    ("router", router.tree()),
                    ("nat", nat.tree()),
                    ("before", before.tree()),
                    ("nats", nats.tree()),
                ]),
            ),
            Self::SetAliases { vm, nic, fingerprint, aliases } => variant(
                "setAliases",
                object([
                    ("vm", vm.tree()),
                    ("nic", nic.tree()),
                    ("fingerprint", fingerprint.tree()),
                    ("aliases", aliases.tree()),
                ]),
            ),
            Self::WriteState(state) => variant("writeState", state.tree()),
            Self::TakeWords { words } => variant("takeWords", words.tree()),
            Self::IgnoreControlPlane { ignore, version } => variant(
                "ignoreControlPlane",
                object([("ignore", ignore.tree()), ("version", version.tree())]),
            ),
            Self::ScaleCcm { replicas, version } => {
                variant("scaleCcm", object([("replicas", replicas.tree()), ("version", version.tree())]))
            }
        }
    }

    fn of(tree: &Value) -> Option<Self> {
        let (name, tree) = as_variant(tree)?;
        let parts = |number| Parts::of(tree, number);
        Some(match name {
            "insert" => Self::Insert { object: parts(2)?.get("object")?, body: parts(2)?.get("body")? },
            "patch" => Self::Patch { object: parts(2)?.get("object")?, change: parts(2)?.get("change")? },
            "delete" => Self::Delete { object: parts(2)?.get("object")?, traffic: parts(2)?.get("traffic")? },
            "setNats" => {
                let parts = parts(4)?;
                Self::SetNats {
                    router: parts.get("router")?,
                    nat: parts.get("nat")?,
                    before: parts.get("before")?,
                    nats: parts.get("nats")?,
                }
            }
            "setAliases" => {
                let parts = parts(4)?;
                Self::SetAliases {
                    vm: parts.get("vm")?,
                    nic: parts.get("nic")?,
                    fingerprint: parts.get("fingerprint")?,
                    aliases: parts.get("aliases")?,
                }
            }
            "writeState" => Self::WriteState(Tree::of(tree)?),
            "takeWords" => Self::TakeWords { words: Tree::of(tree)? },
            "ignoreControlPlane" => {
                let parts = Parts::of(tree, 2)?;
                Self::IgnoreControlPlane { ignore: parts.get("ignore")?, version: parts.get("version")? }
            }
            "scaleCcm" => {
                let parts = Parts::of(tree, 2)?;
                Self::ScaleCcm { replicas: parts.get("replicas")?, version: parts.get("version")? }
            }
            _ => return None,
        })
    }
}
