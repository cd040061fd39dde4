//! The shoots beside the one that things happen to, in the same VPC and on the same router.

use serde_json::json;

use super::super::documents::Shoot;
use super::draw::Draw;

/// The names of all shoots of a world, any of which may begin with another.
pub(super) const SHOOTS: [&str; 3] = ["shoot--p--a", "shoot--p--aa", "shoot--p--a-b"];

/// A shoot beside the one that things happen to.
#[derive(Clone)]
pub(super) struct Beside {
    pub(super) shoot: Shoot,
    /// Whether it becomes dual-stack at the same time; otherwise it stays as it is.
    pub(super) becomes_dual: bool,
}

/// One shoot that becomes dual-stack, and perhaps another one.
pub(super) fn beside(draw: &mut Draw, creation: bool) -> Vec<Beside> {
    let mut all = vec![Beside { shoot: shoot(1, 60, 24, 20), becomes_dual: true }];
    if let Some(mut random) = draw.feature("three-shoots", 40) {
        // Where there was nothing at first, nobody knows how it was.
        all.push(Beside { shoot: shoot(2, 61, 28, 19), becomes_dual: creation || random.chance(50) });
    }
    all
}

/// A shoot with ranges of its own.
fn shoot(number: usize, nodes: u8, pods: u8, services: u8) -> Shoot {
    let nodes = format!("10.{nodes}.0.0/16");
    Shoot {
        name: SHOOTS[number].to_owned(),
        ranges: json!({ "nodes": nodes, "pods": format!("172.{pods}.0.0/15"), "services": format!("172.{services}.0.0/16") }),
        networks: json!({ "workers": nodes, "vpc": { "name": "corp-vpc", "cloudRouter": { "name": "corp-router" } } }),
        ..Shoot::usual()
    }
}

/// The shoot that something of this name belongs to: the one with the longest name.
pub(super) fn owner(name: &str) -> Option<&'static str> {
    let owners = SHOOTS.into_iter().filter(|shoot| {
        name.strip_prefix(shoot).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    });
    owners.max_by_key(|shoot| shoot.len())
}
