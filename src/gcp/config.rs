//! What a client is told of its API: whom it speaks to, and how patiently.

use planner::vocabulary::ProjectId;

use super::policy::Policy;

/// The configuration of a client of one API and one project.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The project that all calls go to, by id or number.
    pub project: ProjectId,
    /// The base URL of the API, version included.
    pub endpoint: String,
    /// The numbers of retries and polling.
    pub policy: Policy,
}

impl Config {
    /// Calls of `project` at `endpoint`, with the usual patience.
    pub fn new(project: impl Into<ProjectId>, endpoint: impl Into<String>) -> Self {
        Self { project: project.into(), endpoint: endpoint.into(), policy: Policy::default() }
    }
}
