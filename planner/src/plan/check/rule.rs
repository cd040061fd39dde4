//! Rules of the self-check: what a step may do, each with a name and the invariant that it keeps.
//!
//! `docs/self-check.md` says in a table what each of them allows, and names a plan that it refuses.

/// A rule of the self-check. A step that no rule allows is refused.
#[derive(Clone, Copy, Debug)]
pub(super) enum Rule {
    // Any step, and the plan as a whole.
    Allowed,
    Course,
    Place,
    OneChange,
    NothingInFlight,
    StepName,
    Needs,
    StateFirst,
    TeardownOrder,
    // What is made.
    WrittenAhead,
    NetworkInsert,
    SubnetInsert,
    RouterInsert,
    FirewallInsert,
    AccountInsert,
    InOurVpc,
    // What is changed.
    NetworkPatch,
    SubnetRead,
    SubnetWiden,
    SubnetIpv6,
    FlowLogs,
    OverlapOn,
    OverlapOff,
    PodRange,
    RangesKept,
    FirewallPatch,
    FirewallForm,
    FirewallSources,
    RouterRead,
    NatsKept,
    NatOwn,
    AliasVm,
    AliasesKept,
    AliasEntry,
    AliasElsewhere,
    AliasSettles,
    FirstAlias,
    Canary,
    CanaryRecord,
    AliasServed,
    AliasStale,
    RangeOff,
    TakenBack,
    // What is taken away.
    NetworkDelete,
    SubnetDelete,
    RouterDelete,
    FirewallDelete,
    AccountDelete,
    InternetRoute,
    RouteOwn,
    RoutePhase,
    RouteJournalled,
    RouteCovered,
    RouteMakers,
    RouteSettled,
    FirstRoute,
    // The state.
    ForeignState,
    OwnState,
    Project,
    Phase,
    Undo,
    Begin,
    JournalWhole,
    NoReturn,
    EntriesKept,
    EntriesAdded,
    OverlapBefore,
    Settling,
    FrozenAt,
    Releasing,
    MigrationOver,
    // The words of people.
    Words,
    // The cloud-controller-manager.
    Freeze,
    SeedRead,
    Release,
}

/// An invariant that each plan must keep, whatever it is for.
#[derive(Clone, Copy)]
enum Invariant {
    /// A node that was reachable stays reachable.
    Hitless,
    /// A route is deleted only if it is written down, and nothing that is written down is lost.
    Journalled,
    /// A migration can go either way until the point of no return, and only forward after it.
    NeverTrapped,
    /// The things of others are not changed, not even by replacing a list.
    ForeignSafe,
    /// A thing that is changed is the shoot's own, which the prefix of a name never proves.
    Owned,
    /// A route is deleted only where nothing can make it anew.
    CcmStopped,
    /// The cluster is left working, whatever fails.
    NoHarm,
    /// A thing that is changed or deleted was seen, and is changed as it was read.
    ReadBeforeWrite,
    /// A thing is not changed twice at the same time.
    OneChangePerObject,
    /// A thing is recorded before it may exist, and steps wait for what they rest on.
    WrittenAhead,
    /// A thing that is created or changed becomes what the target says.
    AsWanted,
}

impl Invariant {
    fn name(self) -> &'static str {
        match self {
            Self::Hitless => "hitless",
            Self::Journalled => "journalled",
            Self::NeverTrapped => "never trapped",
            Self::ForeignSafe => "foreign-safe",
            Self::Owned => "owned",
            Self::CcmStopped => "ccm-stopped",
            Self::NoHarm => "no-harm",
            Self::ReadBeforeWrite => "read before write",
            Self::OneChangePerObject => "one change per object",
            Self::WrittenAhead => "written ahead",
            Self::AsWanted => "as wanted",
        }
    }
}

/// The names of all rules of the self-check, each with the name of the invariant that it keeps.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    Rule::ALL.into_iter().map(|rule| (rule.name(), rule.invariant()))
}

/// A rule that a step does not keep, with the reason.
#[derive(Debug)]
pub(super) struct Breach {
    pub(super) rule: Rule,
    pub(super) detail: String,
}

/// The judgement of a rule on a step.
pub(super) type Judgement = Result<(), Breach>;

