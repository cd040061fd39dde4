//! A whole landscape in one process: cloud, seed, neighbours, and a controller that can be killed.

mod calls;
mod cloud;
mod controller;
mod faults;
mod late;
mod readers;
mod shoot;
mod sight;
mod simulation;
mod stride;

pub(crate) use calls::CloudCall;
pub(crate) use cloud::InProcess;
pub(crate) use controller::{Crash, Equipment, Killer, SeededRng, VirtualClock, clients};
pub(crate) use faults::CloudFate;
pub(crate) use late::{Late, Leader};
pub(crate) use readers::Readers;
pub(crate) use shoot::{ShootApis, ShootFate, kubeconfig};
pub(crate) use sight::{Sight, journal};
pub(crate) use simulation::{Setup, Simulation, block_on, distant};
pub(crate) use stride::stride;
