//! VMs, whose alias ranges are changed. Creating and deleting them is up to others.

use ipnet::Ipv4Net;
use serde_json::Value;

use super::row::Row;
use crate::snapshot::{Alias, Cloud, Part};
use crate::vocabulary::VmRef;

/// The properties of all VMs.
pub(super) const ROW: Row = Row {
    collection: Some("instances"),
    noun: "VM",
    label: "VM",
    is_in_network: false,
    shows_in: &[Part::Traffic],
};

/// Replaces the aliases of the interface `nic` in `cloud`, unless the interface has another fingerprint by now.
pub(in crate::plan) fn set_aliases(
    vm: &VmRef,
    nic: &str,
    fingerprint: &str,
    aliases: &[Value],
    cloud: &mut Cloud,
) {
    let present = cloud.vms.get_mut(vm).map(|vm| &mut vm.nic);
    if let Some(present) = present.filter(|present| present.name == nic && present.fingerprint == fingerprint)
    {
        present.aliases = aliases.iter().filter_map(alias).collect();
        present.fingerprint.clear();
    }
}

/// Removes `vm` from `cloud`, where it is confirmed gone from then on.
pub(in crate::plan) fn delete(vm: VmRef, cloud: &mut Cloud) {
    if cloud.vms.remove(&vm).is_some() {
        cloud.gone.insert(vm);
    }
}

/// An alias as it is read; `None` if it asks for any free block of a size, which only Google can choose.
fn alias(raw: &Value) -> Option<Alias> {
    let text = raw.get("ipCidrRange")?.as_str()?;
    // A single address may come without a mask.
    let range = text.parse::<Ipv4Net>().or_else(|_| format!("{text}/32").parse()).ok()?;
    let range_name = raw.get("subnetworkRangeName").and_then(Value::as_str).map(Into::into);
    Some(Alias { range, range_name, raw: raw.clone() })
}
