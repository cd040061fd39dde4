//! What a controller says: in its log, and over HTTP.

use std::time::Duration;

use landscape::processes::{Child, Line, LogReader};

/// The longest that anything may take that is not the migration itself, on a slow machine.
pub(crate) const SOON: Duration = Duration::from_secs(180);

/// Speed of the cloud, in seconds of it per second of the wall clock, where a test is not about that: a minute that is waited for in it
/// lasts a second, so that a migration costs little more than its computations.
pub(crate) const SPEED: f64 = 60.0;

/// Whether its message contains `message`.
pub(crate) fn says(line: &Line, message: &str) -> bool {
    line.json().is_some_and(|line| line["message"].as_str().is_some_and(|text| text.contains(message)))
}

/// Whether it tells that `step` of the migration is done.
pub(crate) fn is_done(line: &Line, step: &str) -> bool {
    line.json().is_some_and(|line| line["event"] == "milestone" && line["step"] == step)
}

/// Waits until the child says `message`.
pub(crate) async fn heard(child: &Child, log: &mut LogReader, message: &'static str) {
    child.line(log, message, SOON, |line| says(line, message)).await.unwrap();
}

/// Where the child serves `what`, as its log says.
pub(crate) async fn address(child: &Child, what: &str) -> String {
    let serves = |line: &Line| line.json().is_some_and(|line| line["serves"] == what);
    let line = child.line(&mut child.log(), "an address", SOON, serves).await.unwrap();
    line.json().unwrap()["address"].as_str().unwrap().to_owned()
}

/// Status and body of what is served at `path`.
pub(crate) async fn get(address: &str, path: &str) -> (u16, String) {
    let response = reqwest::get(format!("http://{address}{path}")).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}
