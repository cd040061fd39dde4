//! The component configuration, `ControllerConfiguration` of `gcp.provider.extensions.config.gardener.cloud/v1alpha1`.
//!
//! It is read strictly: a field that nobody knows is an error, because a setting that is silently ignored is worse. What concerns the
//! other controllers of provider-gcp is accepted, so that one file can serve both, and has no effect here.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use serde::Deserialize;
use serde::de::IgnoredAny;

const API_VERSION: &str = "gcp.provider.extensions.config.gardener.cloud/v1alpha1";
const KIND: &str = "ControllerConfiguration";
/// The feature gate, beta and on by default, by which shoots get no service account of their own.
const NO_SERVICE_ACCOUNTS: &str = "DisableGardenerServiceAccountCreation";

/// The parts of the component configuration that count here.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Configuration {
    pub(super) client: ClientConnection,
    /// Whether every shoot gets a service account of its own.
    pub(super) service_accounts: bool,
}

impl Default for Configuration {
    fn default() -> Self {
        Self { client: ClientConnection { qps: 100.0, burst: 130 }, service_accounts: false }
    }
}

/// The limit of the rate of requests to the seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct ClientConnection {
    /// The requests a second in the long run; less than 0: no limit.
    pub(super) qps: f32,
    /// The most requests at once.
    pub(super) burst: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Document {
    api_version: String,
    kind: String,
    #[serde(default)]
    client_connection: Option<ClientConnectionDocument>,
    #[serde(default)]
    feature_gates: Option<BTreeMap<String, bool>>,
    #[serde(default, rename = "etcd")]
    _etcd: Option<IgnoredAny>,
    #[serde(default, rename = "healthCheckConfig")]
    _health_check_config: Option<IgnoredAny>,
    #[serde(default, rename = "profiling")]
    _profiling: Option<IgnoredAny>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct ClientConnectionDocument {
    /// A content type, which has no effect: requests and answers are JSON.
    #[serde(default, rename = "acceptContentTypes")]
    _accept_content_types: Option<String>,
    /// A content type, which has no effect: requests and answers are JSON.
    #[serde(default, rename = "contentType")]
    _content_type: Option<String>,
    #[serde(default)]
    qps: Option<f32>,
    #[serde(default)]
    burst: Option<i32>,
}

impl Configuration {
    /// Reads the configuration from `file`; without one, it is the default.
    ///
    /// # Errors
    /// Name the file and the field.
    pub(super) fn read(file: Option<&Path>) -> anyhow::Result<Self> {
        let Some(file) = file else { return Ok(Self::default()) };
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("--config-file: cannot read {}", file.display()))?;
        Self::parse(&text).with_context(|| format!("--config-file {}", file.display()))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let document: Document = serde_saphyr::from_str(text)?;
        if document.api_version != API_VERSION {
            bail!("apiVersion is {:?}: write {API_VERSION}", document.api_version);
        }
        if document.kind != KIND {
            bail!("kind is {:?}: write {KIND}", document.kind);
        }
        let mut configuration = Self::default();
        if let Some(given) = document.client_connection {
            configuration.client.read(&given)?;
        }
        for (gate, on) in document.feature_gates.unwrap_or_default() {
            match gate.as_str() {
                NO_SERVICE_ACCOUNTS => configuration.service_accounts = !on,
                _ => bail!("featureGates.{gate} does not exist: the only gate is {NO_SERVICE_ACCOUNTS}"),
            }
        }
        Ok(configuration)
    }
}

impl ClientConnection {
    /// Takes over the fields that are given; a zero counts as not given, as in Go.
    fn read(&mut self, given: &ClientConnectionDocument) -> anyhow::Result<()> {
        match given.qps.unwrap_or_default() {
            qps if !qps.is_finite() => bail!("clientConnection.qps is {qps}: write a number"),
            0.0 => {}
            qps => self.qps = qps,
        }
        match given.burst.unwrap_or_default() {
            0 => {}
            burst => {
                self.burst = u32::try_from(burst)
                    .ok()
                    .with_context(|| format!("clientConnection.burst is {burst}: write a number above 0"))?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str =
        "apiVersion: gcp.provider.extensions.config.gardener.cloud/v1alpha1\nkind: ControllerConfiguration\n";

    fn parse(rest: &str) -> Result<Configuration, String> {
        Configuration::parse(&format!("{HEAD}{rest}")).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn what_counts_is_taken_over_and_what_concerns_others_is_accepted() {
        let defaults = Configuration::default();
        assert_eq!(parse(""), Ok(defaults.clone()));
        assert_eq!((defaults.client.qps, defaults.client.burst), (100.0, 130));
        assert!(!defaults.service_accounts);
        let all = parse(
            "clientConnection:\n  acceptContentTypes: application/json\n  contentType: application/json\n  qps: 7.5\n  burst: 9\n\
             etcd:\n  storage:\n    className: gardener.cloud-fast\n    capacity: 25Gi\n  backup:\n    schedule: 0 0 * * *\n\
             healthCheckConfig:\n  syncPeriod: 30s\n\
             profiling:\n  pprofBindAddress: ''\n  enableContentionProfiling: false\n\
             featureGates:\n  DisableGardenerServiceAccountCreation: false\n",
        )
        .unwrap();
        assert_eq!((all.client.qps, all.client.burst), (7.5, 9));
        assert!(all.service_accounts);
        assert_eq!(parse("clientConnection: { qps: 0, burst: 0 }\n"), Ok(defaults));
        assert_eq!(parse("clientConnection: { qps: -1 }\n").unwrap().client.qps, -1.0);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (rest, named) in [
            ("clientConection: {}\n", "clientConection"),
            ("clientConnection: { qsp: 1 }\n", "qsp"),
            ("clientConnection: { burst: -1 }\n", "clientConnection.burst is -1"),
            ("clientConnection: { qps: .nan }\n", "clientConnection.qps"),
            ("featureGates: { Other: true }\n", "featureGates.Other does not exist"),
            ("featureGates: { DisableGardenerServiceAccountCreation: often }\n", "bool"),
            ("kind: ControllerConfiguration\n", "kind"),
        ] {
            let error = parse(rest).unwrap_err();
            assert!(error.contains(named), "{rest}: {error}");
        }
        for (text, named) in [
            ("apiVersion: v1\nkind: ControllerConfiguration\n", "apiVersion is \"v1\""),
            (&HEAD.replace("ControllerC", "C"), "kind is \"Configuration\""),
            ("kind: ControllerConfiguration\n", "apiVersion"),
            ("", ""),
        ] {
            let error = format!("{:#}", Configuration::parse(text).unwrap_err());
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