impl Rule {
    /// All rules.
    const ALL: [Self; Self::Release as usize + 1] = [
        Self::Allowed,
        Self::Course,
        Self::Place,
        Self::OneChange,
        Self::NothingInFlight,
        Self::StepName,
        Self::Needs,
        Self::StateFirst,
        Self::TeardownOrder,
        Self::WrittenAhead,
        Self::NetworkInsert,
        Self::SubnetInsert,
        Self::RouterInsert,
        Self::FirewallInsert,
        Self::AccountInsert,
        Self::InOurVpc,
        Self::NetworkPatch,
        Self::SubnetRead,
        Self::SubnetWiden,
        Self::SubnetIpv6,
        Self::FlowLogs,
        Self::OverlapOn,
        Self::OverlapOff,
        Self::PodRange,
        Self::RangesKept,
        Self::FirewallPatch,
        Self::FirewallForm,
        Self::FirewallSources,
        Self::RouterRead,
        Self::NatsKept,
        Self::NatOwn,
        Self::AliasVm,
        Self::AliasesKept,
        Self::AliasEntry,
        Self::AliasElsewhere,
        Self::AliasSettles,
        Self::FirstAlias,
        Self::Canary,
        Self::CanaryRecord,
        Self::AliasServed,
        Self::AliasStale,
        Self::RangeOff,
        Self::TakenBack,
        Self::NetworkDelete,
        Self::SubnetDelete,
        Self::RouterDelete,
        Self::FirewallDelete,
        Self::AccountDelete,
        Self::InternetRoute,
        Self::RouteOwn,
        Self::RoutePhase,
        Self::RouteJournalled,
        Self::RouteCovered,
        Self::RouteMakers,
        Self::RouteSettled,
        Self::FirstRoute,
        Self::ForeignState,
        Self::OwnState,
        Self::Project,
        Self::Phase,
        Self::Undo,
        Self::Begin,
        Self::JournalWhole,
        Self::NoReturn,
        Self::EntriesKept,
        Self::EntriesAdded,
        Self::OverlapBefore,
        Self::Settling,
        Self::FrozenAt,
        Self::Releasing,
        Self::MigrationOver,
        Self::Words,
        Self::Freeze,
        Self::SeedRead,
        Self::Release,
    ];

