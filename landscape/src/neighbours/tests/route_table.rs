//! The least of a cloud that a route controller can speak to: routes, each call done at once, or refused.

use std::collections::BTreeMap;
use std::sync::Mutex;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};

use crate::wire::{Reply, Wire};

#[derive(Default)]
pub(crate) struct RouteTable {
    routes: Mutex<BTreeMap<String, Value>>,
    refusing: Mutex<bool>,
}

impl RouteTable {
    pub(super) fn names(&self) -> Vec<String> {
        self.routes.lock().unwrap().keys().cloned().collect()
    }

    pub(super) fn destinations(&self) -> Vec<String> {
        self.routes
            .lock()
            .unwrap()
            .values()
            .map(|route| route["destRange"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(super) fn clear(&self) {
        self.routes.lock().unwrap().clear();
    }

    pub(super) fn put(&self, route: Value) {
        self.routes.lock().unwrap().insert(route["name"].as_str().unwrap().to_owned(), route);
    }

    /// Sets whether inserts are refused, as while a secondary range lies over their destination.
    pub(super) fn refuse(&self, refusing: bool) {
        *self.refusing.lock().unwrap() = refusing;
    }

    fn answer(&self, request: &http::Request<Bytes>) -> (u16, Value) {
        let done = json!({"name": "operation-1", "status": "DONE"});
        let name = request.uri().path().rsplit('/').next().unwrap();
        match (request.method(), name) {
            (&Method::POST, "tokens") => (200, json!({"token": "t"})),
            _ if request.headers()["authorization"] != "Bearer t" => (401, json!({})),
            (&Method::GET, "routes") => {
                (200, json!({"items": self.routes.lock().unwrap().values().collect::<Vec<_>>()}))
            }
            (&Method::POST, "routes") if *self.refusing.lock().unwrap() => {
                let error = json!({"reason": "invalid"});
                (400, json!({"error": {"message": "overlaps with a subnetwork", "errors": [error]}}))
            }
            (&Method::POST, "routes") => {
                self.put(serde_json::from_slice(request.body()).unwrap());
                (200, done)
            }
            (&Method::GET, "ledger") => {
                let states = json!({"route": 0, "both": 0, "alias": 0, "none": 0, "gone": 0});
                let gaps =
                    json!({"gap_seconds_total": 0.0, "max_gap_seconds": 0.0, "watched": 0, "states": states});
                (200, gaps)
            }
            (&Method::POST, "instances") => (200, done),
            // VMs leave no trace here.
            (&Method::GET, _) if request.uri().path().contains("/instances/") => (404, json!({})),
            (&Method::DELETE, name) => {
                self.routes.lock().unwrap().remove(name);
                (200, done)
            }
            other => panic!("not modelled: {other:?}"),
        }
    }
}

impl Wire for RouteTable {
    fn call(&self, request: http::Request<Bytes>) -> Reply {
        let (status, body) = self.answer(&request);
        let response = http::Response::builder().status(status).body(Bytes::from(body.to_string())).unwrap();
        Box::pin(std::future::ready(Ok(response)))
    }
}
