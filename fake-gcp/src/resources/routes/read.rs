//! The methods `routes.get` and `routes.list`: static routes and the routes of subnets together.

use serde_json::Value;

use super::{subnet, warnings};
use crate::api::error::ApiError;
use crate::api::{list, reference};
use crate::model::routes::Route;
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// The routes of a project behind a name, in order of name.
fn after<'a>(state: &'a State, project_id: &'a str, last: String) -> impl Iterator<Item = Value> {
    let project = state.store.project(project_id);
    let start = last.clone();
    let of_subnets =
        project.into_iter().flat_map(move |project| subnet::after(project_id, project, start.clone()));
    let mut of_subnets = of_subnets.peekable();
    let mut fixed =
        project.into_iter().flat_map(move |project| project.routes.after(last.clone())).peekable();
    // Both are in order of name.
    std::iter::from_fn(move || match (of_subnets.peek(), fixed.peek()) {
        (Some((name, _)), Some(route)) if *name > route.name.as_str() => {
            fixed.next().map(|route| print(state, project_id, route))
        }
        (None, _) => fixed.next().map(|route| print(state, project_id, route)),
        (Some(_), _) => of_subnets.next().map(|(_, route)| route),
    })
}

fn print(state: &State, project: &str, route: &Route) -> Value {
    route.to_json(project, warnings::of(state, project, route))
}

/// Answers `routes.get`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let (name, project) = (call.param("route"), state.store.project(call.project));
    let fixed =
        project.and_then(|project| project.routes.get(name)).map(|route| print(state, call.project, route));
    let of_subnet = || project.and_then(|project| subnet::get(call.project, project, name));
    fixed
        .or_else(of_subnet)
        .map(Answer::Read)
        .ok_or_else(|| ApiError::not_found(&reference::global(call.project, "routes", name)))
}

/// Answers `routes.list`: all routes.
pub(crate) fn list(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    let path = format!("projects/{}/global/routes", call.project);
    let items = |last: Option<String>| {
        let name = last.as_deref().and_then(|link| link.rsplit('/').next()).unwrap_or_default();
        after(state, call.project, name.to_owned())
    };
    list::printed_when_asked(&call.query, "compute#routeList", &path, items).map(Answer::Read)
}

/// All routes of a project in order of name, as they are printed.
pub(super) fn dump(state: &State, project: &str) -> Vec<Value> {
    after(state, project, String::new()).collect()
}
