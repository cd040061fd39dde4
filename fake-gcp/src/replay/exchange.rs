//! The exchanges of a log.

use serde_json::Value;

/// The project that stands for the one of the log.
const PROJECT: &str = "project-id";

/// A request with its recorded answer.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// HTTP method, in capitals.
    pub method: String,
    /// Whole URL.
    pub url: String,
    /// Body of the request.
    pub body: String,
    /// HTTP status of the answer.
    pub status: u16,
    /// Body of the answer; null if it has none.
    pub reply: Value,
}

/// Reason why a log cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("exchange {number} ({request}): {why}")]
pub struct BadLog {
    /// Number of the exchange, from 1.
    pub number: usize,
    /// Request line, as far as it was read.
    pub request: String,
    /// What is missing.
    pub why: &'static str,
}

impl Exchange {
    /// Whether the recorded answer is an operation that has not ended.
    pub(super) fn shows_operation_under_way(&self) -> bool {
        let is = |field: &str, value: &str| self.reply.get(field).is_some_and(|found| found == value);
        is("kind", "compute#operation") && !is("status", "DONE")
    }

    fn rest(&self) -> (&str, &str) {
        let rest = self.url.split_once("://").map_or(self.url.as_str(), |(_, rest)| rest);
        rest.split_once('/').unwrap_or((rest, ""))
    }

    /// The host that the request was sent to.
    pub(super) fn host(&self) -> &str {
        self.rest().0
    }

    /// Path and query.
    pub(super) fn path(&self) -> String {
        format!("/{}", self.rest().1)
    }

    /// The parts of the path behind `projects/`, without the query: project, scope, collection, name.
    fn parts(&self) -> Vec<&str> {
        let path = self.rest().1.split('?').next().unwrap_or_default();
        path.split_once("projects/").map_or(Vec::new(), |(_, path)| path.split('/').collect())
    }

    /// Id of the project.
    pub(super) fn project(&self) -> &str {
        self.parts().first().copied().unwrap_or_default()
    }

    /// The path down to the scope in which an operation of the call is polled.
    pub(super) fn scope(&self) -> &str {
        let path = self.url.split('?').next().unwrap_or_default();
        let path = path.split_once("projects/").map_or("", |(_, path)| path);
        let end = match self.parts().get(1) {
            Some(&"global") => path.find("global").map(|at| at + "global".len()),
            _ => path.match_indices('/').nth(2).map(|(at, _)| at),
        };
        end.and_then(|end| path.get(..end)).unwrap_or(path)
    }

    /// Whether the request asks for the state of an operation.
    pub(super) fn is_poll(&self) -> bool {
        self.url.contains("/operations/")
    }

    /// Collection and name of a resource below its scope, with what follows.
    fn resource(&self) -> Option<(String, Option<String>, usize)> {
        let parts = self.parts();
        let skip = if parts.get(1) == Some(&"global") { 2 } else { 3 };
        let collection = parts.get(skip)?;
        let name = parts.get(skip + 1).map(|name| (*name).to_owned());
        Some(((*collection).to_owned(), name, parts.len() - skip))
    }

    /// Collection and name of the resource that the call makes, if it succeeds.
    pub(super) fn makes(&self) -> Option<(String, String)> {
        let (collection, _, parts) = self.resource()?;
        let body: Value = serde_json::from_str(&self.body).ok()?;
        let name = body.get("name")?.as_str()?.to_owned();
        (self.method == "POST" && parts == 1 && self.status == 200).then_some((collection, name))
    }

    /// Collection and name of the resource that the call deletes, if it succeeds.
    pub(super) fn deletes(&self) -> Option<(String, String)> {
        let (collection, name, parts) = self.resource()?;
        (self.method == "DELETE" && parts == 2 && self.status == 200).then_some((collection, name?))
    }

    /// The name of the network that the call shows.
    pub(super) fn shows_network(&self) -> Option<&str> {
        let shown =
            self.method == "GET" && self.reply.get("kind").is_some_and(|kind| kind == "compute#network");
        self.reply.get("name").and_then(Value::as_str).filter(|_| shown)
    }
}

/// Reads all exchanges of a log.
pub(super) fn parse(text: &str) -> Result<Vec<Exchange>, BadLog> {
    let text = plain(text);
    let parts = text.split("\n---\n").map(str::trim).filter(|part| !part.is_empty());
    parts.enumerate().map(|(index, part)| one(index + 1, part)).collect()
}

/// The text with names in place of what was taken out: `${networkID}` becomes `networkid`.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("${") {
        let Some((name, after)) = behind.split_once('}') else { break };
        plain.push_str(before);
        match name {
            "projectId" => plain.push_str(PROJECT),
            "projectNumber" => plain.push_str("000000000000"),
            other => plain.push_str(&other.to_lowercase()),
        }
        rest = after;
    }
    plain.push_str(rest);
    plain
}

fn one(number: usize, text: &str) -> Result<Exchange, BadLog> {
    let first = text.lines().next().unwrap_or_default();
    let bad = |why| BadLog { number, request: first.to_owned(), why };
    let (method, url) = first.split_once(' ').ok_or_else(|| bad("no request line"))?;
    let (request, reply) = split(text).ok_or_else(|| bad("no status line"))?;
    let status = reply.split(' ').next().and_then(|code| code.parse().ok());
    let body = |text: &str| text.split_once("\n\n").map_or("", |(_, body)| body).trim().to_owned();
    Ok(Exchange {
        method: method.to_owned(),
        url: url.to_owned(),
        body: body(request),
        status: status.ok_or_else(|| bad("no status"))?,
        reply: serde_json::from_str(&body(reply)).unwrap_or_default(),
    })
}

/// Request and answer: the answer begins at the line that begins with a status.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut words = line.trim().splitn(2, ' ');
        let code = words.next().filter(|code| code.len() == 3).and_then(|code| code.parse::<u16>().ok());
        let is_text = words.next().is_some_and(|text| text.starts_with(|c: char| c.is_ascii_uppercase()));
        if at > 0 && code.is_some_and(|code| (100..600).contains(&code)) && is_text {
            return Some(text.split_at(at));
        }
        at += line.len();
    }
    None
}
