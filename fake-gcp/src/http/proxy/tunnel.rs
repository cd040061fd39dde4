//! A tunnel: the connection on which a client asked for a host of Google's becomes one to that host, with TLS, and the fake answers on it.

use std::io::ErrorKind;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::Proxy;
use super::authority::AuthorityError;

/// Time for the greeting of TLS.
const GREETING: Duration = Duration::from_secs(30);

/// A tunnel in which nothing could be asked.
#[derive(Debug, thiserror::Error)]
#[error("a client went through the proxy to {host} and did not get there: {why}")]
pub struct Broken {
    /// Host of Google's.
    pub host: String,
    /// What went wrong.
    pub why: Why,
}

/// What went wrong in a tunnel.
#[derive(Debug, thiserror::Error)]
pub enum Why {
    /// No certificate for the host.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// The greeting of TLS failed.
    #[error("{0} (does it trust the certificate of the fake?)")]
    Tls(std::io::Error),
    /// The client said nothing.
    #[error("it did not begin TLS within {} s", GREETING.as_secs())]
    Silence,
}

/// Answers a CONNECT; what comes on the connection after that is answered by `answer`, as `host`.
pub(crate) fn open<A, R>(answer: A, proxy: Proxy, mut request: Request, host: String) -> Response
where
    A: Fn(Request) -> R + Send + Sync + 'static,
    R: Future<Output = Response> + Send + 'static,
{
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        if let Err(why) = serve(answer, &proxy, upgrade, &host).await {
            (proxy.tell)(&Broken { host, why });
        }
    });
    Response::new(Body::empty())
}

async fn serve<R>(
    answer: impl Fn(Request) -> R,
    proxy: &Proxy,
    upgrade: OnUpgrade,
    host: &str,
) -> Result<(), Why>
where
    R: Future<Output = Response>,
{
    let acceptor = proxy.authority.acceptor(host)?;
    // Clients connect ahead of need, and go away again without a word.
    let Ok(stream) = upgrade.await else { return Ok(()) };
    let greeting = tokio::time::timeout(GREETING, acceptor.accept(TokioIo::new(stream)));
    let stream = match greeting.await.map_err(|_| Why::Silence)? {
        Ok(stream) => stream,
        Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
        Err(error) => return Err(Why::Tls(error)),
    };
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
        let reply = answer(request.map(Body::new));
        async { Ok::<_, std::convert::Infallible>(reply.await) }
    });
    // What breaks from here on is as with connections without TLS: a matter of the client, which sees it.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
    Ok(())
}
