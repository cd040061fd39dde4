//! Service accounts: the few calls of the IAM API that a shoot with an account of its own needs.
//!
//! IAM has neither operations nor `requestId`: what a call changes is changed when it is answered, or soon after, and a create
//! whose answer is lost is not sent again. Whoever called looks again then; so does whoever reads an account right after it
//! was made, which IAM may not know everywhere yet.

use std::sync::Arc;

use bytes::Bytes;
use http::Method;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::call::{Caller, Patience};
use super::config::Config;
use super::error::{Class, Error};
use super::path::Path;
use super::stack::Wire;
use super::token::TokenSource;
use crate::environment::Rng;

/// The base URL of Google's IAM API.
pub const ENDPOINT: &str = "https://iam.googleapis.com/v1/";

const ACCOUNTS: &str = "serviceAccounts";

/// A client of the service accounts of one project. Clones share connections and tokens.
#[derive(Clone)]
pub struct Iam {
    caller: Arc<Caller>,
}

impl Iam {
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

    /// The account with the address `email`, in the caller's shape; `None` if it does not exist.
    ///
    /// # Errors
    /// If the API cannot tell.
    pub async fn service_account<T: DeserializeOwned>(&self, email: &str) -> Result<Option<T>, Error> {
        self.caller.find(&path(email)).await
    }

    /// Makes an account, whose address begins with `account_id`, and returns it as the API writes it.
    ///
    /// # Errors
    /// If the API refuses, [`Class::AlreadyExists`] among others, or the outcome is not known.
    pub async fn create_service_account(&self, account_id: &str, display_name: &str) -> Result<Value, Error> {
        let body = json!({ "accountId": account_id, "serviceAccount": { "displayName": display_name } });
        let body = Bytes::from(body.to_string());
        let call = self.caller.call(Method::POST, &Path::of(ACCOUNTS), &[], body, false)?;
        self.caller.fetch(&call, Patience::Retry).await
    }

    /// Deletes an account by its address. One that does not exist is deleted already.
    ///
    /// # Errors
    /// If the API refuses, or the outcome is not known.
    pub async fn delete_service_account(&self, email: &str) -> Result<(), Error> {
        let call = self.caller.call(Method::DELETE, &path(email), &[], Bytes::new(), true)?;
        match self.caller.fetch::<Value>(&call, Patience::Retry).await {
            Err(error) if error.class() != Class::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

fn path(email: &str) -> Path {
    Path::of(ACCOUNTS).account(email)
}
