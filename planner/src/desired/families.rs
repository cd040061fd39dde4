//! The IP families in effect.

use super::TargetError;
use crate::documents::cluster::Shoot;
use crate::vocabulary::ranges;

/// The families of a list of ranges, each once, in order of appearance. Texts that are no range are skipped.
pub(super) fn of_ranges(list: &[String]) -> Vec<String> {
    let mut families: Vec<String> = Vec::new();
    for range in list {
        let family = match ranges::any(range.trim()) {
            Ok(ipnet::IpNet::V4(_)) => "IPv4",
            Ok(ipnet::IpNet::V6(_)) => "IPv6",
            Err(_) => continue,
        };
        if !families.iter().any(|known| known == family) {
            families.push(family.to_owned());
        }
    }
    families
}

/// The families in the spec of the Shoot, each once; empty if it names none, which means IPv4.
///
/// # Errors
/// [`TargetError::Family`] for an unknown family.
pub(super) fn wanted(shoot: &Shoot) -> Result<Vec<String>, TargetError> {
    let named = shoot.spec.networking.iter().flat_map(|networking| &networking.ip_families);
    let mut families: Vec<String> = Vec::new();
    for family in named.filter(|family| !family.is_empty()) {
        if !["IPv4", "IPv6"].contains(&family.as_str()) {
            return Err(TargetError::Family { value: family.clone() });
        }
        if !families.contains(family) {
            families.push(family.clone());
        }
    }
    Ok(families)
}

/// Whether the `wanted` families are more than IPv4.
pub(super) fn are_both_wanted(wanted: &[String]) -> bool {
    !wanted.is_empty() && wanted != ["IPv4"]
}

/// Whether node ranges of both families were reported. `reported` are those in the Infrastructure's own last report, which the Shoot
/// repeats a little later.
pub(super) fn were_both_reported(shoot: &Shoot, reported: &[String]) -> bool {
    [status_nodes(shoot), reported].into_iter().any(|ranges| of_ranges(ranges).len() > 1)
}

/// The families to report: those of the node ranges reported last if they are two, else the wanted ones, else both if the point
/// of no return is recorded.
pub(super) fn reported(
    wanted: &[String],
    shoot: &Shoot,
    reported: &[String],
    committed: bool,
) -> Vec<String> {
    let known = [status_nodes(shoot), reported].map(of_ranges);
    let known = known.into_iter().find(|families| families.len() > 1).unwrap_or_default();
    let families = if known.len() > 1 { known } else { wanted.to_vec() };
    if committed && families.len() < 2 { vec!["IPv4".to_owned(), "IPv6".to_owned()] } else { families }
}

fn status_nodes(shoot: &Shoot) -> &[String] {
    shoot.status.networking.as_ref().map_or(&[], |networking| networking.nodes.as_slice())
}

#[cfg(test)]
mod tests {
    use super::of_ranges;

    #[test]
    fn families_of_ranges() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["10.250.0.0/16", "2600:1900::/64"], &["IPv4", "IPv6"]),
            (&["2600:1900::/64", "10.0.0.0/8"], &["IPv6", "IPv4"]),
            (&["10.0.0.0/16", "10.1.0.0/16"], &["IPv4"]),
            (&["", " 10.0.0.0/8 ", "bad"], &["IPv4"]),
            (&[], &[]),
        ];
        for (ranges, wanted) in cases {
            let ranges: Vec<String> = ranges.iter().map(|range| (*range).to_owned()).collect();
            assert_eq!(of_ranges(&ranges), wanted, "{ranges:?}");
        }
    }
}
