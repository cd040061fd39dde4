//! Options that every command has: whatever changes what is done about an Infrastructure.
//!
//! The controller and the dry run share them, so that with the same options the one does what the other shows.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Args, value_parser};
use planner::documents::names::{DEFAULT_EXTENSION_CLASS, EXTENSION_CLASSES};
use planner::snapshot::Settings;

use super::config_file::Configuration;
use super::duration;

/// The waits for hosts to learn of a change, of which the end of a migration is estimated too.
#[derive(Debug, Args)]
pub(super) struct SettleTimes {
    /// Time that a change is given to reach every host after the API says that it is done. Below 60s, the promise that no node
    /// is cut off rests on Google being faster.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration::parse)]
    alias_settle: Duration,
    /// Least time that each added alias adds to the settle time; the larger of the two counts.
    #[arg(long, value_name = "DURATION", default_value = "100ms", value_parser = duration::parse)]
    settle_per_alias: Duration,
}

impl SettleTimes {
    /// The `settings`, but with these waits.
    pub(super) fn within(&self, settings: Settings) -> Settings {
        Settings { settle: self.alias_settle, settle_per_alias: self.settle_per_alias, ..settings }
    }
}

/// The options on which decisions depend.
#[derive(Debug, Args)]
pub(super) struct Decisions {
    /// Further settings: a ControllerConfiguration of gcp.provider.extensions.config.gardener.cloud/v1alpha1. clientConnection and
    /// featureGates count; etcd, healthCheckConfig and profiling have no effect.
    #[arg(long, value_name = "FILE")]
    config_file: Option<PathBuf>,
    /// The extension classes served.
    #[arg(long, value_name = "CLASS", value_delimiter = ',', default_value = DEFAULT_EXTENSION_CLASS)]
    #[arg(value_parser = PossibleValuesParser::new(EXTENSION_CLASSES))]
    extension_classes: Vec<String>,
    #[command(flatten)]
    settle_times: SettleTimes,
    /// Time that the cloud-controller-manager may take to stop.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    freeze_deadline: Duration,
    /// Time until the next look at something that comes by itself.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    look_again_interval: Duration,
    /// Pause between two looks at the canaries: the nodes that are measured with their aliases before the others get theirs.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = duration::parse)]
    canary_interval: Duration,
    /// Time for which a pod must have been ready for a canary to be measured by it.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = duration::parse)]
    canary_pod_age: Duration,
    /// Time after which a canary shows nothing that cannot be measured, as the way to it is down or the node that it is compared with
    /// is not well.
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    canary_timeout: Duration,
    /// Most aliases set, or routes deleted, between two looks at the world.
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = value_parser!(u16).range(1..))]
    wave: u16,
}

impl Decisions {
    /// The options as the planner takes them.
    pub(super) fn settings(&self) -> Settings {
        let defaults = Settings::default();
        self.settle_times.within(Settings {
            freeze_deadline: self.freeze_deadline,
            look_again: self.look_again_interval,
            canary_interval: self.canary_interval,
            canary_pod_age: self.canary_pod_age,
            canary_timeout: self.canary_timeout,
            wave: self.wave.into(),
            ..defaults
        })
    }

    /// A warning for whoever gave the options; `None`: there is nothing to warn of.
    pub(super) fn warning(&self) -> Option<String> {
        let safe = Settings::default();
        let (flag, given, safe) = [
            ("--alias-settle", self.settle_times.alias_settle, safe.settle),
            ("--settle-per-alias", self.settle_times.settle_per_alias, safe.settle_per_alias),
        ]
        .into_iter()
        .find(|(_, given, safe)| given < safe)?;
        Some(format!(
            "{flag} is {given:?}: below {safe:?} the promise that no node is cut off by a migration rests on Google being faster; \
             leave it out, or give {safe:?} or more"
        ))
    }

    /// The configuration in the file; without one, it is the default.
    ///
    /// # Errors
    /// Name the file and the field.
    pub(super) fn configuration(&self) -> anyhow::Result<Configuration> {
        Configuration::read(self.config_file.as_deref())
    }

    /// The extension classes served.
    pub(super) fn classes(&self) -> &[String] {
        &self.extension_classes
    }
}
