//! Advice after a failure: where to look, and how to try again.

use std::io::ErrorKind;
use std::path::Path;

use super::error::DemoError;
use crate::migration::MigrationError;
use crate::processes::ProcessError;

/// The command that shows more of what a process said.
fn look(log: &Path) -> String {
    format!("see more: tail -n 50 {}", log.display())
}

/// The command of `make` that does the same again as the command `name` of this program with these arguments.
pub(super) fn same_again(name: &str, arguments: impl IntoIterator<Item = String>) -> String {
    let mut command = format!("make {name}");
    let mut rest = Vec::new();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.strip_prefix("--nodes") {
            // These stand in the command already.
            Some(number) if name == "demo" => {
                let number = number.strip_prefix('=').map(str::to_owned).or_else(|| arguments.next());
                command = number.map_or(command, |number| format!("make {name} NODES={number}"));
            }
            _ => rest.push(argument),
        }
    }
    let is_plain =
        |argument: &String| argument.chars().all(|it| it.is_ascii_alphanumeric() || "-_.,:=/".contains(it));
    if !rest.is_empty() && rest.iter().all(is_plain) {
        command = format!("{command} ARGS=\"{}\"", rest.join(" "));
    }
    command
}

/// The lines of advice about `error`, one for each thing that a person can do; `command` is the command that was run.
pub(super) fn advice(error: &DemoError, run_dir: &Path, command: &str) -> Vec<String> {
    let again = format!("try again: {command}");
    let controller = run_dir.join("controller.log");
    if let Some(error) = error.process() {
        return of_process(error, again);
    }
    match error {
        DemoError::ControllerEnded { log, .. } => vec![look(log), again],
        DemoError::Migration(MigrationError::Late { .. }) => vec![
            format!("see what the controller said last: tail -n 50 {}", controller.display()),
            "on a slow or busy machine let time pass more slowly: make demo ARGS=\"--speed 5\"".to_owned(),
        ],
        DemoError::Migration(MigrationError::Refused { .. }) => {
            vec![format!("see why: grep -E 'WARN|ERROR' {}", controller.display()), again]
        }
        DemoError::Migration(_) | DemoError::Neighbour(_) | DemoError::Cloud(_) => {
            vec![look(&controller), again]
        }
        DemoError::Journey(_) => vec![
            look(&controller),
            look(&run_dir.join("cloud-controller-manager.log")),
            "on a slow or busy machine let time pass more slowly: make journey ARGS=\"--speed 2\"".to_owned(),
        ],
        DemoError::Process(_) | DemoError::Setting(_) => vec![look(&run_dir.join("testenv.log")), again],
    }
}

fn of_process(error: &ProcessError, again: String) -> Vec<String> {
    match error {
        ProcessError::Missing { .. } | ProcessError::Stale { .. } => vec![again],
        ProcessError::GoMissing { .. } | ProcessError::GoTooOld { .. } => {
            vec!["Go is at https://go.dev/dl/; nothing has to be done but to put its `bin` into $PATH".to_owned(), again]
        }
        ProcessError::GoModules { log, .. } => vec![
            "Go fetches modules from where `go env GOPROXY` says: that must be reachable from here, and 900 MB must be free \
             where `go env GOMODCACHE` says"
                .to_owned(),
            look(log),
            format!("what was fetched is kept; {again}"),
        ],
        ProcessError::GoBuild { log, .. } => vec![
            format!(
                "it takes 2.2 GB where `go env GOCACHE` says, and 1 GB here: df -h {}",
                log.parent().unwrap_or(log).display()
            ),
            look(log),
            format!("what was compiled is kept; {again}"),
        ],
        ProcessError::File { path, source } if source.kind() == ErrorKind::StorageFull => vec![
            format!("the disk is full: df -h {}", path.parent().unwrap_or(path).display()),
            "$LANDSCAPE_CACHE and $TMPDIR name other places for what is built and for what is written".to_owned(),
            again,
        ],
        ProcessError::Ended { log, .. } | ProcessError::Late { log, .. } => vec![look(log), again],
        ProcessError::Spawn { .. }
        | ProcessError::NotAgreed { .. }
        | ProcessError::Signal { .. }
        | ProcessError::File { .. } => vec![again],
    }
}

#[cfg(test)]
mod tests {
    use super::same_again;

    #[test]
    fn the_same_is_done_again() {
        for (name, arguments, command) in [
            ("demo", "--nodes 20", "make demo NODES=20"),
            ("demo", "--nodes=7 --crash-at M9", "make demo NODES=7 ARGS=\"--crash-at M9\""),
            ("demo", "--undo-at M6", "make demo ARGS=\"--undo-at M6\""),
            ("journey", "", "make journey"),
            ("journey", "--nodes 3 --join-at M6", "make journey ARGS=\"--nodes 3 --join-at M6\""),
            ("journey", "--speed $(2)", "make journey"),
        ] {
            let arguments = arguments.split_whitespace().map(str::to_owned);
            assert_eq!(same_again(name, arguments), command);
        }
    }
}
