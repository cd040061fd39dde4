//! Routes that routers learned from their neighbours, and the method `routers.getRouterStatus`. The data plane does not look at them.

use serde_json::Value;

use crate::api::error::ApiError;
use crate::api::json::Object;
use crate::api::reference::{self, self_link};
use crate::model::routers::LearnedRoute;
use crate::model::routers::Router;
use crate::model::store::Project;
use crate::resources::call::{Answer, Call};
use crate::state::State;

/// Answers `routers.getRouterStatus`.
pub(crate) fn get(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&[])?;
    let router = super::read::find(state, call)?;
    let network = self_link(&reference::global(call.project, "networks", &router.network));
    let Some(project) = state.store.project(call.project) else {
        return Err(ApiError::access_not_configured(call.project));
    };
    let everywhere =
        project.networks.get(&router.network).is_some_and(|network| network.routing_mode == "GLOBAL");
    let of_network = best(project, |other| {
        other.network == router.network && (everywhere || other.region == router.region)
    });
    let of_router = best(project, |other| other.region == router.region && other.name == router.name);
    let print =
        |routes: Vec<&LearnedRoute>| routes.into_iter().map(|route| route.to_json(&network)).collect();
    let result = Object::from_map(serde_json::Map::new())
        .with("network", network.clone())
        .with_list("bestRoutes", print(of_network))
        .with_list("bestRoutesForRouter", print(of_router));
    Ok(Answer::Read(Object::kind("compute#routerStatusResponse").with("result", result.build()).build()))
}

/// The best of the routes that some routers learned: for each destination those of the lowest priority number.
fn best(project: &Project, of: impl Fn(&Router) -> bool) -> Vec<&LearnedRoute> {
    let learned = project.learned_routes.iter();
    let all: Vec<_> = learned.filter(|route| project.routers.get(&route.router).is_some_and(&of)).collect();
    let beaten = |route: &LearnedRoute| {
        all.iter().any(|other| other.dest == route.dest && other.priority < route.priority)
    };
    all.iter().copied().filter(|route| !beaten(route)).collect()
}

/// The routes that the routers of a project learned, as an initial state gave them.
pub(super) fn as_given(state: &State, project: &str) -> Vec<Value> {
    let learned = state.store.project(project).into_iter().flat_map(|project| &project.learned_routes);
    learned.map(LearnedRoute::as_given).collect()
}
