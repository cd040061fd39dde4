//! Rules of quotas. Data only.

use crate::evidence::Evidence::{Assumed, Documented, Recorded};
use crate::evidence::{API, NONE, Rule, rule, switched};

const QUOTAS: &str = "VPC quotas";

/// The rules of this area, in the order in which they are printed.
pub(crate) const RULES: &[Rule] = &[
    switched(Documented, "NETWORKS of a project; unlimited unless set", QUOTAS, "limits.networks"),
    switched(Documented, "SUBNETWORKS of a project; unlimited unless set", QUOTAS, "limits.subnetworks"),
    switched(Documented, "FIREWALLS of a project; unlimited unless set", QUOTAS, "limits.firewalls"),
    switched(Documented, "ROUTERS of a project; unlimited unless set", QUOTAS, "limits.routers"),
    switched(
        Documented,
        "FORWARDING_RULES of a project; unlimited unless set",
        QUOTAS,
        "limits.forwarding_rules",
    ),
    switched(Documented, "TARGET_POOLS of a project; unlimited unless set", QUOTAS, "limits.target_pools"),
    switched(
        Documented,
        "STATIC_ADDRESSES of a region, external ones; unlimited unless set",
        QUOTAS,
        "limits.static_addresses_per_region",
    ),
    rule(
        Recorded,
        "beyond a quota of a project or a region: 403 quotaExceeded at the call",
        "terraform-provider-google issues",
    ),
    switched(
        Assumed,
        "so it is beyond SUBNETWORKS; the other reading: that quota is printed and not enforced",
        "VPC quotas say that it is no longer enforced",
        "switches.beyond_subnetworks_quota",
    ),
    rule(Assumed, "inserts in flight count", NONE),
    rule(Documented, "projects.get and regions.get print quotas[]{metric, limit, usage}", API),
    rule(Assumed, "only the quotas above are printed; one without a limit shows 1e9", NONE),
];
