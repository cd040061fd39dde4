//! What somebody sees who starts the fake without a command: a server that takes everybody, and how clients find it.

use std::io::Write as _;

use clap::Parser as _;

use super::proxy::PROJECT;
use super::serve::{Serve, Started};

#[derive(Debug, clap::Parser)]
struct Alone {
    #[command(flatten)]
    serve: Serve,
}

/// Options as `fake-gcp serve --authentication anonymous --project my-project --https-proxy` has them, and as the environment says.
pub(super) fn serve() -> anyhow::Result<Serve> {
    let words = ["fake-gcp", "--authentication", "anonymous", "--project", PROJECT, "--https-proxy"];
    Ok(Alone::try_parse_from(words)?.serve)
}

/// Prints how clients find the server.
pub(super) fn print(started: &Started) -> std::io::Result<()> {
    let url = &started.url;
    let certificate = started.files.as_ref().map(|files| files.certificate.display().to_string());
    let certificate = certificate.unwrap_or_default();
    write!(
        std::io::stdout(),
        "\
A fake of Google's Compute API is at {url}, with the empty project {PROJECT}; anybody may call it. Ctrl-C ends it.

See it:       curl {url}/compute/v1/projects/{PROJECT}/global/networks
Make things:  curl {url}/compute/v1/projects/{PROJECT}/global/networks -d '{{\"name\": \"vpc\", \"autoCreateSubnetworks\": false}}'
Look inside:  curl {url}/_fake/snapshot

Clients that are to call it as if it were Google, unchanged: it is an HTTPS proxy too, whose certificate is {certificate}
and was made just now. In the shell of the client, for gcloud, Terraform, Go, Python, Rust and curl:

              eval \"$(fake-gcp env --url {url} --https-proxy)\"

Clients that are told another endpoint:

gcloud        CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE={url}/compute/v1/ CLOUDSDK_AUTH_DISABLE_CREDENTIALS=true CLOUDSDK_CORE_PROJECT={PROJECT}
Terraform     GOOGLE_COMPUTE_CUSTOM_ENDPOINT={url}/compute/v1/ GOOGLE_OAUTH_ACCESS_TOKEN=any
Go            option.WithEndpoint(\"{url}/compute/v1/\"), option.WithoutAuthentication()
Python        ClientOptions(api_endpoint=\"{url}\"), credentials=AnonymousCredentials(); wait by its operations clients, as .result() calls Google
Rust          .with_endpoint(\"{url}\").with_credentials(anonymous::Builder::new().build())

More: fake-gcp env --help, fake-gcp serve --help, fake-gcp methods, fake-gcp rules
"
    )
}
