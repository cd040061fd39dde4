//! The command `env`: the variables by which clients find a server.

use std::io::Write as _;
use std::path::Path;

use anyhow::Context as _;
use clap::ValueEnum;
use serde_json::{Map, Value};
use url::Url;

use super::proxy;

#[derive(Debug, clap::Args)]
pub(super) struct Env {
    /// URL of the server, as it prints it.
    #[arg(long, env = "FAKE_GCP_URL")]
    url: Url,
    #[command(flatten)]
    proxy: proxy::Options,
    /// Id of the project that clients use unless told otherwise [default: my-project].
    #[arg(long, env = "FAKE_GCP_PROJECT", value_delimiter = ',')]
    project: Vec<String>,
    /// Form of the variables.
    #[arg(long, value_enum, default_value = "shell")]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For eval "$(fake-gcp env …)".
    Shell,
    /// For fake-gcp env … | Out-String | Invoke-Expression.
    Powershell,
    /// One object.
    Json,
}

/// Variables with their values, and whom they are for.
type Variables = Vec<(&'static str, &'static str, String)>;

/// Prints the variables.
pub(super) fn run(env: &Env) -> anyhow::Result<()> {
    let project = env.project.first().map_or(proxy::PROJECT, String::as_str);
    let mut variables = if env.proxy.https_proxy { through_proxy(env)? } else { to_endpoint(&env.url) };
    variables.push(("all clients", "GOOGLE_CLOUD_PROJECT", project.to_owned()));
    variables.push(("gcloud", "CLOUDSDK_CORE_PROJECT", project.to_owned()));
    Ok(std::io::stdout().write_all(render(&variables, env.format).as_bytes())?)
}

/// Clients call Google, and the proxy answers.
fn through_proxy(env: &Env) -> anyhow::Result<Variables> {
    let url = env.url.as_str().trim_end_matches('/');
    let host = env.url.host_str().with_context(|| format!("--url {url} names no host"))?;
    let port = env.url.port().with_context(|| format!("--url {url} names no port"))?;
    let files = env.proxy.files(port);
    for path in [&files.certificate, &files.credentials] {
        anyhow::ensure!(
            path.exists(),
            "{} is not there: start the server with --https-proxy, and give both commands the same --client-files",
            path.display()
        );
    }
    let whole = |path: &Path| {
        let whole = std::path::absolute(path).with_context(|| format!("finding {}", path.display()))?;
        anyhow::Ok(whole.display().to_string())
    };
    let (certificate, credentials) = (whole(&files.certificate)?, whole(&files.credentials)?);
    let direct = "localhost,127.0.0.1,::1";
    Ok(vec![
        ("all clients", "HTTPS_PROXY", url.to_owned()),
        ("all clients", "https_proxy", url.to_owned()),
        ("all clients", "NO_PROXY", direct.to_owned()),
        ("all clients", "no_proxy", direct.to_owned()),
        ("all clients", "GOOGLE_APPLICATION_CREDENTIALS", credentials.clone()),
        ("Go, Rust, Terraform", "SSL_CERT_FILE", certificate.clone()),
        ("curl", "CURL_CA_BUNDLE", certificate.clone()),
        ("Python: google-cloud-compute", "REQUESTS_CA_BUNDLE", certificate.clone()),
        ("Python: google-api-python-client", "HTTPLIB2_CA_CERTS", certificate.clone()),
        ("gcloud", "CLOUDSDK_CONFIG", whole(&files.gcloud()?)?),
        ("gcloud", "CLOUDSDK_CORE_CUSTOM_CA_CERTS_FILE", certificate),
        ("gcloud", "CLOUDSDK_PROXY_TYPE", "http".to_owned()),
        ("gcloud", "CLOUDSDK_PROXY_ADDRESS", host.to_owned()),
        ("gcloud", "CLOUDSDK_PROXY_PORT", port.to_string()),
        ("gcloud", "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", credentials),
    ])
}

/// Clients that read another endpoint from a variable call it, without credentials: the server must take anybody.
fn to_endpoint(url: &Url) -> Variables {
    let url = url.as_str().trim_end_matches('/');
    vec![
        ("gcloud", "CLOUDSDK_API_ENDPOINT_OVERRIDES_COMPUTE", format!("{url}/compute/v1/")),
        ("gcloud", "CLOUDSDK_API_ENDPOINT_OVERRIDES_IAM", format!("{url}/")),
        ("gcloud", "CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "true".to_owned()),
        ("Terraform", "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", format!("{url}/compute/v1/")),
        ("Terraform", "GOOGLE_IAM_CUSTOM_ENDPOINT", format!("{url}/v1/")),
        ("Terraform", "GOOGLE_OAUTH_ACCESS_TOKEN", "any".to_owned()),
    ]
}

fn render(variables: &Variables, format: Format) -> String {
    let line = |(whom, name, value): &(&str, &str, String)| match format {
        Format::Powershell => format!("$env:{name} = '{}' # {whom}\n", value.replace('\'', "''")),
        _ => format!("export {name}='{}' # {whom}\n", value.replace('\'', r"'\''")),
    };
    match format {
        Format::Json => {
            let object: Map<String, Value> = variables
                .iter()
                .map(|(_, name, value)| ((*name).to_owned(), value.as_str().into()))
                .collect();
            format!("{:#}\n", Value::Object(object))
        }
        Format::Shell | Format::Powershell => variables.iter().map(line).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted() {
        let variables = vec![("gcloud", "A", "it's $HOME".to_owned())];
        for (format, expected) in [
            (Format::Shell, "export A='it'\\''s $HOME' # gcloud\n"),
            (Format::Powershell, "$env:A = 'it''s $HOME' # gcloud\n"),
            (Format::Json, "{\n  \"A\": \"it's $HOME\"\n}\n"),
        ] {
            assert_eq!(render(&variables, format), expected);
        }
    }
}
