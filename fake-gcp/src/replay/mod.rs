//! Recorded traffic against a world of its own: each request of a log is sent, and each answer compared with what was recorded.
//!
//! A log is the exchanges of one client in their order, separated by lines `---`: request line with the whole URL, headers, a
//! blank line, the body; then the status line, headers, and the body of the answer. Names that whoever recorded it took
//! out stand in it as `${networkID}`; they become names that the API takes. One such name may have stood for several
//! resources: see `names.rs`.

mod compare;
mod exchange;
mod names;
mod report;

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};

use crate::time::Instant;
use crate::{Settings, World};

pub use compare::Difference;
pub use exchange::{BadLog, Exchange};
use names::Names;
pub use report::{Report, Verdict};

/// The hosts whose APIs are modelled in part.
const HOSTS: [&str; 5] = [
    "compute.googleapis.com",
    "www.googleapis.com",
    "iam.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "networkconnectivity.googleapis.com",
];

/// Time that passes before each request, so that every operation has ended.
const STEP: Duration = Duration::from_secs(10);

/// Number of readings of a log that are followed at the same time.
const READINGS: usize = 24;

/// Replays one log in a fresh world and says of each of its exchanges how the answer compares, in the reading that fits best.
pub fn replay(name: &str, text: &str) -> Result<Report, BadLog> {
    let exchanges = exchange::parse(text)?;
    let mut readings = vec![Stage::new(text)];
    for exchange in &exchanges {
        let mut next: Vec<Stage> = readings.into_iter().flat_map(|stage| stage.play(exchange)).collect();
        next.sort_by_key(|stage| stage.distance);
        next.truncate(READINGS);
        readings = next;
    }
    let mut report = Report::new(name);
    let verdicts = readings.into_iter().next().map(|stage| stage.verdicts).unwrap_or_default();
    for (exchange, verdict) in exchanges.iter().zip(verdicts) {
        report.add(exchange, verdict);
    }
    Ok(report)
}

/// Whether a body shows an operation, of Compute or of a service that describes its operations beside.
fn is_operation(body: &Value) -> bool {
    let of_compute = body.get("kind").is_some_and(|kind| kind == "compute#operation");
    let described = body.pointer("/metadata/@type").and_then(Value::as_str);
    of_compute || described.is_some_and(|described| described.ends_with("OperationMetadata"))
}

/// The world of a replay in one reading of the log, and what is known of the names in it.
#[derive(Clone)]
struct Stage {
    world: World,
    now: Instant,
    names: Names,
    /// The operation that was started last in each scope; `None` if the call was not modelled.
    operations: BTreeMap<String, Option<String>>,
    verdicts: Vec<Verdict>,
    distance: usize,
}

impl Stage {
    fn new(log: &str) -> Self {
        // Logs of different years show subnets in different forms.
        let form = if log.contains("\"allowSubnetCidrRoutesOverlap\":") { "newest" } else { "older" };
        let settings = json!({ "authentication": "anonymous", "switches": { "subnet_form": form } });
        let settings: Settings = serde_json::from_value(settings).unwrap_or_default();
        let now = Instant::EPOCH + Duration::from_secs(1_700_000_000);
        Self {
            world: World::new(settings),
            now,
            names: Names::default(),
            operations: BTreeMap::new(),
            verdicts: Vec::new(),
            distance: 0,
        }
    }

    fn judged(mut self, verdict: Verdict) -> Self {
        self.distance += verdict.distance();
        self.verdicts.push(verdict);
        self
    }

    /// The stages to which the readings of an exchange lead.
    fn play(mut self, exchange: &Exchange) -> Vec<Self> {
        if !HOSTS.contains(&exchange.host()) {
            return vec![self.judged(Verdict::NotModelled)];
        }
        // An operation that was seen under way is seen so here, too.
        if !(exchange.is_poll() && exchange.shows_operation_under_way()) {
            self.now = self.now + STEP;
        }
        let scope = exchange.scope().to_owned();
        let operation = match self.operations.get(&scope) {
            Some(None) if exchange.is_poll() => return vec![self.judged(Verdict::NotModelled)],
            known => known.cloned().flatten(),
        };
        self.prepare(exchange);
        let choices = self.names.choices(exchange);
        choices
            .into_iter()
            .map(|names| self.clone().read(exchange, names, &scope, operation.as_deref()))
            .collect()
    }

    /// The stage after an exchange with its names read in one way.
    fn read(mut self, exchange: &Exchange, names: Names, scope: &str, operation: Option<&str>) -> Self {
        let mut world = self.world.clone();
        let (verdict, body) = self.send(&mut world, exchange, &names, operation);
        (self.world, self.names) = (world, names);
        self.names.learn(exchange);
        if !exchange.is_poll() && is_operation(&exchange.reply) {
            let name = body.get("name").and_then(Value::as_str).filter(|_| is_operation(&body));
            // Some services name operations by their path.
            let name = name.and_then(|name| name.rsplit('/').next());
            match (name, &verdict) {
                (Some(name), _) => self.operations.insert(scope.to_owned(), Some(name.to_owned())),
                (None, Verdict::NotModelled) => self.operations.insert(scope.to_owned(), None),
                (None, _) => self.operations.remove(scope),
            };
        }
        self.judged(verdict)
    }

