//! The method `instances.insert`.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::{access, aliases, ipv6, machine};
use crate::api::body::Body;
use crate::api::error::ApiError;
use crate::api::reference::{self};
use crate::dataplane::What;
use crate::model::geography;
use crate::model::instances::{Instance, Nic};
use crate::model::networks::Mode;
use crate::model::scope::Scope;
use crate::model::subnetworks::{Purpose, StackType, SubnetKey, Subnetwork};
use crate::network::addresses;
use crate::resources::call::{Answer, Call, Mutation};
use crate::resources::checks;
use crate::resources::disks;
use crate::resources::disks::disk::Disk;
use crate::resources::references;
use crate::state::{Context, Effect, State};

/// Fields with a meaning here.
const FIELDS: [&str; 7] = ["kind", "name", "zone", "labels", "tags", "canIpForward", "networkInterfaces"];

const NIC_FIELDS: [&str; 10] = [
    "kind",
    "name",
    "network",
    "nicType",
    "subnetwork",
    "networkIP",
    "aliasIpRanges",
    "stackType",
    "accessConfigs",
    "ipv6AccessConfigs",
];

/// An instance before Google gave it its addresses.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// Instance without its interfaces.
    pub instance: Instance,
    /// Interfaces without their addresses.
    pub nics: Vec<WantedNic>,
    /// Disks that are made along.
    pub disks: Vec<Disk>,
}

/// An interface before Google gave it its addresses.
#[derive(Debug, Clone)]
pub(crate) struct WantedNic {
    /// Subnet of the interface.
    pub subnet: SubnetKey,
    /// Address that was asked for, if any.
    pub network_ip: Option<Ipv4Addr>,
    /// Alias ranges that were asked for.
    pub aliases: Vec<aliases::Wanted>,
    /// IP families.
    pub stack: StackType,
    /// External IPv4 addresses that were asked for.
    pub access_configs: Vec<access::Wanted>,
}

/// Checks the request, and gives the mutation that may start.
pub(crate) fn check(state: &State, call: &Call<'_>) -> Result<Answer, ApiError> {
    call.query.only(&["requestId"])?;
    let body = call.body()?;
    body.only(&[FIELDS.as_slice(), &machine::KEPT].concat())?;
    let (zone, name) = (call.param("zone"), checks::name(&body)?);
    let target = reference::zonal(call.project, zone, "instances", &name);
    checks::require_new(state, &target, state.instance(call.project, zone, &name).is_some())?;
    let nics = body.objects("networkInterfaces")?.unwrap_or_default();
    if nics.is_empty() {
        return Err(ApiError::required(&body.path("networkInterfaces")));
    }
    let nics: Vec<WantedNic> =
        nics.iter().map(|nic| wanted_nic(state, call.project, zone, nic)).collect::<Result<_, _>>()?;
    check_networks(state, &nics)?;
    let disks = machine::new_disks(state, call.project, zone, &name, &body)?;
    let instance = Instance {
        id: 0,
        project: call.project.to_owned(),
        zone: zone.to_owned(),
        name,
        labels: labels(&body)?,
        tags: match body.object("tags")? {
            Some(tags) => tags.strings("items")?.unwrap_or_default(),
            None => Vec::new(),
        },
        can_ip_forward: body.bool("canIpForward")?.unwrap_or(false),
        status: "RUNNING".to_owned(),
        nics: Vec::new(),
        guest_ip_aliases: guest_ip_aliases(&body)?,
        label_revision: 0,
        tag_revision: 0,
        metadata_revision: 0,
        extra: machine::kept(body, call.project, zone, &disks)?,
        created: state.now(),
        revision: 0,
    };
    let wanted = Wanted { instance, nics, disks };
    Ok(Answer::Start(Box::new(Mutation {
        scope: Scope::Zone(zone.to_owned()),
        operation_type: "insert",
        target,
        target_id: None,
        effect: Effect::new(move |state, context| apply(state, context, wanted.clone())),
    })))
}

/// Refuses two interfaces in one network.
fn check_networks(state: &State, nics: &[WantedNic]) -> Result<(), ApiError> {
    let mut networks = BTreeSet::new();
    let mut names = nics.iter().filter_map(|nic| Some(&state.subnetwork(&nic.subnet)?.network));
    match names.all(|network| networks.insert(network)) {
        true => Ok(()),
        false => {
            let why = "Networks must be distinct for NICs attached to a VM.";
            Err(ApiError::invalid("resource.networkInterfaces", "", why))
        }
    }
}

fn labels(body: &Body) -> Result<BTreeMap<String, String>, ApiError> {
    let Some(labels) = body.object("labels")? else { return Ok(BTreeMap::new()) };
    let pair = |name: &str| Ok((name.to_owned(), labels.string(name)?.unwrap_or_default().to_owned()));
    labels.names().map(pair).collect()
}

fn guest_ip_aliases(body: &Body) -> Result<bool, ApiError> {
    let Some(metadata) = body.object("metadata")? else { return Ok(false) };
    for item in metadata.objects("items")?.unwrap_or_default() {
        if item.string("key")? == Some(machine::GUEST_IP_ALIASES) {
            return Ok(item.string("value")? == Some("true"));
        }
    }
    Ok(false)
}

