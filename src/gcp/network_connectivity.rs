//! Network Connectivity: lists of what somebody has reserved or routed by policy, in all regions.

use std::collections::BTreeMap;
use std::sync::Arc;

use planner::text::listed;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::call::{Caller, Patience};
use super::config::Config;
use super::error::Error;
use super::path::Path;
use super::stack::Wire;
use super::token::TokenSource;
use crate::environment::Rng;

/// The base URL of Google's Network Connectivity API.
pub const ENDPOINT: &str = "https://networkconnectivity.googleapis.com/v1/";

/// The largest page that is asked for.
const PAGE_SIZE: &str = "500";

/// A client of Network Connectivity for one project. Clones share connections and tokens.
#[derive(Clone)]
pub struct NetworkConnectivity {
    caller: Arc<Caller>,
}

impl NetworkConnectivity {
    /// A client of the API that `config` names, over `wire`. Nothing is sent yet.
    ///
    /// # Errors
    /// If the endpoint is not the URL of an HTTP server.
    pub fn new(
        config: Config,
        wire: impl Into<Wire>,
        tokens: Arc<dyn TokenSource>,
        rng: Arc<dyn Rng>,
    ) -> Result<Self, Error> {
        Ok(Self { caller: Arc::new(Caller::new(config, wire.into(), tokens, rng)?) })
    }

    /// All items of `collection`, in the caller's shape. Each page is asked for once: many a project does without this API, and many a
    /// network does not lead to it.
    ///
    /// # Errors
    /// If the list cannot be had whole.
    pub async fn list<T: DeserializeOwned>(&self, collection: &'static str) -> Result<Vec<T>, Error> {
        let path = Path::of("locations").word("global").word(collection);
        let (mut all, mut token) = (Vec::new(), None::<String>);
        loop {
            let query: Vec<(&str, &str)> = [("pageSize", PAGE_SIZE)]
                .into_iter()
                .chain(token.as_deref().map(|token| ("pageToken", token)))
                .collect();
            let page: Page = self.caller.fetch(&self.caller.get(&path, &query)?, Patience::Once).await?;
            let unreachable: Vec<String> = page.member(&path, "unreachable")?.unwrap_or_default();
            if !unreachable.is_empty() {
                return Err(incomplete(&path, format!("unreachable: {}", listed(unreachable, ", "))));
            }
            all.extend(page.member::<Vec<T>>(&path, collection)?.into_iter().flatten());
            let next = page.member::<String>(&path, "nextPageToken")?.filter(|next| !next.is_empty());
            match next {
                None => return Ok(all),
                next if next == token => {
                    return Err(incomplete(&path, "a page leads back to itself".to_owned()));
                }
                next => token = next,
            }
        }
    }
}

/// A page: the items under the name of their collection, and what belongs to the page.
#[derive(serde::Deserialize)]
struct Page(BTreeMap<String, Box<RawValue>>);

impl Page {
    /// The member `name`; none if it is absent or null.
    fn member<T: DeserializeOwned>(&self, path: &Path, name: &str) -> Result<Option<T>, Error> {
        let member = self.0.get(name).map(|member| serde_json::from_str::<Option<T>>(member.get()));
        member
            .transpose()
            .map(Option::flatten)
            .map_err(|error| Error::Decode { call: format!("GET {path}"), problem: error.to_string() })
    }
}

fn incomplete(path: &Path, problem: String) -> Error {
    Error::Incomplete { call: format!("GET {path}"), problem }
}
