//! The HTTPS proxy over a socket: who gets a tunnel, what is answered in it, and what others are told.

use std::sync::{Arc, LazyLock};

use fake_gcp::http::clock::Pace;
use fake_gcp::http::proxy::{Authority, Broken};
use fake_gcp::http::{Clock, Proxy, Server};
use fake_gcp::{Settings, World};
use jiff::civil::Date;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, mpsc};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::NETWORKS;

const COMPUTE: &str = "compute.googleapis.com";

/// What a proxy said of tunnels.
static TOLD: LazyLock<(mpsc::UnboundedSender<String>, Mutex<mpsc::UnboundedReceiver<String>>)> =
    LazyLock::new(|| {
        let (sender, receiver) = mpsc::unbounded_channel();
        (sender, Mutex::new(receiver))
    });

fn tell(broken: &Broken) {
    TOLD.0.send(broken.to_string()).unwrap();
}

/// A server that is a proxy, and its certificate.
pub(crate) struct Served {
    pub(crate) address: std::net::SocketAddr,
    pub(crate) certificate: String,
}

async fn serve() -> Served {
    serve_since(Clock::today()).await
}

async fn serve_since(day: Date) -> Served {
    let mut world = World::new(serde_saphyr::from_str::<Settings>("authentication: anonymous").unwrap());
    world.load(&serde_saphyr::from_str("projects: [p]").unwrap()).unwrap();
    let authority = Authority::new(day).unwrap();
    let certificate = authority.certificate_pem();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = Server::new(world, Clock::new(Pace::Manual, Clock::wall()));
    tokio::spawn(server.with_proxy(Proxy::new(authority, tell)).serve(listener));
    Served { address, certificate }
}

impl Served {
    /// The connection after a CONNECT, and the head of the answer.
    async fn connect(&self, whom: &str) -> (TcpStream, String) {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let request = format!("CONNECT {whom} HTTP/1.1\r\nhost: {whom}\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            head.push(char::from(stream.read_u8().await.unwrap()));
        }
        (stream, head)
    }

    /// A connection to a host of Google's, for a client that trusts `certificate`.
    pub(crate) async fn tunnel(
        &self,
        host: &str,
        certificate: &str,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let (stream, head) = self.connect(&format!("{host}:443")).await;
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from(host.to_owned()).unwrap();
        TlsConnector::from(Arc::new(config)).connect(name, stream).await
    }
}

/// Sends a request and reads status and body of the answer; the connection stays open.
pub(crate) async fn call(
    stream: &mut TlsStream<TcpStream>,
    host: &str,
    line: &str,
    body: &str,
) -> (u16, Value) {
    let length = body.len();
    let request = format!("{line} HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        head.push(char::from(stream.read_u8().await.unwrap()));
    }
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap())
}

#[tokio::test]
async fn a_tunnel_leads_to_the_world_and_its_host_is_vouched_for() {
    let served = serve().await;
    for host in [COMPUTE, "www.googleapis.com", "compute.mtls.googleapis.com"] {
        let mut stream = served.tunnel(host, &served.certificate).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"http/1.1"[..]), "{host}");
        // Twice on one connection.
        for _ in 0..2 {
            let (status, body) = call(&mut stream, host, &format!("GET {NETWORKS}"), "").await;
            assert_eq!((status, &body["kind"]), (200, &json!("compute#networkList")), "{host}");
        }
    }
}

