//! The choice of the controllers that run, and the flags of those that this binary does not have.

use clap::{ArgAction, Args, ValueEnum};

/// The options that say which controllers run.
#[derive(Debug, Args)]
pub(super) struct Controllers {
    /// The controllers to run; all of them unless some are named.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_enum)]
    controllers: Vec<Name>,
    /// The controllers not to run.
    #[arg(long, value_name = "NAME", value_delimiter = ',', value_enum)]
    disable_controllers: Vec<Name>,
    /// Version of Gardener, for the log.
    #[arg(long, value_name = "VERSION", default_value = "")]
    pub(super) gardener_version: String,
    /// Whether this runs in a self-hosted shoot, for the log.
    #[arg(long, value_name = "BOOL", default_value_t = false, default_missing_value = "true")]
    #[arg(num_args = 0..=1, require_equals = true, action = ArgAction::Set)]
    pub(super) self_hosted_shoot_cluster: bool,
    #[command(flatten)]
    _webhooks: Webhooks,
}

/// The name of a controller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Name {
    /// Reconciles Infrastructures.
    Infrastructure,
    /// Renews the Lease by which gardenlet sees that the extension lives.
    Heartbeat,
}

impl Controllers {
    /// Whether the controller called `name` is to run.
    pub(super) fn run(&self, name: Name) -> bool {
        (self.controllers.is_empty() || self.controllers.contains(&name))
            && !self.disable_controllers.contains(&name)
    }
}

/// The flags of webhooks. There are none here; charts of provider-gcp set these flags all the same.
#[derive(Debug, Args)]
struct Webhooks {
    #[arg(long, hide = true)]
    webhook_config_mode: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_url: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_namespace: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_owner_namespace: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_service_port: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_server_host: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_server_port: Option<String>,
    #[arg(long, hide = true)]
    webhook_config_cert_dir: Option<String>,
    #[arg(long, hide = true)]
    disable_webhooks: Vec<String>,
}
