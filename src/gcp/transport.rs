//! The bottom of the wire to Google: one HTTP request in, one HTTP response out.
//!
//! Everything above it runs unchanged over sockets and against an engine in the same process. A transport neither retries nor
//! looks at a status; it says only whether a request that failed may have reached the server.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::future::BoxFuture;
use tokio::time::error::Elapsed;

/// A way to get a request answered.
pub trait Transport: Send + Sync {
    /// Sends `request` and returns the whole response, whatever its status.
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>>;
}

impl<T: Transport + ?Sized> Transport for Arc<T> {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        (**self).call(request)
    }
}

/// Whether a request that got no answer may have been carried out all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The request never left: no connection was made.
    No,
    /// The request may have arrived: the connection broke, or the time was up, after it was made.
    Maybe,
}

/// A request that got no answer.
#[derive(Clone, Debug)]
pub struct TransportError {
    /// Whether the request may have arrived.
    pub sent: Sent,
    /// The host that did not answer, with its port if that is not the usual one; `None`: no host was asked.
    pub host: Option<String>,
    /// The cause, as whoever noticed it tells it.
    pub source: Arc<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// An error of a transport, with its cause.
    pub fn new(sent: Sent, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { sent, host: None, source: Arc::from(source.into()) }
    }

    /// Whether the request was given up because the time of its attempt was over.
    pub fn is_late(&self) -> bool {
        self.source.is::<Elapsed>()
    }

    /// The error with the host of `uri`, which the request went to.
    #[must_use]
    pub fn at(self, uri: &http::Uri) -> Self {
        let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
        Self { host: uri.host().map(|host| format!("{host}{port}")), ..self }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.sent {
            Sent::No => "no connection",
            Sent::Maybe => "no answer",
        })?;
        match (&self.host, self.sent) {
            (Some(host), Sent::No) => write!(f, " to {host}")?,
            (Some(host), Sent::Maybe) => write!(f, " from {host}")?,
            (None, _) => {}
        }
        write!(f, ": {}", self.source)?;
        // The outermost message of an HTTP client says little; the innermost names the cause.
        let mut cause = self.source.source();
        while let Some(inner) = cause {
            write!(f, ": {inner}")?;
            cause = inner.source();
        }
        Ok(())
    }
}

impl std::error::Error for TransportError {}

/// The silence on a connection, while answers are waited for, after which it is asked for a sign of life. Most answers come sooner; so it
/// is hardly ever asked.
const SILENCE: Duration = Duration::from_secs(5);
/// The time for a sign of life, after which the connection counts as dead: the next attempt shall not go the same way as the last one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(5);

/// The time limits of [`HttpTransport`].
#[derive(Clone, Copy, Debug)]
pub struct Timeouts {
    /// The time for a connection, TLS included.
    pub connect: Duration,
    /// The time for the whole exchange, connection and body included.
    pub request: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), request: Duration::from_secs(60) }
    }
}

/// The network: one pool of connections, HTTP/2 where the server offers it, plain HTTP where the URL says so.
///
/// Redirects are not followed, so that a bearer token goes only where the caller sent it.
#[derive(Clone, Debug)]
pub struct HttpTransport {
    client: reqwest::Client,
}

impl HttpTransport {
    /// A transport with a pool of connections of its own.
    ///
    /// # Errors
    /// If TLS cannot be set up on this machine, e.g. because there are no root certificates.
    pub fn new(timeouts: Timeouts) -> Result<Self, TransportError> {
        let client = reqwest::Client::builder()
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.request)
            .redirect(reqwest::redirect::Policy::none())
            .http2_keep_alive_interval(SILENCE)
            .http2_keep_alive_timeout(SIGN_OF_LIFE)
            .build()
            .map_err(|error| TransportError::new(Sent::No, error))?;
        Ok(Self { client })
    }
}

impl Transport for HttpTransport {
    fn call(
        &self,
        request: http::Request<Bytes>,
    ) -> BoxFuture<'_, Result<http::Response<Bytes>, TransportError>> {
        Box::pin(async move {
            let uri = request.uri().clone();
            let lost = |error| from_reqwest(error).at(&uri);
            let request = reqwest::Request::try_from(request)
                .map_err(|error| TransportError::new(Sent::No, error.without_url()))?;
            let response = self.client.execute(request).await.map_err(lost)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let body = response.bytes().await.map_err(lost)?;
            let mut answer = http::Response::new(body);
            *answer.status_mut() = status;
            *answer.headers_mut() = headers;
            Ok(answer)
        })
    }
}

fn from_reqwest(error: reqwest::Error) -> TransportError {
    let sent = if error.is_connect() || error.is_builder() { Sent::No } else { Sent::Maybe };
    TransportError::new(sent, error.without_url())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gcp::attempt::Attempt;
    use crate::gcp::stack::{PRODUCT, Wire};
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    fn request(address: &str) -> http::Request<Bytes> {
        http::Request::get(format!("http://{address}/compute/v1/")).body(Bytes::new()).unwrap()
    }

    #[tokio::test]
    async fn plain_http_is_spoken_and_the_program_names_itself() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            let mut seen = Vec::new();
            while !seen.ends_with(b"\r\n\r\n") {
                seen.push(socket.read_u8().await.unwrap());
            }
            socket.write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}").await.unwrap();
            String::from_utf8(seen).unwrap()
        });
        let wire = Wire::from(Arc::new(HttpTransport::new(Timeouts::default()).unwrap()));
        let attempt = Attempt::within(Timeouts::default().request, &[]);
        let answer = wire.send(request(&address), attempt).await.unwrap();
        assert_eq!((answer.status().as_u16(), answer.body().as_ref()), (404, b"{}".as_ref()));
        let seen = server.await.unwrap();
        assert!(seen.contains(&format!("user-agent: {PRODUCT}\r\n")), "{seen}");
    }

    #[tokio::test]
    async fn a_refused_connection_was_not_sent_and_a_broken_one_may_have_been() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let transport = HttpTransport::new(Timeouts::default()).unwrap();
        let server = tokio::spawn(async move {
            let (mut socket, _) = listener.accept().await.unwrap();
            socket.read_u8().await.unwrap();
        });
        let broken = transport.call(request(&address)).await.unwrap_err();
        assert_eq!(broken.sent, Sent::Maybe, "{broken}");
        assert!(broken.to_string().starts_with(&format!("no answer from {address}: ")), "{broken}");
        server.await.unwrap();
        let refused = transport.call(request(&address)).await.unwrap_err();
        assert_eq!(refused.sent, Sent::No, "{refused}");
        let text = refused.to_string();
        assert!(text.starts_with(&format!("no connection to {address}: ")), "{text}");
        assert!(!text.contains("/compute/v1/"), "only the host is told: {text}");
    }
}