#[tokio::test]
async fn what_is_asked_for_is_answered_as_the_host_that_was_asked() {
    let served = serve().await;
    let ranges = "GET /v1/projects/p/locations/global/internalRanges";
    let compute = &format!("GET {NETWORKS}");
    for (host, line, expected) in [
        ("networkconnectivity.googleapis.com", ranges, 200),
        // Another service with a path of the same form: it is not modelled, and another one's answer would be a pretence.
        ("container.googleapis.com", ranges, 501),
        ("iam.googleapis.com", ranges, 501),
        ("iam.googleapis.com", compute, 501),
        ("container.googleapis.com", compute, 501),
        ("europe-west1-compute.googleapis.com", compute, 200),
        ("iam.googleapis.com", "GET /v1/projects/p/serviceAccounts", 200),
        ("storage.googleapis.com", "GET /storage/v1/b", 501),
        ("oauth2.googleapis.com", "POST /token", 400),
        ("www.googleapis.com", "POST /oauth2/v4/token", 400),
    ] {
        let mut stream = served.tunnel(host, &served.certificate).await.unwrap();
        let (status, body) = call(&mut stream, host, line, "").await;
        assert_eq!(status, expected, "{host} {line}: {body}");
    }
}

#[tokio::test]
async fn whoever_does_not_trust_the_certificate_is_told_of() {
    let served = serve().await;
    let other = Authority::new(Clock::today()).unwrap().certificate_pem();
    // A host that no other test asks for.
    let host = "untrusted.googleapis.com";
    assert!(served.tunnel(host, &other).await.is_err());
    let mut telling = TOLD.1.lock().await;
    let told = loop {
        let told = telling.recv().await.unwrap();
        if told.contains(host) {
            break told;
        }
    };
    assert!(told.contains("trust"), "{told}");
    assert!(served.tunnel(host, &served.certificate).await.is_ok());
}

#[tokio::test]
async fn certificates_are_good_from_the_day_before_and_for_a_year() {
    for (days, is_good) in [(0, true), (300, true), (400, false), (-1, true), (-3, false)] {
        let made = Clock::today().saturating_sub(jiff::Span::new().days(days));
        let served = serve_since(made).await;
        let tunnel = served.tunnel(COMPUTE, &served.certificate).await;
        assert_eq!(tunnel.is_ok(), is_good, "made {days} days ago: {tunnel:?}");
    }
}

#[tokio::test]
async fn the_proxy_leads_nowhere_else_and_says_so_in_its_first_line() {
    let served = serve().await;
    for whom in ["example.org:443", "compute.googleapis.com:80", "127.0.0.1:443", "googleapis.com:443"] {
        let (mut stream, head) = served.connect(whom).await;
        let first = head.lines().next().unwrap();
        assert!(first.starts_with("HTTP/1.1 403 ") && first.contains("googleapis.com"), "{first}");
        let mut body = vec![0; 16];
        stream.read_exact(&mut body).await.unwrap();
        assert!(body.starts_with(b"{\"error\":"), "{whom}");
    }
    let plain = super::Client::start(super::ANONYMOUS, Pace::Manual).await;
    let (head, body) = plain.raw("CONNECT", "compute.googleapis.com:443", "").await;
    assert!(head.starts_with("http/1.1 501 "), "{head}");
    assert!(body["error"]["message"].as_str().unwrap().contains("--https-proxy"), "{body}");
    let (head, body) = plain.raw("GET", "http://example.org/compute/v1/projects/p", "").await;
    assert!(head.starts_with("http/1.1 403 ") && body["error"]["code"] == 403, "{head}");
}

#[tokio::test]
async fn a_fault_breaks_the_connection_in_a_tunnel() {
    let served = serve().await;
    let mut stream = served.tunnel(COMPUTE, &served.certificate).await.unwrap();
    let rule = json!({ "method": "compute.networks.list", "fault": "drop" }).to_string();
    assert_eq!(call(&mut stream, COMPUTE, "POST /_fake/faults", &rule).await, (200, json!({})));
    let request = format!("GET {NETWORKS} HTTP/1.1\r\nhost: {COMPUTE}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut seen = Vec::new();
    let read = stream.read_to_end(&mut seen).await;
    let seen = String::from_utf8_lossy(&seen);
    assert!(read.is_err() || !seen.ends_with("0\r\n\r\n"), "{seen}");
    assert!(!seen.contains("networkList"), "{seen}");
}
