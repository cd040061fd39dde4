//! Two leaders: one request of the first is held back on its way, and lands at a later point of the second one's run.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use futures::future::BoxFuture;
use landscape::seed::MemorySeed;
use tokio::sync::Notify;
use tower::ServiceExt;

/// Which of the two leaders sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leader {
    /// The one that stops as soon as its request is held back.
    First,
    /// The one that takes over.
    Second,
}

/// A request of the first leader that is held back. Requests that change something count, at both wires.
pub(crate) struct Late {
    /// What the request says: method, path, body. Only such requests count.
    says: &'static str,
    /// The number of the request that is held back, from 1.
    number: u32,
    /// The number of the second leader's requests after which it lands.
    after: u32,
    counting: AtomicBool,
    first: AtomicU32,
    second: AtomicU32,
    held: Mutex<Option<BoxFuture<'static, ()>>>,
    label: Mutex<String>,
    struck: Notify,
    /// What the first leader sends beside that request, or after it, is lost.
    has_struck: AtomicBool,
}

impl Late {
    /// Holds back the `number`-th request of the first leader that `says` this, until the second one has sent `after` requests.
    pub(crate) fn new(says: &'static str, number: u32, after: u32) -> Arc<Self> {
        Arc::new(Self {
            says,
            number,
            after,
            counting: AtomicBool::new(false),
            first: AtomicU32::new(0),
            second: AtomicU32::new(0),
            held: Mutex::default(),
            label: Mutex::default(),
            struck: Notify::new(),
            has_struck: AtomicBool::new(false),
        })
    }

    /// From now on requests of the first leader count.
    pub(crate) fn begin(&self) {
        self.counting.store(true, Ordering::SeqCst);
    }

    /// Waits until the request is held back.
    pub(crate) async fn struck(&self) {
        self.struck.notified().await;
    }

    /// What became of it, for people.
    pub(crate) fn told(&self) -> String {
        let label = self.label.lock().unwrap();
        format!("request {} ({label}) lands after {} of {}", self.number, self.after, self.followed())
    }

    /// The number of requests that the second leader has sent.
    pub(crate) fn followed(&self) -> u32 {
        self.second.load(Ordering::SeqCst)
    }

    /// Lets the request land now, if it has not.
    pub(crate) async fn land(&self) {
        let held = self.held.lock().unwrap().take();
        if let Some(request) = held {
            request.await;
        }
    }

    /// Takes note that `leader` sends the request `label`, as `send` would send it. Returns whether it is held back, for ever as far as
    /// its sender knows.
    pub(super) fn holds(
        &self,
        leader: Leader,
        label: &str,
        send: impl FnOnce() -> BoxFuture<'static, ()>,
    ) -> bool {
        match leader {
            Leader::First if self.has_struck.load(Ordering::SeqCst) => true,
            Leader::First if self.counting.load(Ordering::SeqCst) && label.contains(self.says) => {
                let strikes = self.first.fetch_add(1, Ordering::SeqCst) + 1 == self.number;
                if strikes {
                    *self.label.lock().unwrap() = label.chars().take(300).collect();
                    *self.held.lock().unwrap() = Some(send());
                    self.has_struck.store(true, Ordering::SeqCst);
                    self.struck.notify_one();
                }
                strikes
            }
            Leader::First => false,
            Leader::Second => {
                if self.second.fetch_add(1, Ordering::SeqCst) >= self.after {
                    self.held.lock().unwrap().take().map(tokio::spawn);
                }
                false
            }
        }
    }
}

/// The seed as `leader` reaches it by `way`, with its requests counted by `late`.
pub(crate) fn through(
    late: &Arc<Late>,
    leader: Leader,
    seed: &MemorySeed,
    way: kube::Client,
) -> kube::Client {
    let (late, connection) = (late.clone(), seed.connection());
    let service = tower::service_fn(move |request: http::Request<kube::client::Body>| {
        let (late, connection, way) = (late.clone(), connection.clone(), way.clone());
        async move {
            let (parts, body) = request.into_parts();
            let bytes = body.collect_bytes().await?.to_vec();
            let request = || {
                let mut request = http::Request::new(kube::client::Body::from(bytes.clone()));
                *request.method_mut() = parts.method.clone();
                *request.uri_mut() = parts.uri.clone();
                *request.headers_mut() = parts.headers.clone();
                request
            };
            let label = format!("{} {} {}", parts.method, parts.uri.path(), String::from_utf8_lossy(&bytes));
            let changes = parts.method != http::Method::GET && !parts.uri.path().ends_with("reviews");
            let late_one = request();
            let send = || {
                Box::pin(async move { drop(connection.oneshot(late_one).await) }) as BoxFuture<'static, ()>
            };
            if changes && late.holds(leader, &label, send) {
                return std::future::pending().await;
            }
            way.send(request()).await.map_err(tower::BoxError::from)
        }
    });
    kube::Client::new(service, "default")
}
