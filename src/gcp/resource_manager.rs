//! Cloud Resource Manager: what the credentials may do in a project.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::call::{Caller, Patience};
use super::config::Config;
use super::error::Error;
use super::path::Path;
use super::stack::Wire;
use super::token::TokenSource;
use crate::environment::Rng;

/// The base URL of Google's Cloud Resource Manager API.
pub const ENDPOINT: &str = "https://cloudresourcemanager.googleapis.com/v1/";

/// A client of Cloud Resource Manager for one project. Clones share connections and tokens.
#[derive(Clone)]
pub struct ResourceManager {
    caller: Arc<Caller>,
}

impl ResourceManager {
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

    /// The part of `permissions` that the credentials have in the whole project. It is asked once: many a project does without this API, and
    /// many a network does not lead to it.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn permissions(&self, permissions: &BTreeSet<&'static str>) -> Result<BTreeSet<String>, Error> {
        let path = Path::project().verb("testIamPermissions");
        self.caller.permissions(&path, permissions, Patience::Once).await
    }
}
