//! The settings of a world: random seed, latencies, limits, and one switch per unproven behaviour of Google that matters.
//! The default of a switch is the reading that is stricter for the client, unless noted.

use std::collections::BTreeSet;
use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::dataplane;
use crate::governance::policies::Constraint;

/// Settings of a world. Unknown keys are refused.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Start of the random numbers from which ids, names of operations, latencies and lags are drawn.
    pub seed: u64,
    /// Duration of operations.
    pub latency: Latency,
    /// Callers that are let in.
    pub authentication: Authentication,
    /// Delays and lifetimes of the API beside operations.
    pub lags: Lags,
    /// Numbers that Google limits.
    pub limits: Limits,
    /// How much of the past is kept.
    pub keep: Keep,
    /// Constraints of the organisation that are in force from the start.
    pub policies: BTreeSet<Constraint>,
    /// Unproven behaviours.
    pub switches: Switches,
    /// Routing rule and programming lags.
    pub dataplane: dataplane::Settings,
}

/// The duration of operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Latency {
    /// Operations are RUNNING at once, and DONE one millisecond later.
    #[default]
    None,
    /// Durations are drawn from the table of figures seen in the field, by kind and method: see the tables of `resources/`.
    Recorded,
}

/// The callers that are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// Callers with a bearer token of the token endpoint, of `/_fake/tokens`, or with a JWT signed by a registered key.
    #[default]
    Required,
    /// All callers, for clients that are set up without credentials.
    Anonymous,
}

/// Delays and lifetimes of the API beside operations. They are written as `5s` or `1m 30s`; negative ones count as zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lags {
    /// Time from the end of the operation that gives a subnet external IPv6 until `externalIpv6Prefix` is shown.
    pub external_ipv6_prefix: SignedDuration,
    /// Time for which a `requestId` is remembered, on the caller's clock.
    pub request_id: SignedDuration,
    /// Time from the creation of a service account until it can be read and deleted.
    pub service_account: SignedDuration,
    /// Time for which a token of the token endpoint is good, on the caller's clock.
    pub token_lifetime: SignedDuration,
}

impl Default for Lags {
    fn default() -> Self {
        Self {
            external_ipv6_prefix: SignedDuration::from_secs(5),
            request_id: SignedDuration::from_mins(60),
            service_account: SignedDuration::ZERO,
            token_lifetime: SignedDuration::from_secs(3599),
        }
    }
}

/// A setting as a duration; negative ones are zero.
pub fn duration(setting: SignedDuration) -> Duration {
    Duration::try_from(setting).unwrap_or_default()
}

/// How much of the past is kept: what is beyond a number or older than the age is forgotten, so that a world that lives long
/// does not grow. Operations in flight are kept in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Keep {
    /// Number of operations that are DONE.
    pub operations: usize,
    /// Number of calls in the request log.
    pub requests: usize,
    /// Age of both, in the world's time.
    pub age: SignedDuration,
}

impl Default for Keep {
    fn default() -> Self {
        Self { operations: 100_000, requests: 100_000, age: SignedDuration::from_hours(14 * 24) }
    }
}

/// Numbers that Google limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Limit of `NETWORKS` of a project. This and the next ones are not enforced unless given.
    pub networks: Option<u64>,
    /// Limit of `SUBNETWORKS` of a project.
    pub subnetworks: Option<u64>,
    /// Limit of `FIREWALLS` of a project.
    pub firewalls: Option<u64>,
    /// Limit of `ROUTERS` of a project.
    pub routers: Option<u64>,
    /// Limit of `FORWARDING_RULES` of a project.
    pub forwarding_rules: Option<u64>,
    /// Limit of `TARGET_POOLS` of a project.
    pub target_pools: Option<u64>,
    /// Limit of `STATIC_ADDRESSES` of a region, external ones.
    pub static_addresses_per_region: Option<u64>,
    /// Limit of `STATIC_ROUTES_PER_NETWORK`.
    pub static_routes_per_network: Option<u64>,
    /// Limit of alias ranges per network interface.
    pub aliases_per_nic: usize,
    /// Limit of secondary ranges per subnet.
    pub secondary_ranges_per_subnet: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            networks: None,
            subnetworks: None,
            firewalls: None,
            routers: None,
            forwarding_rules: None,
            target_pools: None,
            static_addresses_per_region: None,
            static_routes_per_network: None,
            aliases_per_nic: 150,
            secondary_ranges_per_subnet: 170,
        }
    }
}

