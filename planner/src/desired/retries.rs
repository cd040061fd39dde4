//! gardenlet's retries of a Shoot: since when, and how people bring them about.

use jiff::Timestamp;

use crate::documents::cluster::Shoot;
use crate::vocabulary::is_name;

/// The retries of a Shoot by gardenlet, which end after a while with a Shoot that is `Failed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Retries {
    /// The instant at which the present cycle began; `None` if it is not told.
    pub since: Option<Timestamp>,
    /// The name of the Shoot, with its namespace in front if both are told.
    pub shoot: Option<String>,
}

impl Retries {
    /// What is told of gardenlet's retries of `shoot`; what cannot be read counts as not told.
    pub fn of(shoot: &Shoot) -> Self {
        let since = shoot.status.retry_cycle_start_time.as_ref();
        let names = [&shoot.metadata.namespace, &shoot.metadata.name];
        let names: Vec<&str> =
            names.into_iter().flatten().map(String::as_str).filter(|name| is_name(name)).collect();
        Self {
            since: since.and_then(|since| since.parse().ok()),
            shoot: (!names.is_empty()).then(|| names.join("/")),
        }
    }

    /// The command by which somebody retries the Shoot.
    pub fn command(&self) -> String {
        let shoot = match self.shoot.as_deref().map(|shoot| shoot.split_once('/').unwrap_or(("", shoot))) {
            Some(("", name)) => format!("shoot {name}"),
            Some((namespace, name)) => format!("-n {namespace} shoot {name}"),
            None => "shoot NAME".to_owned(),
        };
        format!("kubectl annotate {shoot} gardener.cloud/operation=retry")
    }
}
