//! What the controller sent to the cloud, with bodies.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use serde_json::Value;

/// One call, whatever became of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CloudCall {
    /// `PATCH routers/r`: method, and path below the project without its scope.
    pub(crate) label: String,
    /// The path below `projects/`, with the project and the scope.
    pub(crate) path: String,
    /// Null if there was none.
    pub(crate) body: Value,
    /// When it was sent, by tokio's clock.
    pub(crate) at: tokio::time::Instant,
}

impl CloudCall {
    /// What a request says.
    pub(crate) fn of(request: &http::Request<Bytes>) -> Self {
        let mut segments: Vec<&str> = request.uri().path().split('/').collect();
        let project = segments.iter().position(|segment| *segment == "projects").unwrap_or_default();
        let path = segments.get(project + 1..).unwrap_or_default().join("/");
        segments.drain(..(project + 2).min(segments.len()));
        match segments.first() {
            Some(&"global" | &"aggregated") => drop(segments.remove(0)),
            Some(&"regions" | &"zones") if segments.len() > 2 => drop(segments.drain(..2)),
            _ => {}
        }
        Self {
            label: format!("{} {}", request.method(), segments.join("/")),
            path,
            body: serde_json::from_slice(request.body()).unwrap_or_default(),
            at: tokio::time::Instant::now(),
        }
    }

    /// Whether it was sent to change something.
    pub(crate) fn is_mutation(&self) -> bool {
        !self.label.starts_with("GET ") && !self.path.ends_with("testIamPermissions")
    }
}

/// All of them, in order.
#[derive(Clone, Default)]
pub(crate) struct CloudCalls(Arc<Mutex<Vec<CloudCall>>>);

impl CloudCalls {
    pub(super) fn push(&self, call: CloudCall) {
        self.0.lock().unwrap().push(call);
    }

    /// Those since the last time that somebody asked.
    pub(crate) fn take(&self) -> Vec<CloudCall> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}