    /// Makes known what was there before the log began: its projects, and networks that are seen before they are made.
    fn prepare(&mut self, exchange: &Exchange) {
        let project = exchange.project();
        if let Ok(fixture) = serde_json::from_value(json!({ "projects": [project] })) {
            // What cannot be made known shows as a difference.
            drop(self.world.load(&fixture));
        }
        let Some(name) = exchange.shows_network().filter(|name| !self.names.is_known("networks", name))
        else {
            return;
        };
        let recorded = |field: &str| exchange.reply.get(field).cloned().unwrap_or_default();
        let auto = recorded("autoCreateSubnetworks");
        let shown = ["description", "autoCreateSubnetworks", "mtu", "routingConfig", "enableUlaInternalIpv6"];
        let shown = shown.map(|field| (field.to_owned(), recorded(field)));
        let body: Value = shown.into_iter().chain([("name".to_owned(), name.into())]).collect();
        self.call("POST", &format!("/compute/v1/projects/{project}/global/networks"), &body.to_string());
        // Regions that came since have no subnet in it.
        if let Some(recorded) = exchange.reply.get("subnetworks").and_then(Value::as_array) {
            let shown =
                self.call("GET", &format!("/compute/v1/projects/{project}/global/networks/{name}"), "");
            let links = shown.get("subnetworks").and_then(Value::as_array).into_iter().flatten();
            for link in links.filter(|link| !recorded.contains(link)).filter_map(Value::as_str) {
                let path = link.split_once("/compute/").map_or("", |(_, path)| path);
                self.call("DELETE", &format!("/compute/{path}"), "");
            }
        }
        self.names.add("networks", name);
        if auto == true {
            self.names.add("subnetworks", name);
        }
    }

    /// Makes a call of its own and lets what it started end.
    fn call(&mut self, method: &str, path: &str, body: &str) -> Value {
        let request = Request::builder().method(method).uri(path);
        let Ok(request) = request.body(Bytes::from(body.to_owned())) else { return Value::Null };
        let response = self.world.handle(self.now, &request);
        self.now = self.now + STEP;
        self.world.advance_to(self.now);
        serde_json::from_slice(response.body()).unwrap_or_default()
    }

    /// The body with the fingerprints that the resource has here.
    fn fresh(&self, world: &mut World, path: &str, body: String) -> String {
        let Ok(Value::Object(mut sent)) = serde_json::from_str(&body) else { return body };
        if !sent.contains_key("fingerprint") && !sent.contains_key("labelFingerprint") {
            return body;
        }
        let path = path.split('?').next().unwrap_or_default();
        let resource = path.rfind("/set").and_then(|end| path.get(..end)).unwrap_or(path);
        let Ok(request) = Request::get(resource).body(Bytes::new()) else { return body };
        let shown: Value =
            serde_json::from_slice(world.handle(self.now, &request).body()).unwrap_or_default();
        let inner = ["setTags", "setMetadata"].into_iter().find(|verb| path.ends_with(verb));
        let inner = inner.map_or("", |verb| if verb == "setTags" { "/tags" } else { "/metadata" });
        for field in ["fingerprint", "labelFingerprint"] {
            if let (Some(sent), Some(shown)) =
                (sent.get_mut(field), shown.pointer(&format!("{inner}/{field}")))
            {
                sent.clone_from(shown);
            }
        }
        Value::Object(sent).to_string()
    }

    fn send(
        &self,
        world: &mut World,
        exchange: &Exchange,
        names: &Names,
        operation: Option<&str>,
    ) -> (Verdict, Value) {
        let path = names.apply(&exchange.path()).replace("operationid", operation.unwrap_or("none"));
        let body = self.fresh(world, &path, names.apply(&exchange.body));
        let request = Request::builder().method(exchange.method.as_str()).uri(path);
        let Ok(request) = request.body(Bytes::from(body)) else { return (Verdict::NotModelled, Value::Null) };
        let response = world.handle(self.now, &request);
        let status = response.status().as_u16();
        let body = names.undo(&String::from_utf8_lossy(response.body()));
        let body: Value = serde_json::from_str(&body).unwrap_or_default();
        let verdict = match status {
            501 if !world.is_modelled(&request) => Verdict::NotModelled,
            501 => Verdict::Differs(vec![Difference::refused(&body)]),
            _ => match compare::differences(exchange, status, &body) {
                none if none.is_empty() => Verdict::Exact,
                some => Verdict::Differs(some),
            },
        };
        (verdict, body)
    }
}
