//! The wire to the cloud: HTTP requests in, HTTP responses out, over a socket or in process.
//!
//! Knows no resource and no credential; [`crate::cloud`] speaks Compute over it.

use bytes::Bytes;
use futures::future::BoxFuture;

/// Reason why a wire failed before a response came back.
#[derive(Debug, thiserror::Error)]
#[error("{call}: no response from the cloud: {source}")]
pub struct WireError {
    /// Method, path and query of the request.
    pub call: String,
    /// Error of the transport.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

/// The reply to one request, sometime.
pub type Reply = BoxFuture<'static, Result<http::Response<Bytes>, WireError>>;

/// Carries one request to the cloud. The URI has path and query only; the wire knows the host.
pub trait Wire: Send + Sync + 'static {
    /// Sends `request`; dropping the future leaves open whether it was applied.
    fn call(&self, request: http::Request<Bytes>) -> Reply;
}

/// A [`Wire`] over a socket to a base URL.
#[derive(Debug, Clone)]
pub struct HttpWire {
    client: reqwest::Client,
    base: String,
}

impl HttpWire {
    /// A wire to `base` (scheme, host and port, e.g. `http://127.0.0.1:8080`).
    pub fn new(base: &str) -> Self {
        Self { client: reqwest::Client::new(), base: base.trim_end_matches('/').to_owned() }
    }
}

impl Wire for HttpWire {
    fn call(&self, request: http::Request<Bytes>) -> Reply {
        let (client, base) = (self.client.clone(), self.base.clone());
        Box::pin(async move {
            let call = format!("{} {}", request.method(), request.uri());
            send(client, &base, request).await.map_err(|source| WireError { call, source })
        })
    }
}

async fn send(
    client: reqwest::Client,
    base: &str,
    request: http::Request<Bytes>,
) -> Result<http::Response<Bytes>, Box<dyn std::error::Error + Send + Sync>> {
    let (parts, body) = request.into_parts();
    let reply = client
        .request(parts.method, format!("{base}{}", parts.uri))
        .headers(parts.headers)
        .body(body)
        .send()
        .await?;
    let mut response = http::Response::builder().status(reply.status());
    if let Some(headers) = response.headers_mut() {
        *headers = reply.headers().clone();
    }
    Ok(response.body(reply.bytes().await?)?)
}
