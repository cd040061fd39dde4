//! The APIs of shoots as the controller reaches them: in process, by what their kubeconfigs say, and spoilt on request.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::future::BoxFuture;
use gardener_extension_infra_gcp::shoot::{Access, Connect};
use landscape::seed::MemorySeed;
use serde_json::{Value, json};
use tower::ServiceExt;

/// The time that a request takes on its way, and the answer on its way back.
const HALF_TRIP: Duration = Duration::from_millis(30);

/// A request of the controller's to a shoot's API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ShootCall {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
}

/// What becomes of such a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShootFate {
    Pass,
    /// It is never answered.
    Silence,
    /// It is answered with this status.
    Refuse(u16),
}

type Hook = Box<dyn FnMut(&ShootCall) -> ShootFate + Send>;

/// The APIs of all shoots, by the host in their kubeconfigs. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct ShootApis {
    apis: Arc<Mutex<BTreeMap<String, MemorySeed>>>,
    calls: Arc<Mutex<Vec<ShootCall>>>,
    hook: Arc<Mutex<Option<Hook>>>,
}

impl ShootApis {
    /// Adds the API of the shoot called `shoot`, and returns the kubeconfig that leads to it.
    pub(crate) fn add(&self, shoot: &str, api: MemorySeed) -> String {
        self.apis.lock().unwrap().insert(server(shoot), api);
        kubeconfig(shoot)
    }

    /// The API of the shoot called `shoot`, if it was added.
    pub(crate) fn of(&self, shoot: &str) -> Option<MemorySeed> {
        self.apis.lock().unwrap().get(&server(shoot)).cloned()
    }

    /// From now on `hook` decides about each request.
    pub(crate) fn before_each_call(&self, hook: impl FnMut(&ShootCall) -> ShootFate + Send + 'static) {
        *self.hook.lock().unwrap() = Some(Box::new(hook));
    }

    /// What was asked since the last time that somebody wanted to know.
    pub(crate) fn calls(&self) -> Vec<ShootCall> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }

    fn fate(&self, call: ShootCall) -> ShootFate {
        let fate = self.hook.lock().unwrap().as_mut().map_or(ShootFate::Pass, |hook| hook(&call));
        self.calls.lock().unwrap().push(call);
        fate
    }
}

impl Connect for ShootApis {
    fn connect(&self, access: Access) -> BoxFuture<'_, Result<kube::Client, kube::Error>> {
        let api = self.apis.lock().unwrap().get(access.server()).map(MemorySeed::connection);
        let apis = self.clone();
        let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
            let (api, apis) = (api.clone(), apis.clone());
            async move {
                let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
                assert_eq!(method, "GET", "nothing is ever written to a shoot's API: {path}");
                tokio::time::sleep(HALF_TRIP).await;
                let answer = match (apis.fate(ShootCall { method, path }), api) {
                    (ShootFate::Pass, Some(api)) => api.oneshot(request).await?,
                    (ShootFate::Refuse(status), _) => {
                        let refusal = json!({ "kind": "Status", "code": status, "message": "injected" });
                        http::Response::builder().status(status).body(whole(&refusal))?
                    }
                    (ShootFate::Silence, _) | (ShootFate::Pass, None) => std::future::pending().await,
                };
                tokio::time::sleep(HALF_TRIP).await;
                Ok::<_, tower::BoxError>(answer)
            }
        });
        Box::pin(std::future::ready(Ok(kube::Client::new(service, "default"))))
    }
}

fn whole(value: &Value) -> landscape::seed::memory::ReplyBody {
    use http_body_util::BodyExt;
    http_body_util::Full::new(bytes::Bytes::from(value.to_string())).boxed_unsync()
}

fn server(shoot: &str) -> String {
    format!("https://kube-apiserver.{shoot}")
}

/// A kubeconfig that leads to the API of the shoot called `shoot`.
pub(crate) fn kubeconfig(shoot: &str) -> String {
    json!({
        "apiVersion": "v1", "kind": "Config", "current-context": "c",
        "contexts": [{ "name": "c", "context": { "cluster": "c", "user": "c" } }],
        "clusters": [{ "name": "c", "cluster": { "server": server(shoot) } }],
        "users": [{ "name": "c", "user": { "token": "t" } }],
    })
    .to_string()
}
