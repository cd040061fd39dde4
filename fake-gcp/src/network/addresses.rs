//! Addresses of a subnet: those taken, and the next to give.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

use crate::api::error::ApiError;
use crate::cidr::{Blocks, first_free};
use crate::model::store::Project;
use crate::model::subnetworks::Subnetwork;

/// What is taken of a subnet.
#[derive(Debug)]
pub struct Taken<'a> {
    known: Vec<&'a Blocks>,
    others: Blocks,
}

impl Taken<'_> {
    /// Takes a range, too.
    pub fn add(&mut self, net: &Ipv4Net) {
        self.others.add(net);
    }

    /// Whether an address of a range is taken.
    pub fn overlaps(&self, net: &Ipv4Net) -> bool {
        self.others.overlaps(net) || self.known.iter().any(|blocks| blocks.overlaps(net))
    }

    /// The lowest free block of `range` with the given prefix length that overlaps none of `wanted` either.
    pub fn first_free(&self, range: &Ipv4Net, prefix_len: u8, wanted: &Blocks) -> Option<Ipv4Net> {
        let taken = self.known.iter().copied().chain([&self.others, wanted]);
        first_free(range, prefix_len, &taken.collect::<Vec<_>>())
    }

    /// The lowest free address of a range.
    pub fn first_free_address(&self, range: &Ipv4Net) -> Option<Ipv4Addr> {
        self.first_free(range, 32, &Blocks::default()).map(|net| net.addr())
    }
}

/// What is taken of a subnet: what is in use, and reserved addresses.
pub fn taken<'a>(project: &'a Project, subnetwork: &Subnetwork) -> Taken<'a> {
    let mut taken = in_use(project, subnetwork);
    taken.known.extend(project.addresses.taken(&subnetwork.key()));
    taken
}

/// What is in use: addresses and aliases of the interfaces of a subnet, addresses of forwarding rules, and what Google keeps
/// of the primary range (its first two and last two addresses).
fn in_use<'a>(project: &'a Project, subnetwork: &Subnetwork) -> Taken<'a> {
    let key = subnetwork.key();
    let known = [project.instances.taken(&key), project.forwarding_rules.taken(&key)];
    Taken {
        known: known.into_iter().flatten().collect(),
        others: reserved(&subnetwork.ip_cidr_range).iter().collect(),
    }
}

/// The address of a new user of a subnet: the one that was asked for, which may be
/// reserved but not in use, or the lowest free one.
pub(crate) fn pick(
    project: &Project,
    subnetwork: &Subnetwork,
    wanted: Option<Ipv4Addr>,
) -> Result<Ipv4Addr, ApiError> {
    let range = subnetwork.ip_cidr_range;
    match wanted {
        Some(address) if in_use(project, subnetwork).overlaps(&address.into()) => {
            Err(ApiError::ip_in_use(&address.to_string()))
        }
        Some(address) => Ok(address),
        None => taken(project, subnetwork).first_free_address(&range).ok_or_else(|| {
            ApiError::ip_space_exhausted(&subnetwork.path(&subnetwork.project), &range.to_string())
        }),
    }
}

fn reserved(primary: &Ipv4Net) -> [Ipv4Net; 4] {
    let (first, last) = (u32::from(primary.network()), u32::from(primary.broadcast()));
    let ends = [first, first.saturating_add(1), last.saturating_sub(1), last];
    ends.map(|address| Ipv4Net::from(Ipv4Addr::from(address)))
}
