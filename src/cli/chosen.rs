//! The one Infrastructure that a command is about.

use clap::Args;

use super::refused::{Reason, Refused};
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
    pub(super) name: Option<String>,
}

impl Chosen {
    /// The Infrastructure that the options mean.
    pub(super) async fn infrastructure(&self, seed: &Seed) -> anyhow::Result<Infrastructure> {
        let namespace = &self.namespace;
        let none = |text| Refused::because(Reason::NoInfrastructure, text);
        let name = match &self.name {
            Some(name) => name.clone(),
            None => match seed.infrastructure_names(namespace).await?.as_slice() {
                [name] => name.clone(),
                [] => return Err(none(format!("there is no Infrastructure in namespace {namespace}")).into()),
                names => {
                    let text = format!(
                        "namespace {namespace} has several Infrastructures, name one: {}",
                        names.join(", ")
                    );
                    return Err(Refused::because(Reason::SeveralInfrastructures, text).into());
                }
            },
        };
        let found = seed.infrastructure(namespace, &name).await?;
        Ok(found.ok_or_else(|| none(format!("there is no Infrastructure {namespace}/{name}")))?)
    }
}
