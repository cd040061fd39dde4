//! The matrix: a demonstration per size and milestone, one after the other, each in surroundings of its own, and a table of results.

use std::io::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use super::arguments::MatrixArguments;
use super::demo;
use super::error::DemoError;
use super::report::Report;
use super::scenario::Scenario;
use super::screen::{Lines, Screen};
use crate::processes::{Programs, RunDir};

/// The result of one scenario: a report, or why there is none.
pub(super) struct Row {
    scenario: Scenario,
    result: Result<Report, DemoError>,
}

impl Row {
    fn is_ok(&self) -> bool {
        self.result.as_ref().is_ok_and(Report::is_ok)
    }

    fn milestone(&self) -> String {
        self.scenario.crash_at.map_or_else(String::new, |milestone| milestone.to_string())
    }
}

/// Runs all scenarios; a failed one does not stop the others. What a run shows is
/// thrown away; its result is a line of the table at once.
pub(super) async fn run(
    arguments: &MatrixArguments,
    programs: &Programs,
    table: &mut dyn Write,
) -> Result<Vec<Row>, DemoError> {
    let mut rows = Vec::new();
    show(table, &header());
    for scenario in arguments.scenarios() {
        let screen: Arc<dyn Screen> = Arc::new(Lines::new(std::io::sink()));
        let run_dir = RunDir::create("demo")?;
        let result = demo::run(&scenario, programs.clone(), &run_dir, &screen).await;
        let row = Row { scenario, result };
        show(table, &line(&row));
        if !row.is_ok() {
            run_dir.keep();
        }
        rows.push(row);
    }
    show(table, &verdict(&rows));
    Ok(rows)
}

/// Whether there was at least one run, and each was as promised.
pub(super) fn is_ok(rows: &[Row]) -> bool {
    !rows.is_empty() && rows.iter().all(Row::is_ok)
}

fn show(table: &mut dyn Write, line: &str) {
    // Nobody can be told that the output is closed; the exit status still tells what came of it.
    let _ = writeln!(table, "{line}").and_then(|()| table.flush());
}

fn header() -> String {
    format!(
        "{:<5}{:>6}{:>10}{:>10}{:>8}{:>9}{:>11}{:>7}  {}",
        "step", "nodes", "seconds", "gap", "routes", "aliases", "mutations", "reads", "result"
    )
}

fn verdict(rows: &[Row]) -> String {
    let good = rows.iter().filter(|row| row.is_ok()).count();
    let word = if is_ok(rows) { "ok" } else { "NOT OK" };
    format!("{word}: {good} of {} runs as promised", rows.len())
}

/// An array with one object per run.
pub(super) fn to_json(rows: &[Row]) -> Value {
    let object = |row: &Row| match &row.result {
        Ok(report) => report.to_json(),
        Err(error) => json!({
            "nodes": row.scenario.nodes,
            "crash_at": row.scenario.crash_at,
            "ok": false,
            "complaints": [error.to_string()],
        }),
    };
    rows.iter().map(object).collect()
}

fn line(row: &Row) -> String {
    let (milestone, nodes) = (row.milestone(), row.scenario.nodes);
    match &row.result {
        // The rest of the error is in the log, which is kept.
        Err(error) => {
            format!("{milestone:<5}{nodes:>6}  {}", error.to_string().lines().next().unwrap_or_default())
        }
        Ok(report) => {
            let outcome = &report.outcome;
            let verdict = if report.is_ok() { "ok".to_owned() } else { report.complaints().join("; ") };
            format!(
                "{milestone:<5}{nodes:>6}{:>10.1}{:>10.3}{:>8}{:>9}{:>11}{:>7}  {verdict}",
                outcome.migration_seconds,
                outcome.gap_node_seconds,
                outcome.routes_left,
                outcome.aliases,
                outcome.mutations,
                outcome.reads,
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::report::tests::report;

    #[test]
    fn the_table() {
        let good = report();
        let mut bad = report();
        bad.outcome.routes_left = 2;
        let rows = [good, bad].map(|report| Row { scenario: report.scenario.clone(), result: Ok(report) });
        let table = [header(), line(&rows[0]), line(&rows[1]), verdict(&rows)];
        let expected = [
            "step  nodes   seconds       gap  routes  aliases  mutations  reads  result",
            "M9       20     183.2     0.000       0       20         47    130  ok",
            "M9       20     183.2     0.000       2       20         47    130  2 node routes are left",
            "NOT OK: 1 of 2 runs as promised",
        ];
        assert_eq!(table, expected);
        assert_eq!(verdict(&rows[..1]), "ok: 1 of 1 runs as promised");
        assert!(!is_ok(&[]));
        assert_eq!(to_json(&rows)[1]["ok"], false);
    }
}
