//! The program: what `serve --https-proxy` and `env` say fits together, and is enough for a client.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use aws_lc_rs::signature::RsaKeyPair;
use serde_json::Value;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;

use crate::account::{Account, claims};
use crate::proxy::{Served, call};

const HOST: &str = "compute.googleapis.com";
const NETWORKS: &str = "/compute/v1/projects/my-project/global/networks";

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fake-gcp"));
    command.env_clear();
    command
}

/// A server that ends with this value, and the line that it printed.
fn serve(arguments: &[&str]) -> (Child, Value) {
    let mut command = program();
    command.args(["serve", "--exit-with-stdin"]).args(arguments);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (child, serde_json::from_str(&line).unwrap())
}

fn env(url: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = program();
    command.args(["env", "--url", url, "--client-files"]).arg(folder).args(arguments);
    command.output().unwrap()
}

#[tokio::test]
async fn the_variables_lead_a_client_to_the_server_with_good_credentials() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().to_str().unwrap();
    let (mut child, told) = serve(&["--https-proxy", "--client-files", files]);
    let url = told["url"].as_str().unwrap();

    let output = env(url, folder.path(), &["--https-proxy", "--format", "json"]);
    let variables: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(variables["HTTPS_PROXY"], told["url"]);
    assert_eq!(variables["SSL_CERT_FILE"], told["certificate"]);
    assert_eq!(variables["GOOGLE_APPLICATION_CREDENTIALS"], told["credentials"]);
    assert_eq!(variables["GOOGLE_CLOUD_PROJECT"], "my-project");

    let read = |name: &str| std::fs::read_to_string(variables[name].as_str().unwrap()).unwrap();
    let credentials: Value = serde_json::from_str(&read("GOOGLE_APPLICATION_CREDENTIALS")).unwrap();
    let text = |name: &str| credentials[name].as_str().unwrap();
    let der = PrivatePkcs8KeyDer::from_pem_slice(text("private_key").as_bytes()).unwrap();
    let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der()).unwrap();
    let account = Account { pair, kid: text("private_key_id").to_owned() };
    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    let served = Served { address, certificate: read("SSL_CERT_FILE") };
    let mut stream = served.tunnel(HOST, &served.certificate).await.unwrap();
    let issuer = serde_json::json!({ "iss": text("client_email") });
    let token = account.sign(&claims(fake_gcp::http::Clock::wall(), issuer));
    for (token, expected) in [(token.as_str(), 200), ("other", 401)] {
        let line = format!("GET {NETWORKS}?access_token={token}");
        assert_eq!(call(&mut stream, HOST, &line, "").await.0, expected);
    }
    drop(child.stdin.take());
    child.wait().unwrap();
}

#[test]
fn without_the_files_of_a_server_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let output = env("http://127.0.0.1:1", folder.path(), &["--https-proxy"]);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
    assert!(told.starts_with("error: ") && told.contains("ca.pem is not there"), "{told}");
    // Of an endpoint there are none.
    let output = env("http://127.0.0.1:1", folder.path(), &[]);
    let told = String::from_utf8(output.stdout).unwrap();
    let line = "export CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE='http://127.0.0.1:1/compute/v1/' # gcloud\n";
    assert!(output.status.success() && told.starts_with(line), "{told}");
}
