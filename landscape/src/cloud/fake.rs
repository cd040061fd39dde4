//! The fake's own API below `/_fake/`: credentials, the data-plane ledger, the request
//! log, faults, the clock, and all that a project holds.
//!
//! What is used here changes no cloud resource; those go through Compute like everybody else's.

use http::Method;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Cloud, CloudError, Result};
use crate::json::text;

/// The data-plane ledger of all watched (VM, range) pairs. A pair counts from the first instant at
/// which it was reachable until its VM is deleted.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
pub struct Ledger {
    /// Pairs that are watched, those included whose VM is gone.
    pub watched: u64,
    /// Watched pairs by what serves them at this instant.
    pub states: States,
    /// Sum over all pairs of the seconds in which the range was unreachable.
    pub gap_seconds_total: f64,
    /// Longest single gap, in seconds.
    pub max_gap_seconds: f64,
    /// The gaps as the fake reports them: VM, range, beginning, end, the request that opened it, and why.
    #[serde(default)]
    pub gaps: Vec<Value>,
}

impl Ledger {
    /// Names of the VMs with gaps, in order, each once.
    pub fn cut_off(&self) -> Vec<String> {
        let vms = self.gaps.iter().map(|gap| crate::json::text(gap, "/vm/name").to_owned());
        vms.collect::<std::collections::BTreeSet<_>>().into_iter().collect()
    }
}

/// Numbers of watched pairs by state; their sum is [`Ledger::watched`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct States {
    /// Served by routes alone.
    pub route: u64,
    /// Served by routes and aliases.
    pub both: u64,
    /// Served by aliases alone.
    pub alias: u64,
    /// Number of ranges that do not reach their VM.
    pub none: u64,
    /// The VM is gone.
    pub gone: u64,
}

/// Whether a range reaches its VM: by what, or else why not.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Reach {
    path: Option<String>,
    #[serde(default)]
    reason: String,
}

impl Reach {
    /// Whether it does.
    pub fn is_reached(&self) -> bool {
        self.path.is_some()
    }

    /// Whether the VM is there and runs, be its range reached or not.
    pub fn is_running(&self) -> bool {
        !matches!(self.reason.as_str(), "vm-absent" | "vm-stopped")
    }

    /// Whether the guest has taken the range for its own.
    pub fn is_taken_by_the_guest(&self) -> bool {
        self.reason == "guest-took-alias"
    }
}

/// Number of requests that a user agent has made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
pub struct RequestCount {
    /// Sequence number of the next request; passed as `since`, it leaves out all that came before.
    pub next_seq: u64,
    /// Number of all requests.
    pub total: u64,
    /// Number of requests that read.
    pub reads: u64,
    /// Number of requests that change something.
    pub mutations: u64,
}

#[derive(Deserialize)]
struct Token {
    token: String,
}

impl Cloud {
    pub(super) async fn issue_token(&self) -> Result<String> {
        let uri = "/_fake/tokens";
        let reply = self.send(Method::POST, uri, Some(&json!({"project": self.project()}))).await?;
        parse::<Token>(uri, reply).map(|reply| reply.token)
    }

    /// Makes a service account's public key known, so that assertions signed with its private half get tokens.
    pub async fn register_key(&self, client_email: &str, key_id: &str, public_key_pem: &str) -> Result<()> {
        let key = json!({
            "clientEmail": client_email,
            "keyId": key_id,
            "project": self.project(),
            "publicKeyPem": public_key_pem,
        });
        self.call(Method::POST, "/_fake/keys", Some(&key)).await.map(drop)
    }

    /// Begins to watch whether `range` is reachable on the VM `instance` in `zone`.
    pub async fn watch(&self, zone: &str, instance: &str, range: &str) -> Result<()> {
        let pair = json!({"project": self.project(), "zone": zone, "instance": instance, "range": range});
        self.call(Method::POST, "/_fake/watch", Some(&pair)).await.map(drop)
    }

    /// Whether `range` reaches the VM `instance` in `zone` now, watched or not.
    pub async fn reach(&self, zone: &str, instance: &str, range: &str) -> Result<Reach> {
        let project = self.project();
        let uri = format!("/_fake/reach?project={project}&zone={zone}&instance={instance}&range={range}");
        parse(&uri, self.call(Method::GET, &uri, None).await?)
    }

    /// The data-plane ledger as it is now.
    pub async fn ledger(&self) -> Result<Ledger> {
        let uri = "/_fake/ledger";
        parse(uri, self.call(Method::GET, uri, None).await?)
    }

    /// Requests of every user agent that begins with `agent`, from sequence number `since` on.
    pub async fn requests(&self, agent: &str, since: u64) -> Result<RequestCount> {
        let uri = format!("/_fake/requests?agent={agent}&since={since}");
        let reply = self.call(Method::GET, &uri, None).await?;
        parse(&uri, reply)
    }

    /// Requests to this project, one by one, of every user agent that begins with `agent`, from sequence number `since` on.
    pub async fn calls(&self, agent: &str, since: u64) -> Result<Vec<Value>> {
        #[derive(Deserialize)]
        struct Log {
            entries: Vec<Value>,
        }
        let uri = format!("/_fake/requests?agent={agent}&since={since}&entries=true");
        let log: Log = parse(&uri, self.call(Method::GET, &uri, None).await?)?;
        let place = format!("/projects/{}/", self.project());
        Ok(log.entries.into_iter().filter(|entry| text(entry, "/path").contains(&place)).collect())
    }

    /// All resources of the project, by kind. If two such values are equal, nothing
    /// was left behind and nothing was lost in between.
    pub async fn resources(&self) -> Result<Value> {
        self.call(Method::GET, &format!("/_fake/projects/{}/resources", self.project()), None).await
    }

    /// Adds a rule by which calls go wrong, in every project whose calls it matches.
    pub async fn add_fault(&self, rule: &Value) -> Result<()> {
        self.call(Method::POST, "/_fake/faults", Some(rule)).await.map(drop)
    }

    /// All these rules, each with how often it was met and how often it had its effect.
    pub async fn faults(&self) -> Result<Vec<Value>> {
        #[derive(Deserialize)]
        struct Faults {
            rules: Vec<Value>,
        }
        let uri = "/_fake/faults";
        parse::<Faults>(uri, self.call(Method::GET, uri, None).await?).map(|faults| faults.rules)
    }

    /// The present instant on the cloud's own clock, in which all durations are told.
    pub async fn clock(&self) -> Result<Timestamp> {
        #[derive(Deserialize)]
        struct Clock {
            now: Timestamp,
        }
        let uri = "/_fake/clock";
        parse::<Clock>(uri, self.call(Method::GET, uri, None).await?).map(|clock| clock.now)
    }
}

fn parse<T: for<'a> Deserialize<'a>>(uri: &str, reply: Value) -> Result<T> {
    serde_json::from_value(reply).map_err(|source| CloudError::Reply { uri: uri.to_owned(), source })
}
