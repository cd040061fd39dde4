//! The way from a request to an answer: it finds the kind, the object and the verb.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::failure::{Cause, Failure};
use super::faults::{Call, Logged, Verdict};
use super::kind::Kind;
use super::kinds::Kinds;
use super::metadata;
use super::proxy::{Behind, Network};
use super::scale;
use super::selector::Selector;
use super::store::{SharedStore, Store};
use super::target::Target;
use super::verbs::{At, Part};
use super::watch::{Watch, end_of_initial, event};
use crate::json::{merge_patch, text};

/// Where whoever asks is told what it may do.
const ACCESS_REVIEWS: &str = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;
type Hook = Box<dyn FnMut(&Call) -> Verdict + Send>;

/// The state of a seed in memory, to which all handles lead.
pub(super) struct Server {
    pub(super) kinds: &'static Kinds,
    store: SharedStore,
    clock: Clock,
    hook: Mutex<Hook>,
    network: Mutex<Network>,
    log: Mutex<Vec<Logged>>,
}

/// A successful answer.
pub(super) enum Answer {
    Object(u16, Value),
    /// Whatever a pod or a kubelet answered.
    Passed(u16),
    Watch(Box<Watch>),
}

impl Server {
    pub(super) fn new(kinds: &'static Kinds, clock: Clock) -> Self {
        Self {
            kinds,
            store: SharedStore::default(),
            clock,
            hook: Mutex::new(Box::new(|_| Verdict::Pass)),
            network: Mutex::default(),
            log: Mutex::default(),
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        (self.clock)()
    }

    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        self.store.lock()
    }

    pub(super) fn set_hook(&self, hook: Hook) {
        *lock(&self.hook) = hook;
    }

    pub(super) fn set_network(&self, network: Arc<dyn Behind>) {
        *lock(&self.network) = Some(network);
    }

    pub(super) fn network(&self) -> Network {
        lock(&self.network).clone()
    }

    /// The hook's verdict on a request, which is logged with it; the place in the log is for [`Server::answered`].
    pub(super) fn arrived(&self, call: Call) -> (Verdict, usize) {
        let verdict = (lock(&self.hook))(&call);
        let mut log = lock(&self.log);
        log.push(Logged { call, status: None });
        (verdict, log.len() - 1)
    }

    pub(super) fn answered(&self, place: usize, status: u16) {
        if let Some(logged) = lock(&self.log).get_mut(place) {
            logged.status = Some(status);
        }
    }

    pub(super) fn log(&self) -> Vec<Logged> {
        lock(&self.log).clone()
    }

    /// The answer to a question for what its sender may do; none: it is another request. There is no authorisation here: everybody may do
    /// everything but what a hook denies.
    pub(super) fn review(&self, call: &Call, allowed: bool) -> Option<Answer> {
        (call.path == ACCESS_REVIEWS && call.method == "POST").then(|| {
            let mut review = call.body.clone();
            merge_patch(&mut review, &json!({ "status": { "allowed": allowed } }));
            Answer::Object(201, review)
        })
    }

    pub(super) fn handle(&self, call: &Call, content_type: &str) -> Result<Answer, Failure> {
        if call.path == "/version" {
            return Ok(Answer::Object(
                200,
                json!({"major": "1", "minor": "36", "gitVersion": "v1.36.3-memory"}),
            ));
        }
        let target = Target::parse(&call.path).ok_or_else(Failure::unknown_path)?;
        let kind = self.kinds.of_target(&target).ok_or_else(Failure::unknown_path)?;
        if call.query.contains_key("dryRun") {
            return Err(Failure::bad_request("dryRun is not simulated"));
        }
        match &target.name {
            None => self.collection(call, kind, &target),
            Some(name) => {
                self.object(call, content_type, &target, &At { kind, namespace: &target.namespace, name })
            }
        }
    }

    fn collection(&self, call: &Call, kind: &Kind, target: &Target) -> Result<Answer, Failure> {
        match call.method.as_str() {
            "GET" if call.query.get("watch").is_some_and(|watch| watch == "true" || watch == "1") => {
                self.watch(call, kind, target).map(|watch| Answer::Watch(Box::new(watch)))
            }
            "GET" => {
                let selector = Selector::parse(&call.query)?;
                let store = self.store();
                let objects = store.list(kind, &target.namespace).map(|(_, object)| object);
                let items: Vec<&Value> = objects.filter(|object| selector.matches(object)).collect();
                Ok(Answer::Object(
                    200,
                    json!({
                        "apiVersion": kind.api_version(),
                        "kind": format!("{}List", kind.kind),
                        "metadata": {"resourceVersion": store.version().to_string()},
                        "items": items,
                    }),
                ))
            }
            "POST" => {
                let mut store = self.store();
                let mut body = call.body.clone();
                let name = name_of(&mut body, &mut store)?;
                let at = At { kind, namespace: &target.namespace, name: &name };
                Ok(Answer::Object(201, at.create(&mut store, body, Part::Main, self.now())?))
            }
            _ => Err(Failure::method_not_allowed()),
        }
    }