fn wanted_nic(state: &State, project: &str, zone: &str, body: &Body) -> Result<WantedNic, ApiError> {
    body.only(&NIC_FIELDS)?;
    let subnetwork = subnetwork(state, project, zone, body)?;
    if subnetwork.purpose != Purpose::Private {
        return Err(body.invalid("subnetwork", "Subnetwork must have purpose=PRIVATE."));
    }
    let region = subnetwork.region.as_str();
    let network_ip = access::address(state, project, region, body, "networkIP")?;
    if network_ip.is_some_and(|ip| !subnetwork.ip_cidr_range.contains(&ip)) {
        let why = format!("The address must lie within the subnetwork range {}.", subnetwork.ip_cidr_range);
        return Err(body.invalid("networkIP", &why));
    }
    Ok(WantedNic {
        subnet: subnetwork.key(),
        network_ip,
        aliases: aliases::parse(state, body, subnetwork)?.unwrap_or_default(),
        stack: stack(body, subnetwork)?.unwrap_or(StackType::Ipv4Only),
        access_configs: body
            .objects("accessConfigs")?
            .unwrap_or_default()
            .iter()
            .map(|config| access::read(state, project, region, config))
            .collect::<Result<_, _>>()?,
    })
}

/// The `stackType` of an interface; a dual-stack one needs a dual-stack subnet.
pub(super) fn stack(body: &Body, subnetwork: &Subnetwork) -> Result<Option<StackType>, ApiError> {
    match body.string("stackType")? {
        None => Ok(None),
        Some("IPV4_ONLY") => Ok(Some(StackType::Ipv4Only)),
        Some("IPV4_IPV6") if subnetwork.stack == StackType::Ipv4Ipv6 => Ok(Some(StackType::Ipv4Ipv6)),
        Some("IPV4_IPV6") => {
            Err(body.invalid("stackType", "The subnetwork of the interface is not dual-stack."))
        }
        Some(_) => Err(body.invalid("stackType", "Must be one of [IPV4_IPV6, IPV4_ONLY].")),
    }
}

/// The subnet that an interface names, or the subnet that an auto-mode network has in its region.
fn subnetwork<'a>(
    state: &'a State,
    project: &str,
    zone: &str,
    body: &Body,
) -> Result<&'a Subnetwork, ApiError> {
    let region = geography::region_of_zone(zone).map_or("", |region| region.name);
    let Some(text) = body.string("subnetwork")? else {
        let network = references::network_reference(state, project, body, "network")?;
        let custom = state.network(project, &network).is_some_and(|network| network.mode != Mode::Auto);
        if custom {
            let why = "Subnetwork should be specified for custom subnetmode network.";
            return Err(body.invalid("subnetwork", why));
        }
        let key = SubnetKey { project: project.to_owned(), region: region.to_owned(), name: network };
        return state.subnetwork(&key).ok_or_else(|| ApiError::not_found(&key.path()));
    };
    let parsed = reference::parse(text, project, "subnetworks");
    let (owner, named_region, name) =
        parsed.ok_or_else(|| body.invalid("subnetwork", "The URL is malformed."))?;
    if owner != project {
        return Err(ApiError::not_modelled("subnetworks of another project"));
    }
    if named_region != region {
        return Err(body.invalid("subnetwork", "The subnetwork is not in the region of the instance."));
    }
    let key = SubnetKey { project: owner, region: named_region, name };
    let found = state.subnetwork(&key);
    found.ok_or_else(|| body.invalid("subnetwork", "The referenced subnetwork resource cannot be found."))
}

/// Gives the instance its addresses and makes it.
pub(super) fn apply(state: &mut State, context: &Context, wanted: Wanted) -> Result<(), ApiError> {
    let mut instance = wanted.instance;
    instance.id = context.target_id;
    instance.created = context.started;
    for (index, want) in wanted.nics.into_iter().enumerate() {
        let nic = address(state, &want, format!("nic{index}"))?;
        instance.nics.push(nic);
    }
    add(state, context, instance);
    for disk in wanted.disks {
        let id = state.ids.id();
        disks::insert::add(state, context, id, disk);
    }
    Ok(())
}

fn address(state: &State, want: &WantedNic, name: String) -> Result<Nic, ApiError> {
    let missing = || ApiError::not_found(&want.subnet.path());
    let subnetwork = state.subnetwork(&want.subnet).ok_or_else(missing)?;
    let project = state.store.project(&want.subnet.project).ok_or_else(missing)?;
    let network_ip = addresses::pick(project, subnetwork, want.network_ip)?;
    let mut taken = addresses::taken(project, subnetwork);
    taken.add(&network_ip.into());
    let dual = want.stack == StackType::Ipv4Ipv6;
    Ok(Nic {
        name,
        network: subnetwork.network.clone(),
        region: want.subnet.region.clone(),
        subnetwork: want.subnet.name.clone(),
        network_ip,
        aliases: aliases::resolve(subnetwork, &want.aliases, &[], taken)?,
        stack: want.stack,
        ipv6: dual.then(|| ipv6::pick(project, subnetwork)).flatten(),
        access_configs: want
            .access_configs
            .iter()
            .map(|config| access::resolve(state, config))
            .collect::<Result<_, _>>()?,
        revision: 0,
    })
}

/// Makes an instance without any check.
pub(crate) fn add(state: &mut State, context: &Context, instance: Instance) {
    let vm = instance.vm();
    if let Some(nic) = instance.nics.first() {
        state.record(context, instance.fact(nic));
        for alias in &nic.aliases {
            let subnet = nic.subnet(&instance).fact();
            let range_name = alias.range_name.clone().unwrap_or_default();
            state.record(context, What::AliasAdded { vm: vm.clone(), subnet, range_name, cidr: alias.cidr });
        }
    }
    state.store.project_mut(&context.project).instances.insert(instance);
}
