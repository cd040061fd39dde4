//! A world with a caller: the smallest client.

use std::time::Duration;

use bytes::Bytes;
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use http::Request;
use serde_json::{Value, json};

/// A world, the instant at which it is called, and a token.
#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) world: World,
    pub(crate) now: Instant,
    pub(crate) token: String,
}

/// Where the compute methods of the project `p` are.
pub(crate) const BASE: &str = "/compute/v1/projects/p/";

impl Fake {
    /// A world with the resources of `cases/world.yaml`.
    pub(crate) fn new(settings: Settings) -> Self {
        let now: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
        let mut fake = Self { world: World::new(settings), now, token: String::new() };
        let (status, reply) = fake.send("POST", "/_fake/fixture", include_str!("cases/world.yaml"));
        assert_eq!(status, 200, "{reply}");
        let (_, reply) = fake.send("POST", "/_fake/tokens", r#"{"project":"p"}"#);
        fake.token = reply["token"].as_str().unwrap().to_owned();
        fake
    }

    /// Sends a request as it is.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.token))
            .header("user-agent", "test/1")
            .body(Bytes::from(body.to_owned()))
            .unwrap();
        let response = self.world.handle(self.now, &request);
        // A page in HTML is no value.
        (response.status().as_u16(), serde_json::from_slice(response.body()).unwrap_or_default())
    }

    /// Calls a compute method: `"GET global/routes"`, path below the project; or anything else by its whole path.
    pub(crate) fn call(&mut self, call: &str, body: &Value) -> (u16, Value) {
        let (method, path) = call.split_once(' ').unwrap();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if path.starts_with('/') {
            return self.send(method, path, &body);
        }
        self.send(method, format!("{BASE}{path}").trim_end_matches('/'), &body)
    }

    pub(crate) fn get(&mut self, path: &str) -> Value {
        let (status, reply) = self.call(&format!("GET {path}"), &Value::Null);
        assert_eq!(status, 200, "{path}: {reply}");
        reply
    }

    pub(crate) fn admin(&mut self, path: &str) -> Value {
        self.send("GET", &format!("/_fake/{path}"), "").1
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.now = self.now + by;
    }

    /// The present state of the operation that a reply shows.
    pub(crate) fn operation(&mut self, reply: &Value) -> Value {
        let link = reply["selfLink"].as_str().unwrap_or_else(|| panic!("no operation: {reply}"));
        let path = link.strip_prefix("https://www.googleapis.com/compute/v1/projects/p/").unwrap();
        self.get(path)
    }

    /// Calls a mutation, lets it end, and gives its operation back.
    pub(crate) fn done(&mut self, call: &str, body: &Value) -> Value {
        let (status, reply) = self.call(call, body);
        assert_eq!(status, 200, "{call}: {reply}");
        self.advance(Duration::from_secs(1));
        let operation = self.operation(&reply);
        assert_eq!(operation["status"], json!("DONE"), "{operation}");
        operation
    }
}
