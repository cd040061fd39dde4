//! Alias ranges: their reading, the rules that they must keep to, and the block that a netmask gets.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::cidr::Blocks;
use crate::model::instances::Alias;
use crate::model::subnetworks::Subnetwork;
use crate::network::addresses::Taken;
use crate::settings::Verdict;
use crate::state::State;

/// The addresses that a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Block {
    /// Just these addresses.
    Exact(Ipv4Net),
    /// A free block of this prefix length, whichever is the first.
    Length(u8),
}

/// An alias as a request wants it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Name of the secondary range; none for the primary range.
    pub range_name: Option<String>,
    /// Addresses that are wanted.
    pub block: Block,
}

impl Wanted {
    /// Whether the request asks for just this alias.
    pub(super) fn is(&self, alias: &Alias) -> bool {
        self.range_name == alias.range_name && self.block == Block::Exact(alias.cidr)
    }
}

/// Reads `aliasIpRanges`; `None` if the field is absent. `at` is the object that holds the list.
pub(super) fn parse(
    state: &State,
    at: &Body,
    subnetwork: &Subnetwork,
) -> Result<Option<Vec<Wanted>>, ApiError> {
    let Some(items) = at.objects("aliasIpRanges")? else { return Ok(None) };
    let limit = state.settings.limits.aliases_per_nic;
    if items.len() > limit {
        let why = format!(
            "At most {limit} alias IP ranges are allowed per network interface, {} were given.",
            items.len()
        );
        return Err(ApiError::invalid(&at.path("aliasIpRanges"), "", &why));
    }
    let mut wanted: Vec<Wanted> = Vec::new();
    for item in items {
        item.only(&["ipCidrRange", "subnetworkRangeName"])?;
        let alias = one(&item, subnetwork)?;
        let twice = matches!(alias.block, Block::Exact(_)) && wanted.contains(&alias);
        match state.settings.switches.duplicate_alias {
            Verdict::Refuse if twice => {
                return Err(item.invalid("ipCidrRange", "Alias IP ranges must not be given twice."));
            }
            Verdict::Accept if twice => {}
            _ => wanted.push(alias),
        }
    }
    Ok(Some(wanted))
}

fn one(item: &Body, subnetwork: &Subnetwork) -> Result<Wanted, ApiError> {
    let range_name = item.string("subnetworkRangeName")?.map(str::to_owned);
    let range = subnetwork.range(range_name.as_deref()).ok_or_else(|| {
        item.invalid("subnetworkRangeName", "The specified subnetwork secondary range does not exist.")
    })?;
    let text = item.require("ipCidrRange")?;
    let malformed =
        || item.invalid("ipCidrRange", "Must be an IP address, a netmask such as '/24', or a CIDR range.");
    let block = if let Some(length) = text.strip_prefix('/') {
        Block::Length(length.parse().ok().filter(|length| *length <= 32).ok_or_else(malformed)?)
    } else if let Ok(address) = text.parse::<Ipv4Addr>() {
        Block::Exact(Ipv4Net::from(address))
    } else {
        let cidr: Ipv4Net = text.parse().map_err(|_| malformed())?;
        Block::Exact(if cidr.trunc() == cidr { cidr } else { return Err(malformed()) })
    };
    let fits = match &block {
        Block::Exact(cidr) => range.contains(cidr),
        Block::Length(length) => *length >= range.prefix_len(),
    };
    if !fits {
        let why = format!("Alias IP range must lie within the subnetwork range {range}.");
        return Err(item.invalid("ipCidrRange", &why));
    }
    Ok(Wanted { range_name, block })
}

/// Turns what was wanted into alias ranges, none of them in `taken`.
pub(super) fn resolve(
    subnetwork: &Subnetwork,
    wanted: &[Wanted],
    present: &[Alias],
    mut taken: Taken<'_>,
) -> Result<Vec<Alias>, ApiError> {
    let path = subnetwork.path(&subnetwork.project);
    for alias in present.iter().filter(|alias| wanted.iter().any(|want| want.is(alias))) {
        taken.add(&alias.cidr);
    }
    // What is asked for by address in the same list comes first.
    let exact: Blocks = wanted
        .iter()
        .filter_map(|want| match &want.block {
            Block::Exact(cidr) => Some(cidr),
            Block::Length(_) => None,
        })
        .collect();
    let mut aliases = Vec::new();
    for want in wanted {
        let kept = present.iter().find(|alias| want.is(alias));
        let range = subnetwork.range(want.range_name.as_deref());
        let cidr = match (&want.block, range) {
            _ if kept.is_some() => kept.map(|alias| alias.cidr),
            (Block::Exact(cidr), Some(_)) => {
                if taken.overlaps(cidr) {
                    return Err(ApiError::ip_in_use(&cidr.to_string()));
                }
                Some(*cidr)
            }
            (Block::Length(length), Some(range)) => {
                let block = taken.first_free(&range, *length, &exact);
                Some(block.ok_or_else(|| ApiError::ip_space_exhausted(&path, &range.to_string()))?)
            }
            (_, None) => None,
        };
        let cidr = cidr.ok_or_else(|| {
            let name = want.range_name.as_deref().unwrap_or_default();
            let why = "The specified subnetwork secondary range does not exist.";
            ApiError::invalid("resource.aliasIpRanges[0].subnetworkRangeName", name, why)
        })?;
        taken.add(&cidr);
        aliases.push(Alias { range_name: want.range_name.clone(), cidr });
    }
    Ok(aliases)
}
