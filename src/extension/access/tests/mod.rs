//! From Secrets to credentials, and from credentials to calls.

mod google;
mod secrets;
mod soak;

use std::sync::Arc;

use serde_json::Value;

use crate::gcp::transport::{HttpTransport, Timeouts};
use crate::gcp::{Compute, Error, Path, Transport};

fn network() -> Arc<dyn Transport> {
    Arc::new(HttpTransport::new(Timeouts::default()).unwrap())
}

/// Reads something, whatever it is.
async fn read(compute: &Compute) -> Result<Option<Value>, Error> {
    compute.get(&Path::global("networks").name("n")).await
}
