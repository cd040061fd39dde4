//! Checks of names before they become part of a URL.
//!
//! All names of a shoot's own resources derive from the name of its Cluster, so their lengths are checked before the first call.

use super::TargetError;
use crate::vocabulary::{LONGEST_NAME, Purpose, is_name, subnet_name};

/// The lengths that Google accepts for the id of a service account, in characters.
const ACCOUNT: std::ops::RangeInclusive<usize> = 6..=30;
/// The name of the Cluster and its namespace if a shoot hosts itself, whatever its technical ID is.
const SELF_HOSTED: &str = "kube-system";

/// Refuses a name whose form Google does not accept.
///
/// # Errors
/// [`TargetError::Name`].
pub(super) fn check(field: impl Into<String>, name: &str) -> Result<(), TargetError> {
    if is_name(name) {
        return Ok(());
    }
    let of_another_project = name.starts_with("projects/") || name.contains("://");
    Err(TargetError::Name {
        field: field.into(),
        value: name.to_owned(),
        hint: if of_another_project {
            "; only what is in the project of the credentials can be used, by its name alone: a VPC of a Shared VPC's host project \
             cannot"
        } else {
            ""
        },
    })
}

/// The properties of a shoot that decide which names it needs.
pub(super) struct Named<'a> {
    /// The name of the Cluster.
    pub(super) cluster: &'a str,
    /// Whether there are firewall rules for IPv6, which have the longest names.
    pub(super) dual_stack: bool,
    /// Whether the shoot has a router of its own.
    pub(super) own_router: bool,
    /// Whether the shoot has a service account of its own.
    pub(super) service_account: bool,
}

impl Named<'_> {
    /// Refuses derived names that are too long; the error names the longest.
    ///
    /// # Errors
    /// [`TargetError::SelfHosted`], [`TargetError::Name`], [`TargetError::TooLong`] or [`TargetError::AccountId`].
    pub(super) fn check(&self) -> Result<(), TargetError> {
        let cluster = self.cluster;
        if cluster == SELF_HOSTED {
            return Err(TargetError::SelfHosted);
        }
        if cluster.len() <= LONGEST_NAME {
            check("the Cluster's name", cluster)?;
        }
        let rules: &[&str] = if self.dual_stack {
            &["internal-access-ipv6", "health-checks-ipv6", "internal-access", "health-checks"]
        } else {
            &["internal-access", "health-checks"]
        };
        let rules = rules.iter().map(|rule| ("firewall rule", format!("{cluster}-allow-{rule}")));
        let subnets = Purpose::ALL.map(|purpose| ("subnet", subnet_name(cluster, purpose).into()));
        let router = self.own_router.then(|| ("router", super::egress::own_router(cluster)));
        let longest = rules.chain(subnets).chain(router).max_by_key(|(_, name)| name.len());
        if let Some((kind, name)) = longest.filter(|(_, name)| name.len() > LONGEST_NAME) {
            let over = name.len() - LONGEST_NAME;
            return Err(TargetError::TooLong {
                kind,
                over,
                length: cluster.len(),
                most: cluster.len().saturating_sub(over),
                name,
                for_dual_stack: self.dual_stack,
            });
        }
        if self.service_account && !ACCOUNT.contains(&cluster.len()) {
            return Err(TargetError::AccountId { id: cluster.to_owned() });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_too_long_is_told_with_by_how_much() {
        let check = |length: usize, dual_stack, own_router, service_account| {
            let cluster = "x".repeat(length);
            Named { cluster: &cluster, dual_stack, own_router, service_account }.check()
        };
        for (length, dual_stack, fits) in
            [(36, true, true), (37, true, false), (41, false, true), (42, false, false)]
        {
            assert_eq!(check(length, dual_stack, true, false).is_ok(), fits, "{length} {dual_stack}");
        }
        let text = check(45, true, true, false).unwrap_err().to_string();
        for part in
            ["firewall rule x", "-allow-internal-access-ipv6", "9 too many", "45 characters", "at most 36"]
        {
            assert!(text.contains(part), "{text} lacks {part}");
        }
        assert!(check(30, false, false, true).is_ok());
        for length in [5, 31] {
            assert!(
                matches!(check(length, false, false, true), Err(TargetError::AccountId { .. })),
                "{length}"
            );
        }
        assert!(matches!(check(1_000_000, false, false, false), Err(TargetError::TooLong { .. })));
    }
}
