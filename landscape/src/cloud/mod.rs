//! Compute as the stand-ins use it: a few inserts, lists and patches, each awaited to the end of its operation.
//!
//! Plain JSON throughout. Every stand-in speaks under a user agent of its own ([`Cloud::as_agent`]), so that
//! the cloud's request log tells its calls from the controller's. Calls to the fake's own API are in [`fake`].

pub mod dump;
mod error;
pub mod fake;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, StatusCode, header};
use serde_json::Value;

use crate::json::text;
use crate::time::Time;
use crate::wire::Wire;
pub use error::{CloudError, Result};

/// Number of times that a call is sent again when its refusal says "too fast" or "try again".
const ATTEMPTS: u32 = 8;
const FIRST_POLL: Duration = Duration::from_millis(500);
const SLOWEST_POLL: Duration = Duration::from_secs(2);

/// A project of the cloud, as one user agent calls it.
#[derive(Clone)]
pub struct Cloud {
    wire: Arc<dyn Wire>,
    project: Arc<str>,
    agent: Arc<str>,
    token: Arc<Mutex<String>>,
    time: Time,
}

impl Cloud {
    /// The project over a wire, under the user agent `landscape`; fetches its first token when it needs one.
    pub fn new(wire: Arc<dyn Wire>, project: &str, time: Time) -> Self {
        Self { wire, project: project.into(), agent: "landscape".into(), token: Arc::default(), time }
    }

    /// The project under another user agent.
    pub fn as_agent(&self, agent: &str) -> Self {
        Self { agent: agent.into(), ..self.clone() }
    }

    /// Id of the project, as it stands in URLs.
    pub fn project(&self) -> &str {
        &self.project
    }

    /// The resource at `path` (below `projects/P/`), or `None` if there is none.
    pub async fn get(&self, path: &str) -> Result<Option<Value>> {
        match self.compute(Method::GET, path, None).await {
            Ok(found) => Ok(Some(found)),
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All items of a collection, page by page.
    pub async fn list(&self, collection: &str) -> Result<Vec<Value>> {
        let mut items = Vec::new();
        let mut page = String::new();
        loop {
            let mut reply =
                self.compute(Method::GET, &format!("{collection}?maxResults=500{page}"), None).await?;
            if let Some(Value::Array(found)) = reply.get_mut("items").map(Value::take) {
                items.extend(found);
            }
            match reply.get("nextPageToken").and_then(Value::as_str) {
                Some(token) => page = format!("&pageToken={token}"),
                None => return Ok(items),
            }
        }
    }

    /// Inserts into a collection and waits for the operation's end.
    pub async fn insert(&self, collection: &str, body: Value) -> Result<()> {
        self.mutate(Method::POST, collection, Some(body)).await
    }

    /// Patches a resource and waits for the operation's end.
    pub async fn patch(&self, path: &str, body: Value) -> Result<()> {
        self.mutate(Method::PATCH, path, Some(body)).await
    }

    /// Deletes a resource and waits for the operation's end.
    pub async fn delete(&self, path: &str) -> Result<()> {
        self.mutate(Method::DELETE, path, None).await
    }

    async fn mutate(&self, method: Method, path: &str, body: Option<Value>) -> Result<()> {
        let operation = self.compute(method.clone(), path, body).await?;
        let mut wait = FIRST_POLL;
        let mut seen = operation.clone();
        while seen.get("status").and_then(Value::as_str) != Some("DONE") {
            self.time.sleep(wait).await;
            wait = (wait * 2).min(SLOWEST_POLL);
            seen = self.compute(Method::GET, &operation_path(&operation), None).await?;
        }
        match seen.pointer("/error/errors/0") {
            None => Ok(()),
            Some(first) => Err(CloudError::Operation {
                call: format!("{method} {path}"),
                code: text(first, "/code").to_owned(),
                message: text(first, "/message").to_owned(),
            }),
        }
    }

    async fn compute(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        self.call(method, &format!("/compute/v1/projects/{}/{path}", self.project), body.as_ref()).await
    }

    async fn call(&self, method: Method, uri: &str, body: Option<&Value>) -> Result<Value> {
        let mut attempt = 1;
        loop {
            let error = match self.send(method.clone(), uri, body).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            if attempt == ATTEMPTS {
                return Err(error);
            }
            if error.status() == Some(StatusCode::UNAUTHORIZED) {
                self.renew_token().await?;
            } else if error.is_worth_another_try() {
                self.time.sleep(FIRST_POLL * 2_u32.pow(attempt)).await;
            } else {
                return Err(error);
            }
            attempt += 1;
        }
    }

    async fn send(&self, method: Method, uri: &str, body: Option<&Value>) -> Result<Value> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let request = http::Request::builder()
            .method(method.clone())
            .uri(uri)
            .header(header::USER_AGENT, self.agent.as_ref())
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map(|body| Bytes::from(body.to_string())).unwrap_or_default())
            .map_err(|source| CloudError::Request { uri: uri.to_owned(), source })?;
        let response = self.wire.call(request).await?;
        let status = response.status();
        let value = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
        if status.is_success() {
            return Ok(value);
        }
        Err(CloudError::Status {
            call: format!("{method} {uri}"),
            status,
            reason: text(&value, "/error/errors/0/reason").to_owned(),
            message: text(&value, "/error/message").to_owned(),
        })
    }

    async fn renew_token(&self) -> Result<()> {
        let token = self.issue_token().await?;
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = token;
        Ok(())
    }
}

/// The last path segment of a resource URL: its name.
pub fn name_of(url: &str) -> &str {
    url.rsplit('/').next().unwrap_or(url)
}

fn operation_path(operation: &Value) -> String {
    let scope = match (operation.get("zone"), operation.get("region")) {
        (Some(Value::String(zone)), _) => format!("zones/{}", name_of(zone)),
        (_, Some(Value::String(region))) => format!("regions/{}", name_of(region)),
        _ => "global".to_owned(),
    };
    format!("{scope}/operations/{}", text(operation, "/name"))
}
