//! Canaries: the nodes that get their alias before all others, by what they are measured, and what came of it.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::vocabulary::{Cadence, VmRef, is_name};

/// The canaries of a migration, in the order in which they were chosen, and the worker pools that go on without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default)]
pub struct Canaries {
    /// The canaries; several of a pool where what was measured of the earlier ones told nothing.
    pub tried: Vec<Canary>,
    /// The worker pools without evidence that go on all the same.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waived: Vec<String>,
}

/// A node that gets its alias before the others of its worker pool, written before it does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Canary {
    /// The worker pool, by the names of its VMs.
    pub pool: String,
    /// The VM.
    #[serde(serialize_with = "write_vm", deserialize_with = "read_vm")]
    pub vm: VmRef,
    /// The pods by which it is measured; never empty.
    pub pods: Vec<Witness>,
    /// The node beside it that has no alias; `None`: there is none that could be measured.
    pub control: Option<Control>,
    /// The instant of the look by which it was chosen; looks before it do not count.
    pub since: Timestamp,
    /// What came of it; `None`: it is being measured, or about to be.
    pub verdict: Option<CanaryVerdict>,
}

/// A node without alias, which shows what else is wrong with the cluster.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Control {
    /// The name of its Node.
    pub node: String,
    /// The pods by which it is measured; never empty.
    pub pods: Vec<Witness>,
}

/// A pod that shows whether its node can be reached.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Witness {
    /// The namespace and the name, e.g. `kube-system/coredns-x`.
    pub pod: String,
    /// The identity.
    pub uid: String,
    /// Whether it is asked through the API server, as it answered before.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outer: bool,
    /// How soon its kubelet notices that it does not answer; `None`: its kubelet does not measure it over the network.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inner: Option<Cadence>,
}

/// What came of a canary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CanaryVerdict {
    /// The pods were reached all the time.
    Proven,
    /// The pods were cut off.
    Failed,
    /// What was seen shows neither, but that the node is reached with its alias.
    Unknown,
    /// Not even that was seen: the node may be cut off by its alias.
    Unseen,
    /// The VM went before anything was known.
    Gone,
}

impl Canary {
    /// Whether what came of it leaves open whether its node is reached with the alias, or shows that it is not. One that went may be back,
    /// such as a node whose route was lost for a while.
    pub fn is_in_doubt(&self) -> bool {
        match self.verdict {
            Some(
                CanaryVerdict::Failed | CanaryVerdict::Unknown | CanaryVerdict::Unseen | CanaryVerdict::Gone,
            ) => true,
            None | Some(CanaryVerdict::Proven) => false,
        }
    }
}

impl CanaryVerdict {
    /// The word for it, as the state has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proven => "proven",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Unseen => "unseen",
            Self::Gone => "gone",
        }
    }
}

impl Canaries {
    /// Whether nothing is recorded.
    pub fn is_empty(&self) -> bool {
        self.tried.is_empty() && self.waived.is_empty()
    }

    /// The canaries that are being measured, or about to be.
    pub fn open(&self) -> impl Iterator<Item = &Canary> {
        self.tried.iter().filter(|canary| canary.verdict.is_none())
    }

    /// Whether a canary of `pool` is being measured, or about to be.
    pub fn measures(&self, pool: &str) -> bool {
        self.open().any(|canary| canary.pool == pool)
    }

    /// Whether a canary of `pool` was proven.
    pub fn proves(&self, pool: &str) -> bool {
        self.of(pool).any(|canary| canary.verdict == Some(CanaryVerdict::Proven))
    }

    /// The canaries that were proven.
    pub fn proven(&self) -> impl Iterator<Item = &Canary> {
        self.tried.iter().filter(|canary| canary.verdict == Some(CanaryVerdict::Proven))
    }

    /// The number of canaries of `pool` that showed nothing.
    pub fn unknown(&self, pool: &str) -> usize {
        self.of(pool).filter(|canary| canary.verdict == Some(CanaryVerdict::Unknown)).count()
    }

    /// The canaries of `pool` that may be cut off without that anybody could see it.
    pub fn unseen<'a>(&'a self, pool: &'a str) -> impl Iterator<Item = &'a Canary> {
        self.of(pool).filter(|canary| canary.verdict == Some(CanaryVerdict::Unseen))
    }

    /// Whether all nodes of `pool` may get their aliases.
    pub fn allow(&self, pool: &str) -> bool {
        self.proves(pool) || self.waived.iter().any(|waived| waived == pool)
    }

    /// The canaries of `pool`.
    pub fn of<'a>(&'a self, pool: &'a str) -> impl Iterator<Item = &'a Canary> {
        self.tried.iter().filter(move |canary| canary.pool == pool)
    }
}

/// The form is JSON.
impl fmt::Display for Canaries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Canaries {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_str(text).map_err(|_| ())
    }
}

/// Canaries that end a migration: some failed, or nothing shows whether they did. It does not begin again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CanaryFailure {
    /// [`CanaryVerdict::Failed`] or [`CanaryVerdict::Unknown`].
    pub verdict: CanaryVerdict,
    /// The nodes that failed, as `ZONE/NAME`; the worker pools of which nothing is known.
    pub who: Vec<String>,
    /// The instant of the look that showed it.
    pub at: Timestamp,
    /// What was seen, for people.
    pub saw: String,
    /// Whether the Shoot said `canary-again` when it failed. That word has had its attempt; only its owner can remove it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub used_up: bool,
}

/// The form is JSON.
impl fmt::Display for CanaryFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for CanaryFailure {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        serde_json::from_str(text).map_err(|_| ())
    }
}

/// Writes a VM in the form `ZONE/NAME`.
fn write_vm<S: Serializer>(vm: &VmRef, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(vm)
}

/// Reads a VM in the form `ZONE/NAME`.
fn read_vm<'de, D: Deserializer<'de>>(deserializer: D) -> Result<VmRef, D::Error> {
    let text = String::deserialize(deserializer)?;
    let parts = text.split_once('/').filter(|(zone, name)| is_name(zone) && is_name(name));
    let (zone, name) = parts.ok_or_else(|| D::Error::custom("no ZONE/NAME"))?;
    Ok(VmRef { zone: zone.into(), name: name.into() })
}

#[cfg(test)]
mod tests {
    use super::{Canaries, CanaryFailure};

    #[test]
    fn what_is_written_is_read() {
        let canaries = concat!(
            r#"{"tried":[{"pool":"c-p","vm":"z/c-p-z1-a-b","pods":[{"pod":"n/p","uid":"u","outer":true,"#,
            r#""inner":{"period":10,"threshold":3}}],"control":{"node":"o","pods":[{"pod":"n/q","uid":"v","outer":true}]},"#,
            r#""since":"2026-09-01T10:00:00Z","verdict":"proven"}],"waived":["c-q"]}"#,
        );
        let read: Canaries = canaries.parse().unwrap();
        assert_eq!(read.to_string(), canaries);
        assert!(read.allow("c-p") && read.allow("c-q") && !read.allow("c-r") && !read.measures("c-p"));
        let failure = r#"{"verdict":"failed","who":["z/n"],"at":"2026-09-01T10:00:00Z","saw":"nothing"}"#;
        assert_eq!(failure.parse::<CanaryFailure>().unwrap().to_string(), failure);
        for text in ["", "{", r#"{"tried":[{"pool":"p","vm":"n"}]}"#] {
            assert!(text.parse::<Canaries>().is_err(), "{text}");
        }
    }
}
