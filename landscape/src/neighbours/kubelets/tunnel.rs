//! The way from a real API server into the shoot's network: it asks at a unix socket for a connection to an address (HTTP CONNECT), and whoever
//! has the address answers on it, a kubelet with TLS.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::upgrade::OnUpgrade;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig, pki_types};

use super::{KUBELET_PORT, Kubelets};
use crate::json::text;
use crate::neighbours::Result;
use crate::neighbours::objects::{Kind, Objects};
use crate::seed::memory::{Behind, Destination, Passed};

/// Landscape time after which the network gives up on an address that stays silent.
const GIVES_UP: Duration = Duration::from_secs(30);

/// Reason why the way could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum TunnelError {
    /// The socket could not be made.
    #[error("listening at {}: {source}", path.display())]
    Socket {
        /// Path of the socket.
        path: PathBuf,
        /// Reason given by the system.
        source: std::io::Error,
    },
    /// The kubelets' certificate could not be made.
    #[error("making the kubelets' certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// The kubelets' certificate could not be used.
    #[error("serving with the kubelets' certificate: {0}")]
    Tls(#[from] rustls::Error),
}

/// The open way; dropped, all connections break.
#[derive(Debug)]
pub struct Tunnel {
    _task: JoinSet<()>,
}

/// What all connections share.
#[derive(Clone)]
struct Ends {
    kubelets: Kubelets,
    tls: TlsAcceptor,
}

impl Tunnel {
    /// Listens at `socket`; on the connections the pods of `kubelets`, and they themselves, answer.
    ///
    /// # Errors
    /// The socket or the certificate cannot be made.
    pub fn open(socket: &Path, kubelets: Kubelets) -> std::result::Result<Self, TunnelError> {
        let failed = |source| TunnelError::Socket { path: socket.to_path_buf(), source };
        let listener = UnixListener::bind(socket).map_err(failed)?;
        let ends = Ends { kubelets, tls: acceptor()? };
        let mut task = JoinSet::new();
        task.spawn(listen(listener, ends));
        Ok(Self { _task: task })
    }
}

async fn listen(listener: UnixListener, ends: Ends) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(asked(stream, ends.clone()));
                }
                Err(error) => tracing::warn!(%error, "a connection into the shoot's network"),
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// One connection of the API server's: first the question to whom, then the answer of whoever that is.
async fn asked(stream: UnixStream, ends: Ends) {
    let connect = service_fn(move |request: Request<Incoming>| {
        let ends = ends.clone();
        async move { Ok::<_, Infallible>(ends.connect(request).await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), connect).with_upgrades();
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection into the shoot's network broke");
    }
}

impl Ends {
    async fn connect(self, mut request: Request<Incoming>) -> Response<Full<Bytes>> {
        let asked =
            request.uri().authority().and_then(|whom| Some((whom.host().to_owned(), whom.port_u16()?)));
        let Some((host, port)) = asked.filter(|_| request.method() == Method::CONNECT) else {
            return empty(StatusCode::BAD_REQUEST);
        };
        let destination = self.destination(&host, port).await.unwrap_or_else(|error| {
            tracing::warn!(%error, host, port, "a connection into the shoot's network");
            None
        });
        let Some(destination) = destination else { return self.silence().await };
        match self.kubelets.pass(destination.clone()).await {
            Passed::Silence => self.silence().await,
            // Nobody listens.
            Passed::Status(502) => empty(StatusCode::BAD_GATEWAY),
            Passed::Status(_) => {
                tokio::spawn(self.answer(hyper::upgrade::on(&mut request), destination));
                empty(StatusCode::OK)
            }
        }
    }

    /// Keeps the API server waiting until the network gives up.
    async fn silence(&self) -> Response<Full<Bytes>> {
        self.kubelets.world.time.sleep(GIVES_UP).await;
        empty(StatusCode::GATEWAY_TIMEOUT)
    }

    /// Answers all requests on an upgraded connection, which API servers keep and use again.
    async fn answer(self, upgrade: OnUpgrade, destination: Destination) {
        let Ok(stream) = upgrade.await.map(TokioIo::new) else { return };
        match &destination {
            Destination::Pod { .. } => self.serve(stream, destination).await,
            Destination::Node { .. } => match self.tls.clone().accept(stream).await {
                Ok(stream) => self.serve(stream, destination).await,
                Err(error) => tracing::debug!(%error, "TLS of a kubelet"),
            },
        }
    }

    /// Answers all requests on `stream` as `destination` does at the time of each.
    async fn serve(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send, destination: Destination) {
        let answer = service_fn(|_: Request<Incoming>| async {
            match self.kubelets.pass(destination.clone()).await {
                Passed::Status(status) => Ok(empty(StatusCode::from_u16(status).unwrap_or_default())),
                Passed::Silence => {
                    self.kubelets.world.time.sleep(GIVES_UP).await;
                    Err(std::io::Error::from(std::io::ErrorKind::TimedOut))
                }
            }
        });
        if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await {
            tracing::debug!(%error, "a connection to a pod or a kubelet broke");
        }
    }

    /// The kubelet or the pod at an address; `None`: nobody has it.
    async fn destination(&self, host: &str, port: u16) -> Result<Option<Destination>> {
        if port == KUBELET_PORT {
            let nodes = self.kubelets.nodes.list("").await?;
            let node = nodes.iter().find(|node| text(node, "/status/addresses/0/address") == host);
            return Ok(node.map(|node| Destination::Node { name: name(node) }));
        }
        for namespace in ["default", "kube-system"] {
            let pods = Objects::within(&self.kubelets.world.shoot_api, Kind::Pod, namespace).list("").await?;
            if let Some(pod) = pods.iter().find(|pod| text(pod, "/status/podIP") == host) {
                let namespace = namespace.to_owned();
                return Ok(Some(Destination::Pod { namespace, name: name(pod), port: Some(port) }));
            }
        }
        Ok(None)
    }
}

/// Kubelets with a certificate of their own make, as they are before anybody signs one: API servers do not look at it unless told to.
fn acceptor() -> std::result::Result<TlsAcceptor, TunnelError> {
    let made = rcgen::generate_simple_self_signed(["kubelet".to_owned()])?;
    let key = pki_types::PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key.into())?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn name(object: &Value) -> String {
    text(object, "/metadata/name").to_owned()
}

fn empty(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}
