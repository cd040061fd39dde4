//! Namesakes: subnets elsewhere, or of another form, that have the name of one that is still to be made.

use crate::plan::Finding;
use crate::plan::context::Context;
use crate::plan::migration::facts::Facts;
use crate::plan::migration::remedy::of_subnet;

/// The findings about namesakes.
pub(super) fn findings(context: Context<'_>, _: &Facts<'_>) -> Vec<Finding> {
    let namesakes = context.seen.cloud.preflight.namesakes.known().into_iter().flatten();
    let wanted = |name: &str| context.target.subnets.iter().find(|wanted| wanted.name == *name);
    namesakes
        .filter_map(|namesake| {
            let wanted = wanted(&namesake.name)?;
            let (is, help) = if namesake.network == context.target.network_path() {
                let range = namesake.range.map_or("no IPv4".to_owned(), |range| format!("the range {range}"));
                (format!("in the shoot's VPC with {range}"), of_subnet(wanted))
            } else {
                (
                    format!("in another VPC, {}", namesake.network),
                    "names of subnets are unique in a region: delete it by hand if nobody needs it",
                )
            };
            Some(Finding::error(
                "subnet-name-taken",
                format!(
                    "a subnet {} is there, {is}, so the shoot's with the range {} cannot be made: {help}",
                    namesake.name, wanted.range
                ),
            ))
        })
        .collect()
}
