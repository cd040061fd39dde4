//! The command `replay`.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;

#[derive(Debug, clap::Args)]
pub(super) struct Replay {
    /// Logs of requests and answers.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Part of the names of logs that another mock wrote, not Google: they are counted apart. May be given several times.
    #[arg(long)]
    mock: Vec<String>,
}

/// Replays each log, and prints what differs and the sum.
pub(super) fn run(replay: &Replay) -> anyhow::Result<()> {
    let (mut exact, mut all) = (0, 0);
    let mut out = std::io::stdout();
    for path in &replay.files {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let report = fake_gcp::replay::replay(&name, &text).with_context(|| format!("reading {name}"))?;
        if replay.mock.iter().any(|part| name.contains(part)) {
            write!(out, "(another mock's) {report}")?;
        } else {
            (exact, all) = (exact + report.exact, all + report.exact + report.differ);
            write!(out, "{report}")?;
        }
    }
    writeln!(out, "all logs of Google: {exact} of {all} exact")?;
    Ok(())
}