    /// The name, as `docs/self-check.md` and the plans in `testdata/check/` have it.
    pub(super) fn name(self) -> &'static str {
        self.row().0
    }

    /// The name of the invariant that the rule keeps.
    pub(super) fn invariant(self) -> &'static str {
        self.row().1.name()
    }

    fn row(self) -> (&'static str, Invariant) {
        match self {
            Self::Allowed => ("allowed", Invariant::NoHarm),
            Self::Course => ("course", Invariant::NeverTrapped),
            Self::Place => ("place", Invariant::Owned),
            Self::OneChange => ("one-change", Invariant::OneChangePerObject),
            Self::NothingInFlight => ("nothing-in-flight", Invariant::OneChangePerObject),
            Self::StepName => ("step-name", Invariant::AsWanted),
            Self::Needs => ("needs", Invariant::WrittenAhead),
            Self::StateFirst => ("state-first", Invariant::WrittenAhead),
            Self::TeardownOrder => ("teardown-order", Invariant::NoHarm),
            Self::WrittenAhead => ("written-ahead", Invariant::WrittenAhead),
            Self::NetworkInsert => ("network-insert", Invariant::AsWanted),
            Self::SubnetInsert => ("subnet-insert", Invariant::AsWanted),
            Self::RouterInsert => ("router-insert", Invariant::AsWanted),
            Self::FirewallInsert => ("firewall-insert", Invariant::Owned),
            Self::AccountInsert => ("account-insert", Invariant::AsWanted),
            Self::InOurVpc => ("in-our-vpc", Invariant::Owned),
            Self::NetworkPatch => ("network-patch", Invariant::Owned),
            Self::SubnetRead => ("subnet-read", Invariant::ReadBeforeWrite),
            Self::SubnetWiden => ("subnet-widen", Invariant::AsWanted),
            Self::SubnetIpv6 => ("subnet-ipv6", Invariant::AsWanted),
            Self::FlowLogs => ("flow-logs", Invariant::AsWanted),
            Self::OverlapOn => ("overlap-on", Invariant::Journalled),
            Self::OverlapOff => ("overlap-off", Invariant::Hitless),
            Self::PodRange => ("pod-range", Invariant::Hitless),
            Self::RangesKept => ("ranges-kept", Invariant::ForeignSafe),
            Self::FirewallPatch => ("firewall-patch", Invariant::Owned),
            Self::FirewallForm => ("firewall-form", Invariant::NoHarm),
            Self::FirewallSources => ("firewall-sources", Invariant::NoHarm),
            Self::RouterRead => ("router-read", Invariant::ReadBeforeWrite),
            Self::NatsKept => ("nats-kept", Invariant::ForeignSafe),
            Self::NatOwn => ("nat-own", Invariant::AsWanted),
            Self::AliasVm => ("alias-vm", Invariant::Owned),
            Self::AliasesKept => ("aliases-kept", Invariant::ForeignSafe),
            Self::AliasEntry => ("alias-entry", Invariant::Journalled),
            Self::AliasElsewhere => ("alias-elsewhere", Invariant::Hitless),
            Self::AliasSettles => ("alias-settles", Invariant::Hitless),
            Self::FirstAlias => ("first-alias", Invariant::Hitless),
            Self::Canary => ("canary", Invariant::Hitless),
            Self::CanaryRecord => ("canary-record", Invariant::Journalled),
            Self::AliasServed => ("alias-served", Invariant::Hitless),
            Self::AliasStale => ("alias-stale", Invariant::Hitless),
            Self::RangeOff => ("range-off", Invariant::Hitless),
            Self::TakenBack => ("taken-back", Invariant::NeverTrapped),
            Self::NetworkDelete => ("network-delete", Invariant::ForeignSafe),
            Self::SubnetDelete => ("subnet-delete", Invariant::Owned),
            Self::RouterDelete => ("router-delete", Invariant::ForeignSafe),
            Self::FirewallDelete => ("firewall-delete", Invariant::Owned),
            Self::AccountDelete => ("account-delete", Invariant::Owned),
            Self::InternetRoute => ("internet-route", Invariant::ForeignSafe),
            Self::RouteOwn => ("route-own", Invariant::Owned),
            Self::RoutePhase => ("route-phase", Invariant::Journalled),
            Self::RouteJournalled => ("route-journalled", Invariant::Journalled),
            Self::RouteCovered => ("route-covered", Invariant::Hitless),
            Self::RouteMakers => ("route-makers", Invariant::CcmStopped),
            Self::RouteSettled => ("route-settled", Invariant::Hitless),
            Self::FirstRoute => ("first-route", Invariant::Hitless),
            Self::ForeignState => ("foreign-state", Invariant::ForeignSafe),
            Self::OwnState => ("own-state", Invariant::Journalled),
            Self::Project => ("project", Invariant::Owned),
            Self::Phase => ("phase", Invariant::NeverTrapped),
            Self::Undo => ("undo", Invariant::Hitless),
            Self::Begin => ("begin", Invariant::NeverTrapped),
            Self::JournalWhole => ("journal-whole", Invariant::Journalled),
            Self::NoReturn => ("no-return", Invariant::Hitless),
            Self::EntriesKept => ("entries-kept", Invariant::Journalled),
            Self::EntriesAdded => ("entries-added", Invariant::Owned),
            Self::OverlapBefore => ("overlap-before", Invariant::Journalled),
            Self::Settling => ("settling", Invariant::Hitless),
            Self::FrozenAt => ("frozen-at", Invariant::NoHarm),
            Self::Releasing => ("releasing", Invariant::NoHarm),
            Self::MigrationOver => ("migration-over", Invariant::Journalled),
            Self::Words => ("words", Invariant::NeverTrapped),
            Self::Freeze => ("freeze", Invariant::NoHarm),
            Self::SeedRead => ("seed-read", Invariant::ReadBeforeWrite),
            Self::Release => ("release", Invariant::NoHarm),
        }
    }

    /// Demands that `holds` be true; `detail` is the reason for the breach if it is not.
    pub(super) fn demands<T: Into<String>>(self, holds: bool, detail: impl FnOnce() -> T) -> Judgement {
        if holds { Ok(()) } else { Err(self.broken(detail())) }
    }

    /// Demands that there be a value, and returns it.
    pub(super) fn finds<T, D: Into<String>>(
        self,
        value: Option<T>,
        detail: impl FnOnce() -> D,
    ) -> Result<T, Breach> {
        value.ok_or_else(|| self.broken(detail()))
    }

    fn broken(self, detail: impl Into<String>) -> Breach {
        Breach { rule: self, detail: detail.into() }
    }
}
