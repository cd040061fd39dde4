//! What is wrong with what is logged, as far as the binary shows it by default.

use tracing::Level;

use crate::log::{Line, Log};

/// Fields that are longer than `most` bytes, or have characters that are not to be seen, or tell of a panic.
pub(super) fn wrong(log: &Log, most: usize, seeds: &[u64]) -> Vec<String> {
    log.read(|lines| {
        let shown = lines.iter().filter(|line| is_shown(line));
        let fields: Vec<_> = shown
            .flat_map(|line| line.fields.iter().map(move |(name, text)| (&line.target, name, text)))
            .collect();
        assert!(fields.len() > 100, "seeds {seeds:?}: only {} fields are logged", fields.len());
        let odd = fields.into_iter().filter(|(.., text)| {
            text.len() > most || text.contains(char::is_control) || text.contains("panicked")
        });
        odd.map(|(target, name, text)| {
            format!("seeds {seeds:?}: {} bytes at {target} {name}: {text:.500?}", text.len())
        })
        .collect()
    })
}

/// As the binary has it: of libraries what goes wrong, and of the client of the seed nothing.
fn is_shown(line: &Line) -> bool {
    let ours = line.target.starts_with("gardener_extension_infra_gcp");
    let least = if ours { Level::INFO } else { Level::WARN };
    line.level <= least && line.target != "kube_client::client"
}
