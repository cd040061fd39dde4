//! Trouble on the controller's wires: calls that fail now and then, and what Google refuses for as long as somebody forbids it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use landscape::seed::memory::{Call, Verdict};
use serde_json::Value;

use super::super::life::Life;
use super::draw::Random;
use super::stage::Progress;
use crate::support::CloudFate;

/// What can be forbidden.
pub(super) const FORBIDDEN: [&str; 10] = [
    "services on",
    "services off",
    "dual",
    "single",
    "flag on",
    "flag off",
    "range on",
    "range off",
    "alias on",
    "alias off",
];
/// How it is refused, and what the answer says.
const REFUSALS: [(u16, &str, &str); 4] = [
    (412, "conditionNotMet", "Constraint constraints/compute.forbidden violated"),
    (403, "quotaExceeded", "Quota FORBIDDEN exceeded"),
    (403, "forbidden", "Required permission compute.forbidden is missing"),
    (400, "invalid", "Invalid value: forbidden"),
];

/// What becomes of the controller's calls.
#[derive(Clone)]
pub(super) struct Trouble {
    inner: Arc<Mutex<Inner>>,
    progress: Progress,
}

struct Inner {
    random: Random,
    /// In how many of a thousand calls something goes wrong that passes.
    rate: usize,
    forbidden: BTreeMap<&'static str, usize>,
    /// The VMs that were ever recorded as canaries, by their names.
    canaries: BTreeSet<String>,
}

impl Trouble {
    /// In `rate` of a thousand calls something goes wrong that passes.
    pub(super) fn new(random: Random, rate: usize, progress: Progress) -> Self {
        let inner = Inner { random, rate, forbidden: BTreeMap::new(), canaries: BTreeSet::new() };
        Self { inner: Arc::new(Mutex::new(inner)), progress }
    }

    /// From now on `what` is refused, in the way with this number.
    pub(super) fn forbid(&self, what: &'static str, how: usize) {
        self.inner.lock().unwrap().forbidden.insert(what, how);
    }

    /// From now on all is allowed.
    pub(super) fn allow(&self) {
        self.inner.lock().unwrap().forbidden.clear();
    }

    /// From now on nothing goes wrong by chance.
    pub(super) fn calm(&self) {
        self.inner.lock().unwrap().rate = 0;
    }

    /// Whether anything is refused for good.
    pub(super) fn forbids(&self) -> bool {
        !self.inner.lock().unwrap().forbidden.is_empty()
    }

    /// Whether `what` is refused for good.
    pub(super) fn forbids_this(&self, what: &str) -> bool {
        self.inner.lock().unwrap().forbidden.contains_key(what)
    }

    /// The VMs that were ever recorded as canaries, by their names.
    pub(super) fn canaries(&self) -> BTreeSet<String> {
        self.inner.lock().unwrap().canaries.clone()
    }

    /// Sees to all calls of the controller of `life`.
    pub(super) fn install(&self, life: &Life) {
        let this = self.clone();
        life.cloud.faults.before(move |request| this.of_cloud(request));
        let this = self.clone();
        life.before_each_call(move |call| this.of_seed(call));
    }

    fn of_cloud(&self, request: &http::Request<Bytes>) -> CloudFate {
        let mut inner = self.inner.lock().unwrap();
        let Inner { random, rate, forbidden, .. } = &mut *inner;
        let path = request.uri().path();
        let mutates = request.method() != http::Method::GET && !path.ends_with("testIamPermissions");
        if mutates && !path.contains("/routes/probe-") {
            self.progress.more();
        }
        if let Some(how) = change(request).and_then(|what| forbidden.get(what)) {
            let (code, reason, message) = REFUSALS[how % REFUSALS.len()];
            return CloudFate::RefuseSaying(code, reason, message);
        }
        if random.below(1000) >= *rate {
            return CloudFate::Pass;
        }
        let fates = [
            CloudFate::Refuse(503, "backendError"),
            CloudFate::Refuse(403, "rateLimitExceeded"),
            CloudFate::Refuse(429, "rateLimitExceeded"),
            CloudFate::LoseRequest,
            CloudFate::LoseReply,
            CloudFate::ApplyAndRefuse(503, "backendError"),
        ];
        let number = random.below(if mutates { fates.len() } else { 4 });
        fates[number].clone()
    }

    fn of_seed(&self, call: &Call) -> Verdict {
        let writes_state = call.method == "PATCH" && call.body.pointer("/status/state").is_some();
        if writes_state {
            self.progress.more();
        }
        let status = call.method == "PATCH"
            && call.path.contains("/infrastructures/")
            && call.body.get("status").is_some();
        let mut inner = self.inner.lock().unwrap();
        if let Some(text) = call.body.pointer("/status/state/data/migration~1canary").and_then(Value::as_str)
        {
            let canaries: Value = serde_json::from_str(text).unwrap();
            let tried = canaries["tried"].as_array().into_iter().flatten();
            let names = tried.filter_map(|canary| canary["vm"].as_str()?.rsplit('/').next());
            inner.canaries.extend(names.map(str::to_owned));
        }
        let rate = inner.rate * 2;
        if !status || inner.random.below(1000) >= rate {
            return Verdict::Pass;
        }
        match inner.random.below(4) {
            0 => Verdict::Fail(409, "Conflict".to_owned()),
            1 => Verdict::Fail(503, "ServiceUnavailable".to_owned()),
            2 => Verdict::DropRequest,
            _ => Verdict::DropReply,
        }
    }
}

/// The name in [`FORBIDDEN`] of what a request changes.
fn change(request: &http::Request<Bytes>) -> Option<&'static str> {
    let (method, path) = (request.method(), request.uri().path());
    let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
    let ours = || String::from_utf8_lossy(request.body()).contains("ipv4-pod-cidr");
    if path.ends_with("/updateNetworkInterface") {
        return Some(if ours() { "alias on" } else { "alias off" });
    }
    if !path.contains("/subnetworks") {
        return None;
    }
    if method == http::Method::POST && body["name"].as_str().is_some_and(|name| name.ends_with("-services")) {
        return Some("services on");
    }
    if method == http::Method::DELETE && path.ends_with("-services") {
        return Some("services off");
    }
    if method != http::Method::PATCH {
        return None;
    }
    match (&body["stackType"], &body["allowSubnetCidrRoutesOverlap"], body.get("secondaryIpRanges")) {
        (Value::String(stack), _, _) => Some(if stack == "IPV4_ONLY" { "single" } else { "dual" }),
        (_, Value::Bool(on), _) => Some(if *on { "flag on" } else { "flag off" }),
        (_, _, Some(_)) => Some(if ours() { "range on" } else { "range off" }),
        _ => None,
    }
}