    fn object(
        &self,
        call: &Call,
        content_type: &str,
        target: &Target,
        at: &At<'_>,
    ) -> Result<Answer, Failure> {
        let mut store = self.store();
        let subresource = target.subresource.as_deref();
        let (part, scaled) = match subresource {
            None => (Part::Main, false),
            Some("status") if at.kind.status => (Part::Status, false),
            Some("scale") if at.kind.scale => (Part::Main, true),
            Some(_) => return Err(Failure::unknown_path()),
        };
        let old = at.get(&store)?.clone();
        let view = |object: Value| if scaled { scale::of(&object) } else { object };
        let new = match call.method.as_str() {
            "GET" => return Ok(Answer::Object(200, view(old))),
            "DELETE" if subresource.is_none() => {
                return Ok(Answer::Object(200, at.delete(&mut store, &call.body, self.now())?));
            }
            "PUT" => {
                if !scaled {
                    at.check_replacement(&store, &call.body)?;
                }
                call.body.clone()
            }
            "PATCH" => {
                check_patch_type(at.kind, content_type)?;
                let mut patched = view(old.clone());
                merge_patch(&mut patched, &call.body);
                // What does not decode after patching is blamed on the patch.
                metadata::shape(&mut patched).map_err(|failure| {
                    let cause = Cause::new("patch", "FieldValueInvalid", failure.message);
                    Failure::invalid(&at.kind.kind, at.name, vec![cause])
                })?;
                patched
            }
            _ => return Err(Failure::method_not_allowed()),
        };
        let new = if scaled { scale::apply(old, &new)? } else { new };
        Ok(Answer::Object(200, view(at.update(&mut store, new, part)?)))
    }

    fn watch(&self, call: &Call, kind: &Kind, target: &Target) -> Result<Watch, Failure> {
        let selector = Selector::parse(&call.query)?;
        let version = call.query.get("resourceVersion").map_or("", String::as_str);
        let streamed = call.query.get("sendInitialEvents").is_some_and(|value| value == "true");
        let store = self.store();
        let mut initial = VecDeque::new();
        let mut from = store.version();
        if streamed || version.is_empty() || version == "0" {
            let objects = store.list(kind, &target.namespace).map(|(_, object)| object);
            initial.extend(
                objects.filter(|object| selector.matches(object)).map(|object| event("ADDED", object)),
            );
            if streamed {
                initial.push_back(end_of_initial(&kind.api_version(), &kind.kind, from));
            }
        } else {
            from =
                version.parse().map_err(|_| Failure::bad_request(format!("resourceVersion {version:?}")))?;
        }
        let namespace = target.namespace.clone();
        Ok(Watch {
            resource: kind.resource(),
            namespace,
            selector,
            from,
            initial,
            tick: store.subscribe(),
            store: self.store.clone(),
        })
    }
}

/// Refuses patches that are not simulated. A strategic merge is a plain one here, which is enough where no list is patched.
fn check_patch_type(kind: &Kind, content_type: &str) -> Result<(), Failure> {
    match content_type {
        "application/merge-patch+json" => Ok(()),
        "application/strategic-merge-patch+json" if !kind.is_custom() => Ok(()),
        other => {
            Err(Failure::media_type(format!("patches of type {other:?} are not simulated for {}", kind.kind)))
        }
    }
}

/// The name in the body, or one made from `generateName`.
fn name_of(body: &mut Value, store: &mut Store) -> Result<String, Failure> {
    let name = text(body, "/metadata/name");
    if !name.is_empty() {
        return Ok(name.to_owned());
    }
    let prefix = text(body, "/metadata/generateName");
    if prefix.is_empty() {
        return Err(Failure::new(
            422,
            "Invalid",
            "metadata.name: Required value: name or generateName is required",
        ));
    }
    let uid = store.new_uid();
    let suffix: String = uid.chars().skip(uid.len() - 5).collect();
    Ok(format!("{prefix}{suffix}"))
}

/// The value behind the mutex; a panic of the hook leaves it whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