/// Unproven behaviours, each in the readings that sources allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Switches {
    /// A PATCH of a subnet that changes more than one group of fields.
    pub mixed_patch_groups: Verdict,
    /// Answer to `routes.insert` inside a range of a subnet whose overlap flag is on; accepted unless set, as it was seen.
    pub route_inside_flagged_range: Verdict,
    /// Place where the error appears when a route inside a range is refused.
    pub route_overlap_error: ErrorForm,
    /// Overlap flag that is set to off while static routes lie inside the subnet's ranges.
    pub flag_off_over_routes: Verdict,
    /// Overlap flag that is set on a dual-stack subnet; accepted unless set, as no source forbids it.
    pub flag_on_dual_stack: Verdict,
    /// IPv6 for a subnet whose overlap flag is on; accepted unless set, as no source forbids it.
    pub dual_stack_on_flagged: Verdict,
    /// Way back of a subnet with external IPv6 to `IPV4_ONLY`; accepted unless set, as it is documented.
    pub back_to_ipv4_only: Verdict,
    /// Way back to `IPV4_ONLY` while VMs have IPv6 addresses of the subnet; accepted unless set, as it is documented.
    pub back_under_dual_stack_vms: Verdict,
    /// Fate of `externalIpv6Prefix` when a subnet goes back to `IPV4_ONLY`; dropped unless set.
    pub former_ipv6_prefix: Fate,
    /// Fate of `ipv6AccessType` when a subnet goes back to `IPV4_ONLY`.
    pub former_ipv6_access_type: Fate,
    /// Fate of the network's route to the IPv6 internet when its last subnet with external IPv6 goes or goes back.
    pub last_ipv6_route: Fate,
    /// New subnet beyond `SUBNETWORKS`: Google's page says that this quota is not enforced any more, and prints it still.
    pub beyond_subnetworks_quota: Verdict,
    /// An alias that is twice in one list.
    pub duplicate_alias: Verdict,
    /// Order in which `aliasIpRanges` are read back.
    pub alias_order: AliasOrder,
    /// Answer to `routes.insert` with the URL of an instance that does not exist.
    pub route_to_absent_instance: Verdict,
    /// Changes of a subnet that `constraints/compute.requireVpcFlowLogs` looks at.
    pub flow_logs_policy: FlowLogsPolicy,
    /// Fate of `maxPortsPerVm` of a NAT without dynamic port allocation.
    pub max_ports_without_dynamic: Leftover,
    /// Form in which subnets are printed.
    pub subnet_form: SubnetForm,
    /// Whether a fresh subnet has no `logConfig` rather than `{enable: false}`.
    pub fresh_subnet_without_log_config: bool,
    /// Whether `updateNetworkInterface` needs permissions on the subnet beside its own one on the VM.
    pub interface_change_needs_subnet: bool,
    /// Moment at which a missing permission is noticed.
    pub permission_check: PermissionCheck,
    /// Whether the routes to the internet that Google made keep their network.
    pub internet_routes_keep_network: bool,
    /// Whether auto-mode networks have a subnet in `me-central2`, too, which Google opens on request.
    pub auto_subnets_in_closed_regions: bool,
}

impl Default for Switches {
    fn default() -> Self {
        Self {
            mixed_patch_groups: Verdict::Refuse,
            route_inside_flagged_range: Verdict::Accept,
            route_overlap_error: ErrorForm::Reply,
            flag_off_over_routes: Verdict::Refuse,
            flag_on_dual_stack: Verdict::Accept,
            dual_stack_on_flagged: Verdict::Accept,
            back_to_ipv4_only: Verdict::Accept,
            back_under_dual_stack_vms: Verdict::Accept,
            former_ipv6_prefix: Fate::Drop,
            former_ipv6_access_type: Fate::Keep,
            last_ipv6_route: Fate::Keep,
            beyond_subnetworks_quota: Verdict::Refuse,
            duplicate_alias: Verdict::Refuse,
            alias_order: AliasOrder::Cidr,
            route_to_absent_instance: Verdict::Refuse,
            flow_logs_policy: FlowLogsPolicy::LogChanges,
            max_ports_without_dynamic: Leftover::Keep,
            subnet_form: SubnetForm::Newest,
            fresh_subnet_without_log_config: false,
            interface_change_needs_subnet: true,
            permission_check: PermissionCheck::First,
            internet_routes_keep_network: false,
            auto_subnets_in_closed_regions: false,
        }
    }
}

/// The form in which subnets are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubnetForm {
    /// `allowSubnetCidrRoutesOverlap` and `enableFlowLogs` are false in a fresh subnet, and one for VMs has no `state`.
    #[default]
    Newest,
    /// Both are absent until they were set, and `state` is READY.
    Older,
}

/// The fate of what belonged to something that is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The value stays.
    Keep,
    /// The value goes, too.
    Drop,
}

/// The fate of a value that has no meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leftover {
    /// The value is kept and printed.
    #[default]
    Keep,
    /// The value is accepted, and not printed.
    Drop,
    /// The value is refused with an error.
    Refuse,
}

/// The changes of a subnet at which its flow logs must be as a policy demands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FlowLogsPolicy {
    /// The policy looks at changes of the flow logs themselves.
    #[default]
    LogChanges,
    /// The policy looks at all changes by PATCH.
    AnyChange,
}

/// The moment at which a missing permission is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PermissionCheck {
    /// The permission is checked before anything else: 403 also for what does not exist.
    #[default]
    First,
    /// The permission is checked after the object was looked for: what does not exist is 404 for everybody.
    AfterExistence,
}

/// The verdict on a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The request is refused with an error.
    #[default]
    Refuse,
    /// The request is accepted.
    Accept,
}

/// The place where an error appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorForm {
    /// The error is in the reply: HTTP 400 `invalid`.
    #[default]
    Reply,
    /// The error is in the operation, which ends DONE with `UNSUPPORTED_OPERATION`.
    Operation,
}

/// The order in which `aliasIpRanges` are read back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AliasOrder {
    /// Aliases are in the order in which they were sent.
    Keep,
    /// Aliases are ordered by address.
    #[default]
    Cidr,
    /// Aliases are ordered by name of the range, then by address.
    RangeName,
}
