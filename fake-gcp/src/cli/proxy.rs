//! The HTTPS proxy as the command line knows it: its options, and the files that clients need to go through it.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RsaKeyPair};
use fake_gcp::auth::keys::KeyFixture;
use fake_gcp::http::proxy::authority::pem;
use fake_gcp::http::{Clock, Proxy, proxy::Authority};
use serde_json::json;

/// Id of the project of the credentials, unless one is named.
pub(super) const PROJECT: &str = "my-project";

#[derive(Debug, clap::Args)]
pub(super) struct Options {
    /// Answers CONNECT to *.googleapis.com as the host that is asked for, so that clients need no other endpoint; it leads nowhere
    /// else. `fake-gcp env` prints how clients find it.
    #[arg(long, env = "FAKE_GCP_HTTPS_PROXY")]
    pub(super) https_proxy: bool,
    /// Folder for what clients need to go through the proxy: ca.pem, the certificate that they must trust, and credentials.json, a key
    /// of a service account of the first project. Both are made at each start [default: fake-gcp-PORT in the temporary folder].
    #[arg(long, env = "FAKE_GCP_CLIENT_FILES")]
    client_files: Option<PathBuf>,
}

/// The files that clients need.
#[derive(Debug, Clone)]
pub(super) struct Files {
    pub(super) certificate: PathBuf,
    pub(super) credentials: PathBuf,
}

impl Options {
    /// Where the files are for a server at a port.
    pub(super) fn files(&self, port: u16) -> Files {
        let default = || std::env::temp_dir().join(format!("fake-gcp-{port}"));
        let folder = self.client_files.clone().unwrap_or_else(default);
        Files { certificate: folder.join("ca.pem"), credentials: folder.join("credentials.json") }
    }
}

impl Files {
    /// A folder for gcloud's configuration, another one at each start: gcloud keeps tokens there, which are good for one server.
    pub(super) fn gcloud(&self) -> anyhow::Result<PathBuf> {
        let path = &self.credentials;
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let key: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("decoding {}", path.display()))?;
        let id = key.get("private_key_id").and_then(serde_json::Value::as_str).unwrap_or_default();
        Ok(path.with_file_name(format!("gcloud-{id}")))
    }
}

/// Makes certificate and credentials, writes the files, and says which key the world must know.
pub(super) fn open(files: &Files, project: &str) -> anyhow::Result<(Proxy, KeyFixture)> {
    let authority = Authority::new(Clock::today())?;
    write(&files.certificate, &authority.certificate_pem())?;
    let (key, credentials) = account(project)?;
    write(&files.credentials, &credentials)?;
    // Nobody else would tell: clients print what their library says of a certificate, and not whose it is.
    let proxy = Proxy::new(authority, |broken| eprintln!("warning: {broken}"));
    Ok((proxy, key))
}

/// A service account with a key: what the world is told of it, and the file for clients, as Google makes it.
fn account(project: &str) -> anyhow::Result<(KeyFixture, String)> {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).context("making the key of the service account")?;
    let private: Pkcs8V1Der<'_> = key.as_der().context("writing the key of the service account")?;
    let public: PublicKeyX509Der<'_> = key.public_key().as_der().context("writing the public key")?;
    let hash = digest(&SHA256, public.as_ref());
    let key_id = hash.as_ref().iter().take(20).map(|byte| format!("{byte:02x}")).collect();
    let email = format!("fake@{project}.iam.gserviceaccount.com");
    let fixture = KeyFixture {
        client_email: email.clone(),
        key_id,
        project: project.to_owned(),
        public_key_pem: pem("PUBLIC KEY", public.as_ref()),
    };
    let credentials = json!({
        "type": "service_account",
        "project_id": project,
        "private_key_id": fixture.key_id,
        "private_key": pem("PRIVATE KEY", private.as_ref()),
        "client_email": email,
        "client_id": "100000000000000000000",
        "auth_uri": "https://accounts.google.com/o/oauth2/auth",
        "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    });
    Ok((fixture, format!("{credentials:#}\n")))
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("making the folder {}", folder.display()))?;
    std::fs::write(path, text).with_context(|| format!("writing {}", path.display()))
}
