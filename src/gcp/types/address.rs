//! `compute#address`.

use serde::Deserialize;

use super::ResourceUrl;

/// A reserved address of a region.
#[derive(Clone, Debug, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Address {
    /// Its name, unique in project and region.
    pub name: String,
    /// Its URL.
    pub self_link: ResourceUrl,
    /// The address itself, without a mask.
    pub address: String,
    /// `EXTERNAL` or `INTERNAL`.
    pub address_type: String,
    /// `RESERVING`, `RESERVED` or `IN_USE`.
    pub status: String,
    /// What uses it.
    pub users: Vec<ResourceUrl>,
    /// The subnetwork that an internal one is taken from.
    pub subnetwork: Option<ResourceUrl>,
}
