//! All that the controller tells anybody, searched for what it must tell nobody.

use std::time::Duration;

use crate::environment::Environment;
use crate::shoot::Shoot;

/// By which tokens of any kind and private keys are recognised; a JWT begins with its first member.
const TELLTALES: [&str; 7] =
    ["Bearer ", "eyJhbGciOi", "eyJ0eXAiOi", "eyJraWQiOi", "ya29.", "federated-", "PRIVATE KEY"];
/// Shorter pieces may occur by chance.
const PIECE: usize = 12;
/// The longest that the address of the metrics may take to be logged; it was long ago.
const SOON: Duration = Duration::from_secs(60);

/// What the controller has told up to now: its whole log, its metrics, and what it wrote about the shoot into the seed.
pub(crate) async fn told(environment: &Environment, shoot: &Shoot) -> String {
    let controller = &environment.controller;
    let serves =
        |line: &landscape::processes::Line| line.json().is_some_and(|line| line["serves"] == "metrics");
    let line =
        controller.line(&mut controller.log(), "the address of the metrics", SOON, serves).await.unwrap();
    let address = line.json().unwrap()["address"].as_str().unwrap().to_owned();
    let metrics = reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    let log = std::fs::read_to_string(controller.log_path()).unwrap();
    for (part, mark) in [(&log, shoot.cluster()), (&metrics, "rest_client_requests_total")] {
        assert!(part.contains(mark), "without {mark} it is not what was meant to be searched");
    }
    format!("{log}\n{metrics}\n{}", shoot.written().await)
}

/// Fails if any piece of a secret was told. A piece is what stands between line breaks, or between the dots of a token.
pub(crate) fn assert_untold(told: &str, secrets: &[&str]) {
    let lines = |found: &str| told.lines().filter(|line| line.contains(found)).collect::<Vec<_>>().join("\n");
    for secret in secrets {
        let pieces =
            secret.split(['\n', '.']).filter(|piece| piece.len() >= PIECE && !piece.starts_with("-----"));
        let mut pieces = pieces.peekable();
        assert!(pieces.peek().is_some(), "nothing to search for in {secret}");
        for piece in pieces {
            assert!(!told.contains(piece), "{piece} was told:\n{}", lines(piece));
        }
    }
    for telltale in TELLTALES {
        assert!(!told.contains(telltale), "{telltale} was told:\n{}", lines(telltale));
    }
}
