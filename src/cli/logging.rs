//! The log on standard error: format, level, and whose lines. May not know what is logged.

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;

/// The format of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// One JSON object a line.
    Json,
    /// Lines for people.
    Text,
}

/// The level of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Level {
    /// All that happens, each call included.
    Debug,
    /// Steps, events and findings.
    Info,
    /// Only errors, which need a person.
    Error,
}

/// Starts the log on standard error.
pub(super) fn start(level: Level, format: Format) {
    let level = match level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Error => "error",
    };
    // Of the libraries only what goes wrong. The client of the seed tells whole documents then, which are nobody's to read here, and
    // what goes wrong with a call is told by whoever made it.
    let filter = EnvFilter::new(format!(
        "warn,kube_client::client=off,kube_client::client::auth=warn,kube_client::client::tls=warn,gardener_extension_infra_gcp={level}"
    ));
    let subscriber = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Format::Json => subscriber.json().flatten_event(true).init(),
        Format::Text => {
            let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
            subscriber.with_ansi(colours).init();
        }
    }
}
