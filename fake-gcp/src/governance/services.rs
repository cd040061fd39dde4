//! Services of Google beside Compute, and in which projects they are off.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A service beside Compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Service {
    /// IAM.
    #[serde(rename = "iam.googleapis.com")]
    Iam,
    /// Cloud Resource Manager.
    #[serde(rename = "cloudresourcemanager.googleapis.com")]
    ResourceManager,
    /// Network Connectivity.
    #[serde(rename = "networkconnectivity.googleapis.com")]
    NetworkConnectivity,
}

impl Service {
    /// Name of the host, by which the service is known.
    pub fn host(self) -> &'static str {
        match self {
            Self::Iam => "iam.googleapis.com",
            Self::ResourceManager => "cloudresourcemanager.googleapis.com",
            Self::NetworkConnectivity => "networkconnectivity.googleapis.com",
        }
    }

    /// Whether the service is found at a host of Google's: its own, or a variant such as `iam.mtls.googleapis.com`. `None`, the
    /// fake's own host, has all services.
    pub fn is_at(self, host: Option<&str>) -> bool {
        let name = |host: &str| host.split('.').next().map(str::to_ascii_lowercase);
        host.is_none_or(|host| name(host) == name(self.host()))
    }

    /// Name for people.
    pub fn title(self) -> &'static str {
        match self {
            Self::Iam => "Identity and Access Management (IAM) API",
            Self::ResourceManager => "Cloud Resource Manager API",
            Self::NetworkConnectivity => "Network Connectivity API",
        }
    }
}

/// Services that are off, by project. All others are on.
#[derive(Debug, Clone, Default)]
pub struct Disabled(BTreeMap<String, BTreeSet<Service>>);

impl Disabled {
    /// Switches just these services off in a project, and all others on.
    pub fn set(&mut self, project: &str, services: BTreeSet<Service>) {
        self.0.insert(project.to_owned(), services);
    }

    /// Whether a service is off in a project.
    pub fn is_off(&self, project: &str, service: Service) -> bool {
        self.0.get(project).is_some_and(|services| services.contains(&service))
    }
}
