//! The one Infrastructure that a command is about.

use anyhow::{Context, bail};
use clap::Args;

use crate::api::infrastructure::Infrastructure;
use crate::kubernetes::Seed;

/// The options that name one Infrastructure.
#[derive(Debug, Args)]
pub(super) struct Chosen {
    /// The shoot's namespace in the seed.
    #[arg(short, long, value_name = "NAMESPACE")]
    pub(super) namespace: String,
    /// The Infrastructure's name; may be left out where the namespace has only one.
    #[arg(value_name = "NAME")]
    name: Option<String>,
}

impl Chosen {
    /// The Infrastructure that the options mean.
    pub(super) async fn infrastructure(&self, seed: &Seed) -> anyhow::Result<Infrastructure> {
        let namespace = &self.namespace;
        let name = match &self.name {
            Some(name) => name.clone(),
            None => match seed.infrastructure_names(namespace).await?.as_slice() {
                [name] => name.clone(),
                [] => bail!("there is no Infrastructure in namespace {namespace}"),
                names => {
                    bail!("namespace {namespace} has several Infrastructures, name one: {}", names.join(", "))
                }
            },
        };
        let found = seed.infrastructure(namespace, &name).await?;
        found.with_context(|| format!("there is no Infrastructure {namespace}/{name}"))
    }
}
