//! The configuration of clients: project, endpoint, and the numbers of the retry rule.

use planner::vocabulary::ProjectId;

use super::policy::Policy;

/// The configuration of a client of one API and one project.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The project that all calls go to, by id or number.
    pub project: ProjectId,
    /// The base URL of the API, version included.
    pub endpoint: String,
    /// The numbers of the retry rule and of polling.
    pub policy: Policy,
}

impl Config {
    /// The configuration for `project` at `endpoint`, with the default numbers.
    pub fn new(project: impl Into<ProjectId>, endpoint: impl Into<String>) -> Self {
        Self { project: project.into(), endpoint: endpoint.into(), policy: Policy::default() }
    }
}
