//! The assumptions of the model about Google's data plane, and what each of them rests on. Data only.

use serde::Serialize;

use crate::evidence::Evidence;

/// The basis of an assumed behaviour of the data plane.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Basis {
    /// Behaviour, in words.
    pub behaviour: &'static str,
    /// Evidence that it rests on.
    pub evidence: Evidence,
    /// Name of the setting that changes it, if there is one.
    pub setting: Option<&'static str>,
}

/// All assumptions of this model about Google's data plane.
pub const BASES: &[Basis] = &[
    Basis {
        behaviour: "policy-based routes are looked up before all other routes, subnet ranges included; the lowest priority number wins",
        evidence: Evidence::Documented,
        setting: None,
    },
    Basis {
        behaviour: "a policy-based route to a load balancer leads away from the VM, for whatever senders; one to the other routes that \
                    comes first, for at least the same senders, takes it back",
        evidence: Evidence::Assumed,
        setting: None,
    },
    Basis {
        behaviour: "a range whose overlap flag is off shadows every static route inside it",
        evidence: Evidence::Documented,
        setting: None,
    },
    Basis {
        behaviour: "overlap flag on: the owner of an address wins over static routes, which serve the rest",
        evidence: Evidence::Documented,
        setting: Some("rule"),
    },
    Basis {
        behaviour: "the second look-up drops tagged routes and routes broader than the range",
        evidence: Evidence::Documented,
        setting: Some("rule"),
    },
    Basis {
        behaviour: "the second look-up drops routes whose next hop VM is in another region",
        evidence: Evidence::Documented,
        setting: Some("rule"),
    },
    Basis {
        behaviour: "overlap flag on, other reading: the longest prefix decides, a tie is the range's",
        evidence: Evidence::Assumed,
        setting: Some("rule"),
    },
    Basis {
        behaviour: "every sender bears the tags of a tagged route",
        evidence: Evidence::Assumed,
        setting: None,
    },
    Basis {
        behaviour: "additions and flag changes are programmed 0.2 s to 20 s after DONE, per host",
        evidence: Evidence::Assumed,
        setting: Some("lags"),
    },
    Basis {
        behaviour: "removals are programmed from the start of their operation to 2 s after DONE, per host",
        evidence: Evidence::Assumed,
        setting: Some("lags"),
    },
    Basis {
        behaviour: "a VM stops serving when the operation that deletes it starts",
        evidence: Evidence::Assumed,
        setting: None,
    },
    Basis {
        behaviour: "the addresses of a VM that does not run have no owner: with the overlap flag on, static routes serve them (seen \
                    once, with a primary address)",
        evidence: Evidence::Recorded,
        setting: Some("stopped_vm"),
    },
    Basis {
        behaviour: "a VM runs in the status RUNNING alone; while it does not, what is watched at it makes no gap",
        evidence: Evidence::Assumed,
        setting: None,
    },
    Basis {
        behaviour: "a guest agent that handles ip_aliases makes an attached alias local and cuts its pods off",
        evidence: Evidence::Documented,
        setting: None,
    },
    Basis {
        behaviour: "a static route reaches a VM only if that VM has canIpForward",
        evidence: Evidence::Documented,
        setting: None,
    },
];
