//! A whole landscape in one process: cloud, seed, neighbours, and a controller that can be killed.

mod cloud;
mod controller;
mod simulation;

pub(crate) use cloud::InProcess;
pub(crate) use controller::Crash;
pub(crate) use simulation::{Setup, Simulation, block_on};
