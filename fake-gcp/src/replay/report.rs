//! How the answers to a log compare, counted and printed by cause.

use std::collections::BTreeMap;
use std::fmt;

use super::{Difference, Exchange};

/// How one answer compares with the recorded one.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Both answers are the same.
    Exact,
    /// The answers differ at these places.
    Differs(Vec<Difference>),
    /// The call is of another API, or by a method that is not modelled.
    NotModelled,
}

impl Verdict {
    /// The number of differences; those of a status count more than any other.
    pub(super) fn distance(&self) -> usize {
        match self {
            Self::Exact | Self::NotModelled => 0,
            Self::Differs(all) if all.iter().any(|difference| difference.at == "status") => 20,
            Self::Differs(all) => 1 + all.len(),
        }
    }
}

/// How the answers to a log compare.
#[derive(Debug, Clone)]
pub struct Report {
    /// Name of the log.
    pub name: String,
    /// Number of answers that are exact.
    pub exact: usize,
    /// Number of answers that differ.
    pub differ: usize,
    /// Number of exchanges by methods that are not modelled.
    pub not_modelled: usize,
    causes: BTreeMap<(String, Difference), usize>,
}

impl Report {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), exact: 0, differ: 0, not_modelled: 0, causes: BTreeMap::new() }
    }

    pub(super) fn add(&mut self, exchange: &Exchange, verdict: Verdict) {
        match verdict {
            Verdict::Exact => self.exact += 1,
            Verdict::NotModelled => self.not_modelled += 1,
            Verdict::Differs(differences) => {
                self.differ += 1;
                let path = exchange.url.split('?').next().unwrap_or_default();
                let path = path.split_once("/projects/").map_or(path, |(_, path)| path);
                for difference in differences {
                    let cause = (format!("{} {path}", exchange.method), difference);
                    *self.causes.entry(cause).or_default() += 1;
                }
            }
        }
    }

    /// The share of exact answers among those that were compared, in percent; 100 if none was.
    pub fn percent(&self) -> f64 {
        percent(self.exact, self.differ)
    }
}

/// The share of `exact` in `exact` and `differ` together, in percent.
#[expect(clippy::cast_precision_loss, reason = "logs have few exchanges")]
pub(super) fn percent(exact: usize, differ: usize) -> f64 {
    match exact + differ {
        0 => 100.0,
        all => 100.0 * exact as f64 / all as f64,
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, percent) = (self.exact + self.differ, self.percent());
        let Self { name, exact, not_modelled, .. } = self;
        writeln!(f, "{name}: {exact} of {all} exact ({percent:.1} %), {not_modelled} not modelled")?;
        for ((call, difference), count) in &self.causes {
            writeln!(f, "  {count}x {call}\n      {difference}")?;
        }
        Ok(())
    }
}
