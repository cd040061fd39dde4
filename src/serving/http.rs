//! The two small HTTP servers: one for probes, and one for metrics.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use thiserror::Error;
use tokio::net::TcpListener;

use super::{BindAddress, Checks, Metrics};

/// A server that could not start.
#[derive(Debug, Error)]
#[error("cannot serve {what} on {address}: {source}")]
pub struct ServingError {
    what: &'static str,
    address: String,
    source: io::Error,
}

/// Listens on `address` and answers by `router` in a task of its own, for as long as the process lives. `what` names it in the log,
/// which also tells the port if any free one was asked for.
///
/// # Errors
/// [`ServingError`] if nobody can listen there.
pub async fn serve(what: &'static str, address: &BindAddress, router: Router) -> Result<(), ServingError> {
    let mut refused = None;
    for candidate in address.candidates() {
        match listen(&candidate).await {
            Ok((listener, at)) => {
                tracing::info!(serves = what, address = %at, "listening");
                tokio::spawn(async move { axum::serve(listener, router).await });
                return Ok(());
            }
            Err(source) => refused = Some(ServingError { what, address: candidate, source }),
        }
    }
    refused.map_or(Ok(()), Err)
}

async fn listen(address: &str) -> io::Result<(TcpListener, std::net::SocketAddr)> {
    let listener = TcpListener::bind(address).await?;
    let at = listener.local_addr()?;
    Ok((listener, at))
}

/// The routes `/healthz` and `/readyz`: 200 if all checks are fine, else 503; either way each check has a line.
pub fn health(live: Checks, ready: Checks) -> Router {
    let answer = |checks: Checks| {
        let checks = Arc::new(checks);
        get(move || {
            let report = checks.report();
            async move {
                match report {
                    Ok(text) => (StatusCode::OK, text),
                    Err(text) => (StatusCode::SERVICE_UNAVAILABLE, text),
                }
            }
        })
    };
    Router::new().route("/healthz", answer(live)).route("/readyz", answer(ready))
}

/// The route `/metrics`, in OpenMetrics text.
pub fn metrics(metrics: Metrics) -> Router {
    const TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let answer = move || {
        let text = metrics.encode();
        async move {
            match text {
                Ok(text) => ([(header::CONTENT_TYPE, TEXT)], text).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    Router::new().route("/metrics", get(answer))
}
