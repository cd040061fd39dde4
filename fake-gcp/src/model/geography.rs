//! Regions and zones of Google's, with the range that an auto-mode network gives to its subnet in each.

/// A region of Google's.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    /// Name of the region.
    pub name: &'static str,
    /// Letters of its zones, which end their names.
    pub zones: &'static [&'static str],
    /// Range of the subnet of an auto-mode network.
    pub auto_range: [u8; 4],
    /// Whether Google lets in whoever wants; if not, an auto-mode network has no subnet there.
    pub open: bool,
}

/// A region whose subnet of an auto-mode network begins at `10.second.0.0`.
const fn region_of(name: &'static str, zones: &'static [&'static str], second: u8) -> Region {
    Region { name, zones, auto_range: [10, second, 0, 0], open: true }
}

/// A region that projects are let into on request only.
const fn closed(region: Region) -> Region {
    Region { open: false, ..region }
}

/// All regions in order of name. In those that are open an auto-mode network gets a subnet, as recorded. The zones, and the
/// ranges of these subnets, are documented, but for the range of `asia-southeast3`, of which others report.
pub const REGIONS: &[Region] = &[
    region_of("africa-south1", &["a", "b", "c"], 218),
    region_of("asia-east1", &["a", "b", "c"], 140),
    region_of("asia-east2", &["a", "b", "c"], 170),
    region_of("asia-northeast1", &["a", "b", "c"], 146),
    region_of("asia-northeast2", &["a", "b", "c"], 174),
    region_of("asia-northeast3", &["a", "b", "c"], 178),
    region_of("asia-south1", &["a", "b", "c"], 160),
    region_of("asia-south2", &["a", "b", "c"], 190),
    region_of("asia-southeast1", &["a", "b", "c"], 148),
    region_of("asia-southeast2", &["a", "b", "c"], 184),
    region_of("asia-southeast3", &["a", "b", "c"], 232),
    region_of("australia-southeast1", &["a", "b", "c"], 152),
    region_of("australia-southeast2", &["a", "b", "c"], 192),
    region_of("europe-central2", &["a", "b", "c"], 186),
    region_of("europe-north1", &["a", "b", "c"], 166),
    region_of("europe-north2", &["a", "b", "c"], 226),
    region_of("europe-southwest1", &["a", "b", "c"], 204),
    region_of("europe-west1", &["b", "c", "d"], 132),
    region_of("europe-west10", &["a", "b", "c"], 214),
    region_of("europe-west12", &["a", "b", "c"], 210),
    region_of("europe-west2", &["a", "b", "c"], 154),
    region_of("europe-west3", &["a", "b", "c"], 156),
    region_of("europe-west4", &["a", "b", "c"], 164),
    region_of("europe-west6", &["a", "b", "c"], 172),
    region_of("europe-west8", &["a", "b", "c"], 198),
    region_of("europe-west9", &["a", "b", "c"], 200),
    region_of("me-central1", &["a", "b", "c"], 212),
    closed(region_of("me-central2", &["a", "b", "c"], 216)),
    region_of("me-west1", &["a", "b", "c"], 208),
    region_of("northamerica-northeast1", &["a", "b", "c"], 162),
    region_of("northamerica-northeast2", &["a", "b", "c"], 188),
    region_of("northamerica-south1", &["a", "b", "c"], 224),
    region_of("southamerica-east1", &["a", "b", "c"], 158),
    region_of("southamerica-west1", &["a", "b", "c"], 194),
    region_of("us-central1", &["a", "b", "c", "f"], 128),
    region_of("us-east1", &["b", "c", "d"], 142),
    region_of("us-east4", &["a", "b", "c"], 150),
    region_of("us-east5", &["a", "b", "c"], 202),
    region_of("us-south1", &["a", "b", "c"], 206),
    region_of("us-west1", &["a", "b", "c"], 138),
    region_of("us-west2", &["a", "b", "c"], 168),
    region_of("us-west3", &["a", "b", "c"], 180),
    region_of("us-west4", &["a", "b", "c"], 182),
];

/// A region by name.
pub fn region(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// The scopes of all regions (`regions/R`), for aggregated lists.
pub fn scopes() -> Vec<String> {
    REGIONS.iter().map(|region| format!("regions/{}", region.name)).collect()
}

/// The global scope and those of all regions.
pub fn scopes_with_global() -> Vec<String> {
    let mut scopes = vec!["global".to_owned()];
    scopes.extend(self::scopes());
    scopes
}

/// The scopes of all zones (`zones/Z`).
pub fn zone_scopes() -> Vec<String> {
    zones().map(|zone| format!("zones/{zone}")).collect()
}

/// The region of a zone.
pub fn region_of_zone(zone: &str) -> Option<&'static Region> {
    let (name, letter) = zone.rsplit_once('-')?;
    region(name).filter(|region| region.zones.contains(&letter))
}

/// The names of all zones in order.
pub fn zones() -> impl Iterator<Item = String> {
    REGIONS.iter().flat_map(|region| region.zones.iter().map(|zone| format!("{}-{zone}", region.name)))
}
