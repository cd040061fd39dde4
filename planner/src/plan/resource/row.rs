//! The columns of the table of kinds.

use serde_json::{Map, Value};

use crate::snapshot::Part;

/// The properties that all resources of a kind share.
#[derive(Debug)]
pub struct Row {
    /// The collection in Compute's paths, e.g. `subnetworks`; `None` if the kind belongs to another API.
    pub collection: Option<&'static str>,
    /// The noun in the label of a call, in Compute's terms, e.g. `subnetwork`.
    pub noun: &'static str,
    /// The noun in texts for people, e.g. `subnet`.
    pub label: &'static str,
    /// Whether a resource belongs to one VPC while its name is taken in the whole project, so that a resource of that name may be
    /// in another VPC.
    pub is_in_network: bool,
    /// The parts of the cloud that have to be read back after a change.
    pub shows_in: &'static [Part],
}

/// A JSON object of fields.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}
