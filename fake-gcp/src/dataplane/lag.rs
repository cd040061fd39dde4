//! The instant at which a change is programmed on a host: a pure function of random seed, change and host.
//!
//! The draw is a hash, not a generator's next number, so it depends neither on the order of calls nor on
//! which other hosts are watched.

use std::fmt::{self, Write as _};

use super::change::{Change, VmRef, What};
use super::settings::{Edge, Lag, Settings};
use crate::time::Instant;

impl Settings {
    /// The instant at which `change` is in effect as far as traffic to `host` is concerned. The same random seed,
    /// change and host always give the same instant. Never before the operation started.
    ///
    /// A change of a VM has no lag: added at DONE, removed at the start of the operation.
    pub fn programmed_at(&self, seed: u64, change: &Change, host: &VmRef) -> Instant {
        match self.lag_of(change) {
            Ok(lag) => draw(lag, change, hash(seed, change, host)),
            Err(instant) => instant,
        }
    }

    /// The instant at which `change` is in effect for every host.
    pub(super) fn programmed_by(&self, change: &Change) -> Instant {
        match self.lag_of(change) {
            Ok(lag) => instant(lag.latest, change).max(instant(lag.earliest, change)),
            Err(instant) => instant,
        }
    }

    /// The lag of a change, or the instant at which one without lag is in effect.
    fn lag_of(&self, change: &Change) -> Result<Lag, Instant> {
        let lags = &self.lags;
        Ok(match &change.what {
            What::RouteAdded(_) | What::PolicyRouteAdded(_) => lags.route_added,
            What::RouteRemoved { .. } | What::PolicyRouteRemoved { .. } => lags.route_removed,
            What::RangeAdded { .. } => lags.range_added,
            What::RangeRemoved { .. } => lags.range_removed,
            What::OverlapFlag { on: true, .. } => lags.flag_on,
            What::OverlapFlag { on: false, .. } => lags.flag_off,
            What::AliasAdded { .. } => lags.alias_added,
            What::AliasRemoved { .. } => lags.alias_removed,
            What::VmAdded { .. } => return Err(change.done),
            What::VmRemoved { .. } => return Err(change.started),
        })
    }
}

fn draw(lag: Lag, change: &Change, random: u64) -> Instant {
    let earliest = instant(lag.earliest, change);
    let span = instant(lag.latest, change).since(earliest).as_micros();
    // Multiply and shift: the upper half of the product is uniform in 0..=span.
    let offset = (u128::from(random) * (span + 1)) >> 64;
    Instant::from_micros(earliest.as_micros().saturating_add(i64::try_from(offset).unwrap_or(i64::MAX)))
}

fn instant(edge: Edge, change: &Change) -> Instant {
    let done = i128::from(change.done.as_micros());
    let duration = done - i128::from(change.started.as_micros());
    let micros = done + duration * i128::from(edge.operation_percent) / 100 + i128::from(edge.micros);
    Instant::from_micros(i64::try_from(micros).unwrap_or(i64::MAX)).max(change.started)
}

/// FNV-1a over all parts, then the finaliser of SplitMix64, as FNV alone leaves the upper bits weak. Written
/// out because the standard library's hashers promise no stable result.
fn hash(seed: u64, change: &Change, host: &VmRef) -> u64 {
    let Change { cause, what, .. } = change;
    let sign = if what.takes_away() { '-' } else { '+' };
    let mut fnv = Fnv(0xcbf2_9ce4_8422_2325);
    let _never_fails = write!(fnv, "{seed} {} {sign} {} {host}", cause.seq, what.subject());
    let mut mixed = fnv.0;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

struct Fnv(u64);

impl fmt::Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for byte in text.bytes() {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        Ok(())
    }
}
