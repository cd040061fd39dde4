//! A transport that answers as it is told.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::Instant;
use url::Url;
use uuid::Uuid;

use crate::environment::Rng;
use crate::gcp::Path;
use crate::gcp::client::{Compute, ENDPOINT};
use crate::gcp::config::Config;
use crate::gcp::mutation::{Mutation, Scope};
use crate::gcp::policy::Policy;
use crate::gcp::token::{StaticToken, TokenSource};
use crate::gcp::transport::{Sent, Transport, TransportError};

/// An object of whatever kind.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Named {
    pub(crate) name: String,
}

/// The path of an object.
pub(crate) fn network() -> Path {
    Path::global("networks").name("n")
}

/// A request as it was seen.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    /// Time since the script began.
    pub(crate) at: Duration,
    /// Method and path below `/compute/v1/projects/p/` or, of IAM, below `/v1/projects/p/`.
    pub(crate) call: String,
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: Value,
    pub(crate) headers: http::HeaderMap,
}

/// The reply to a request.
pub(crate) enum Reply {
    Answer(u16, Value, Vec<(&'static str, String)>),
    Text(u16, &'static str),
    Broken(Sent),
    Never,
}

pub(crate) fn ok(body: Value) -> Reply {
    Reply::Answer(200, body, Vec::new())
}

/// An error in the classic envelope.
pub(crate) fn error(status: u16, reason: &str) -> Reply {
    let item = json!({ "domain": "global", "message": "m", "reason": reason });
    Reply::Answer(
        status,
        json!({ "error": { "code": status, "message": "m", "errors": [item] } }),
        Vec::new(),
    )
}

pub(crate) fn operation(name: &str, status: &str) -> Value {
    json!({ "kind": "compute#operation", "name": name, "status": status })
}

type Handler = Box<dyn FnMut(&Seen) -> Reply + Send>;

pub(crate) struct Script {
    began: Instant,
    seen: Mutex<Vec<Seen>>,
    handler: Mutex<Handler>,
}

impl Script {
    pub(crate) fn new(handler: impl FnMut(&Seen) -> Reply + Send + 'static) -> Arc<Self> {
        Arc::new(Self {
            began: Instant::now(),
            seen: Mutex::default(),
            handler: Mutex::new(Box::new(handler)),
        })
    }

    /// A script of `replies` in their order; a request more than replies fails the test.
    pub(crate) fn of(replies: impl IntoIterator<Item = Reply>) -> Arc<Self> {
        let mut replies: Vec<_> = replies.into_iter().collect();
        replies.reverse();
        Self::new(move |seen| replies.pop().unwrap_or_else(|| panic!("nothing is scripted for {seen:?}")))
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(crate) fn calls(&self) -> Vec<String> {
        self.seen().into_iter().map(|seen| seen.call).collect()
    }

    /// The times at which the requests came, in milliseconds.
    pub(crate) fn times(&self) -> Vec<u128> {
        self.seen().into_iter().map(|seen| seen.at.as_millis()).collect()
    }
}

impl Transport for Script {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let url = Url::parse(&request.uri().to_string()).unwrap();
            let path = url.path().trim_start_matches("/compute").trim_start_matches("/v1/projects/p/");
            let seen = Seen {
                at: self.began.elapsed(),
                call: format!("{} {path}", request.method()),
                query: url.query_pairs().into_owned().collect(),
                body: serde_json::from_slice(request.body()).unwrap_or(Value::Null),
                headers: request.headers().clone(),
            };
            let reply = (self.handler.lock().unwrap())(&seen);
            self.seen.lock().unwrap().push(seen);
            match reply {
                Reply::Answer(status, body, headers) => {
                    let mut response = http::Response::builder().status(status);
                    for (name, value) in headers {
                        response = response.header(name, value);
                    }
                    Ok(response.body(Bytes::from(body.to_string())).unwrap())
                }
                Reply::Text(status, text) => {
                    Ok(http::Response::builder().status(status).body(Bytes::from(text)).unwrap())
                }
                Reply::Broken(sent) => Err(TransportError::new(sent, "scripted")),
                Reply::Never => std::future::pending().await,
            }
        })
    }
}

/// A source of ids that counts, in place of randomness.
#[derive(Default)]
pub(crate) struct Counting(AtomicU64);

impl Rng for Counting {
    fn uuid(&self) -> Uuid {
        Uuid::from_u64_pair(0, self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }

    fn unit(&self) -> f64 {
        0.0
    }
}

pub(crate) const POLICY: Policy = Policy {
    attempts: 4,
    retry_for: Duration::from_secs(100),
    attempt_first: Duration::from_secs(10),
    attempt_timeout: Duration::from_secs(30),
    backoff: Duration::from_secs(1),
    backoff_max: Duration::from_secs(8),
    rate_window: Duration::from_secs(60),
    rate_spread: Duration::from_secs(5),
    poll_first: Duration::from_secs(1),
    poll_interval: Duration::from_secs(4),
    deadline: Duration::from_secs(300),
};

pub(crate) fn client(script: &Arc<Script>) -> Compute {
    client_with(script, Arc::new(StaticToken::new("t0ken").unwrap()))
}

pub(crate) fn client_with(script: &Arc<Script>, tokens: Arc<dyn TokenSource>) -> Compute {
    let config = Config { policy: POLICY, ..Config::new("p", ENDPOINT) };
    Compute::new(config, script.clone(), tokens, Arc::new(Counting::default())).unwrap()
}

/// The deletion of the route `name`.
pub(crate) fn delete_route(name: &str) -> Mutation {
    Mutation::new(Method::DELETE, Scope::Global, "routes", &format!("delete route {name}")).of(name)
}

/// The replacement of the aliases of `vm` in `zone` by none, bearing a fingerprint.
pub(crate) fn set_aliases(zone: &str, vm: &str) -> Mutation {
    Mutation::new(
        Method::PATCH,
        Scope::Zone(zone.into()),
        "instances",
        &format!("set alias ranges of VM {vm}"),
    )
    .of(vm)
    .doing("updateNetworkInterface")
    .with_query("networkInterface", "nic0")
    .with_body(json!({ "aliasIpRanges": [], "fingerprint": "f=" }))
}

/// The replacement of the NATs of `router` in `region` by none.
pub(crate) fn set_nats(region: &str, router: &str) -> Mutation {
    Mutation::new(
        Method::PATCH,
        Scope::Region(region.into()),
        "routers",
        &format!("set the NATs of {router}"),
    )
    .of(router)
    .with_body(json!({ "nats": [] }))
}

/// The insert of the network `name`.
pub(crate) fn insert_network(name: &str) -> Mutation {
    Mutation::new(Method::POST, Scope::Global, "networks", &format!("insert network {name}"))
        .with_body(json!({ "name": name }))
}
