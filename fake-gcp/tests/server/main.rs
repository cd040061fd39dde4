//! The server over a socket: what the world cannot know, its clock and the holding of `wait`.

#![cfg(test)]

#[path = "../api/account.rs"]
mod account;
mod callers;
mod methods;
mod program;
mod proxy;
mod services;

use std::time::Duration;

use fake_gcp::http::clock::Pace;
use fake_gcp::http::{Clock, Server};
use fake_gcp::time::Instant;
use fake_gcp::{Settings, World};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const NETWORKS: &str = "/compute/v1/projects/p/global/networks";

struct Client {
    address: std::net::SocketAddr,
}

impl Client {
    /// Serves an empty project on a clock.
    async fn start(settings: &str, pace: Pace) -> Self {
        Self::start_at(settings, pace, "2026-01-01T00:00:00Z".parse().unwrap()).await
    }

    /// The same on a clock that shows `origin`.
    async fn start_at(settings: &str, pace: Pace, origin: Instant) -> Self {
        let mut world = World::new(serde_saphyr::from_str::<Settings>(settings).unwrap());
        world.advance_to(origin);
        world.load(&serde_saphyr::from_str("projects: [p]").unwrap()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(Server::new(world, Clock::new(pace, origin)).serve(listener));
        Self { address }
    }

    /// Head and body of a reply.
    async fn raw(&self, method: &str, path: &str, body: &str) -> (String, Value) {
        self.with_bearer("", method, path, body).await
    }

    /// The same, asked by whoever holds the token.
    async fn with_bearer(&self, bearer: &str, method: &str, path: &str, body: &str) -> (String, Value) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: fake\r\nauthorization: Bearer {bearer}\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await.unwrap();
        let (head, body) = reply.split_once("\r\n\r\n").unwrap();
        (head.to_ascii_lowercase(), serde_json::from_str(body).unwrap())
    }

    async fn call(&self, method: &str, path: &str, body: Value) -> Value {
        self.raw(method, path, &body.to_string()).await.1
    }
}

fn wait_path(operation: &Value) -> String {
    format!("/compute/v1/projects/p/global/operations/{}/wait", operation["name"].as_str().unwrap())
}

const ANONYMOUS: &str = "{authentication: anonymous, latency: recorded}";

#[tokio::test]
async fn replies_bear_the_headers_of_google() {
    let client = Client::start(ANONYMOUS, Pace::Manual).await;
    let (head, body) = client.raw("GET", &format!("{NETWORKS}?alt=json"), "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    for header in
        ["content-type: application/json; charset=utf-8", "server: esf", "x-content-type-options: nosniff"]
    {
        assert!(head.contains(header), "{head}");
    }
    assert_eq!(body["kind"], "compute#networkList");
}

#[tokio::test]
async fn a_manual_clock_moves_only_when_told() {
    let client = Client::start(ANONYMOUS, Pace::Manual).await;
    let operation = client.call("POST", NETWORKS, json!({ "name": "vpc" })).await;
    let path = wait_path(&operation);
    // Nobody could wait for this clock, so the present state is the answer.
    assert_ne!(client.call("POST", &path, json!({})).await["status"], "DONE");
    let shown = client.call("POST", "/_fake/clock", json!({ "advance": "30s" })).await;
    assert_eq!(shown["now"], "2025-12-31T16:00:30.000-08:00");
    assert_eq!(client.call("POST", &path, json!({})).await["status"], "DONE");
    for (body, part) in [(json!({ "advance": "-1s" }), "back"), (json!({ "by": "1s" }), "by")] {
        let (head, reply) = client.raw("POST", "/_fake/clock", &body.to_string()).await;
        assert!(head.starts_with("http/1.1 400"), "{head}");
        assert!(reply["error"]["message"].as_str().unwrap().contains(part), "{reply}");
    }
}

#[tokio::test]
async fn wait_is_held_until_the_operation_is_done() {
    // A network takes 8 s at least: without holding, the reply would come milliseconds later, and be RUNNING.
    let client = Client::start(ANONYMOUS, Pace::Scaled(200.0)).await;
    let operation = client.call("POST", NETWORKS, json!({ "name": "vpc" })).await;
    let path = wait_path(&operation);
    let waited = client.call("POST", &path, json!({}));
    let waited = tokio::time::timeout(Duration::from_secs(60), waited).await.unwrap();
    assert_eq!(waited["status"], "DONE");
    assert_eq!(client.raw("GET", &format!("{NETWORKS}/vpc"), "").await.1["name"], "vpc");
    let refused = client.call("POST", "/_fake/clock", json!({ "advance": "30s" })).await;
    assert!(refused["error"]["message"].as_str().unwrap().contains("manual"), "{refused}");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_a_bad_request_and_one_too_large_is_too_large() {
    let client = Client::start(ANONYMOUS, Pace::Manual).await;
    for (length, sent, status) in [(10, 3, "400"), (20 << 20, 20 << 20, "413")] {
        let mut stream = TcpStream::connect(client.address).await.unwrap();
        let head = format!("POST {NETWORKS} HTTP/1.1\r\nhost: fake\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        // Whoever answers before it has read all may close the connection at once.
        let _ = stream.write_all(&vec![b'a'; sent]).await;
        let _ = stream.shutdown().await;
        let mut line = [0; 12];
        stream.read_exact(&mut line).await.unwrap();
        assert_eq!(String::from_utf8_lossy(&line), format!("HTTP/1.1 {status}"));
    }
}

#[tokio::test]
async fn a_connection_breaks_where_a_fault_says_so() {
    let client = Client::start(ANONYMOUS, Pace::Manual).await;
    let rule = json!({ "method": "compute.networks.list", "fault": "drop" });
    assert_eq!(client.call("POST", "/_fake/faults", rule).await, json!({}));
    let mut stream = TcpStream::connect(client.address).await.unwrap();
    let request = format!("GET {NETWORKS} HTTP/1.1\r\nhost: fake\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    // The end of the stream comes although the client asked to keep it open, and no body came whole.
    let mut seen = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(60), stream.read_to_end(&mut seen)).await.unwrap();
    let seen = String::from_utf8_lossy(&seen);
    assert!(read.is_err() || !seen.ends_with("0\r\n\r\n"), "{seen}");
    assert!(!seen.contains("networkList"), "{seen}");
    assert_eq!(client.raw("GET", NETWORKS, "").await.1["kind"], "compute#networkList");
}
