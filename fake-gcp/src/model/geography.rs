//! Regions and zones that the fake knows: a few of Google's, with the range that
//! an auto-mode network gives to its subnet in each.

/// A region of Google's.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    /// Name of the region.
    pub name: &'static str,
    /// Letters of its zones, which end their names.
    pub zones: &'static [&'static str],
    /// Range of the subnet of an auto-mode network.
    pub auto_range: [u8; 4],
}

/// All regions in order of name. Ranges of auto-mode subnets: documented.
pub const REGIONS: &[Region] = &[
    Region { name: "asia-east1", zones: &["a", "b", "c"], auto_range: [10, 140, 0, 0] },
    Region { name: "europe-west1", zones: &["b", "c", "d"], auto_range: [10, 132, 0, 0] },
    Region { name: "europe-west3", zones: &["a", "b", "c"], auto_range: [10, 156, 0, 0] },
    Region { name: "europe-west4", zones: &["a", "b", "c"], auto_range: [10, 164, 0, 0] },
    Region { name: "us-central1", zones: &["a", "b", "c", "f"], auto_range: [10, 128, 0, 0] },
    Region { name: "us-east1", zones: &["b", "c", "d"], auto_range: [10, 142, 0, 0] },
    Region { name: "us-west1", zones: &["a", "b", "c"], auto_range: [10, 138, 0, 0] },
];

/// A region by name.
pub fn region(name: &str) -> Option<&'static Region> {
    REGIONS.iter().find(|region| region.name == name)
}

/// A value for each region by its scope (`regions/R`), for aggregated lists.
pub fn region_scopes<T>(mut of_region: impl FnMut(&str) -> T) -> Vec<(String, T)> {
    REGIONS.iter().map(|region| (format!("regions/{}", region.name), of_region(region.name))).collect()
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
