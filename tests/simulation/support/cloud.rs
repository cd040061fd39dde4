//! Both wires to the cloud, in process: the controller's transport and the neighbours' wire.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use futures::future::BoxFuture;
use gardener_extension_infra_gcp::gcp::Transport;
use gardener_extension_infra_gcp::gcp::transport::{Sent, TransportError};
use landscape::time::Time;
use landscape::wire::{Reply, Wire};
use serde_json::{Value, json};

use super::calls::{CloudCall, CloudCalls};
use super::controller::{Fate, Killer};
use super::faults::{CloudFate, CloudFaults, amended, refusal};
use super::late::{Late, Leader};

/// The time that a request takes on its way, and the answer on its way back.
const HALF_TRIP: std::time::Duration = std::time::Duration::from_millis(20);

/// The fake's engine behind both wires.
#[derive(Clone)]
pub(crate) struct InProcess {
    world: Arc<Mutex<World>>,
    time: Time,
    killer: Option<Arc<Killer>>,
    late: Option<(Arc<Late>, Leader)>,
    /// What a test does to the controller's calls.
    pub(crate) faults: CloudFaults,
    /// What the controller sent.
    pub(crate) calls: CloudCalls,
}

impl InProcess {
    /// A world with `settings`, on `time`.
    pub(crate) fn new(settings: Settings, time: Time) -> Self {
        Self {
            world: Arc::new(Mutex::new(World::new(settings))),
            time,
            killer: None,
            late: None,
            faults: CloudFaults::default(),
            calls: CloudCalls::default(),
        }
    }

    /// A token for `project`.
    pub(crate) async fn token(&self, project: &str) -> String {
        self.token_of(None, project).await
    }

    /// A token for `project` of somebody with this e-mail address.
    pub(crate) async fn token_of(&self, email: Option<&str>, project: &str) -> String {
        let body = json!({ "project": project, "email": email });
        let answer = self.admin("POST", "tokens", body.to_string()).await;
        answer["token"].as_str().unwrap().to_owned()
    }

    /// Puts into the world what `document` says, YAML or JSON.
    pub(crate) async fn seed(&self, document: &str) {
        self.admin("POST", "fixture", document.to_owned()).await;
    }

    /// Sets one of the rules above resources: `permissions`, `services`, `policies` or `limits`.
    pub(crate) async fn govern(&self, rule: &str, document: &Value) {
        self.admin("POST", rule, document.to_string()).await;
    }

    /// From now on calls go wrong as `rule` says.
    pub(crate) async fn fault(&self, rule: &Value) {
        self.admin("POST", "faults", rule.to_string()).await;
    }

    /// From now on all is well; every rule must have had its effect.
    pub(crate) async fn end_faults(&self) {
        let rules = self.admin("GET", "faults", String::new()).await;
        assert_eq!(rules["idle"], json!([]), "never fired");
        self.admin("DELETE", "faults", String::new()).await;
    }

    /// What the fake tells under `/_fake/{path}`.
    pub(crate) async fn told(&self, path: &str) -> Value {
        self.admin("GET", path, String::new()).await
    }

    /// Changes a machine from outside the network's API, as `change` says.
    pub(crate) async fn change_instance(&self, change: &Value) {
        self.admin("POST", "instances", change.to_string()).await;
    }

    /// All that `project` holds now.
    pub(crate) fn dump(&self, project: &str) -> Value {
        let mut world = self.world.lock().unwrap();
        world.advance_to(Instant::from(self.time.now()));
        world.resources(project).unwrap()
    }

    async fn admin(&self, method: &str, path: &str, body: String) -> Value {
        let request = http::Request::builder().method(method).uri(format!("/_fake/{path}"));
        let request = request.body(body.into()).unwrap();
        let response = self.answer(request).await;
        let answer = serde_json::from_slice(response.body()).unwrap();
        assert!(response.status().is_success(), "{path}: {answer}");
        answer
    }

    /// The same world, for somebody who may be killed at a call.
    pub(crate) fn mortal(&self, killer: Arc<Killer>) -> Self {
        Self { killer: Some(killer), ..self.clone() }
    }

    /// The same world, for `leader`, whose requests `late` may hold back.
    pub(super) fn through(&self, late: &Arc<Late>, leader: Leader) -> Self {
        Self { late: Some((late.clone(), leader)), ..self.clone() }
    }

    /// Whether `request` is held back.
    fn is_held_back(&self, request: &http::Request<Bytes>) -> bool {
        let call = CloudCall::of(request);
        self.late.as_ref().filter(|_| call.is_mutation()).is_some_and(|(late, leader)| {
            let (this, request) = (Self { late: None, killer: None, ..self.clone() }, request.clone());
            late.holds(*leader, &format!("{} {}", call.label, call.body), || {
                Box::pin(async move { drop(this.answer(request).await) })
            })
        })
    }

    async fn answer(&self, request: http::Request<Bytes>) -> http::Response<Bytes> {
        let fate = match &self.killer {
            Some(killer) if request.method() != http::Method::GET => killer.mutation(),
            _ => Fate::Answered,
        };
        if fate == Fate::Lost {
            return std::future::pending().await;
        }
        if fate == Fate::Answered {
            tokio::time::sleep(HALF_TRIP).await;
        }
        let now = Instant::from(self.time.now());
        let response = self.world.lock().unwrap().handle(now, &request);
        if fate == Fate::Unanswered {
            return std::future::pending().await;
        }
        tokio::time::sleep(HALF_TRIP).await;
        response
    }
}

impl Transport for InProcess {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            self.calls.push(CloudCall::of(&request));
            if self.is_held_back(&request) {
                return std::future::pending().await;
            }
            let lost = || TransportError::new(Sent::Maybe, "injected");
            match self.faults.of(&request) {
                CloudFate::Pass => Ok(self.answer(request).await),
                CloudFate::Answer(body) => {
                    tokio::time::sleep(HALF_TRIP * 2).await;
                    Ok(http::Response::new(body.to_string().into()))
                }
                CloudFate::Amend(patch) => Ok(amended(self.answer(request).await, &patch)),
                CloudFate::Refuse(code, reason) => {
                    tokio::time::sleep(HALF_TRIP * 2).await;
                    Ok(refusal(code, reason, "injected"))
                }
                CloudFate::RefuseSaying(code, reason, message) => {
                    tokio::time::sleep(HALF_TRIP * 2).await;
                    Ok(refusal(code, reason, message))
                }
                CloudFate::ApplyAndRefuse(code, reason) => {
                    self.answer(request).await;
                    Ok(refusal(code, reason, "injected"))
                }
                CloudFate::LoseRequest => Err(lost()),
                CloudFate::LoseReply => {
                    self.answer(request).await;
                    Err(lost())
                }
                CloudFate::Silence => {
                    self.answer(request).await;
                    std::future::pending().await
                }
            }
        })
    }
}

impl Wire for InProcess {
    fn call(&self, request: http::Request<Bytes>) -> Reply {
        let this = self.clone();
        Box::pin(async move { Ok(this.answer(request).await) })
    }
}
