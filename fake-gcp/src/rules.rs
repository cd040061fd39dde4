//! The table of all modelled behaviours with what each rests on, and how it is printed.

use serde_json::{Value, json};

use crate::dataplane::{BASES, Basis};
use crate::evidence::{Rule, conventions, governance, quotas};
use crate::resources::KINDS;
use crate::resources::kind::Method;

const LEGEND: &str = "\
recorded     seen in published logs of real traffic
documented   stated by Google in its references, guides or sources
second-hand  reported by people who saw it
assumed      neither: a choice; a [setting], for the file that serve --settings takes, chooses otherwise
";

/// All rules in the order in which they are printed: those of all kinds of resources, then those of each.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let general = [conventions::RULES, quotas::RULES, governance::RULES].into_iter().flatten();
    general.chain(KINDS.iter().flat_map(|kind| kind.rules))
}

/// The table as text: the legend, then all rules, durations and readings of the data plane, one per line.
pub fn render() -> String {
    let rules = all().map(|rule| {
        let switch = rule.switch.map(|switch| format!(" [setting: {switch}]")).unwrap_or_default();
        format!("{:<11}  {}{switch} ({})", rule.evidence, rule.behaviour, rule.source)
    });
    let latencies =
        KINDS.iter().flat_map(|kind| kind.methods).filter_map(|method| Some((method.id, method.figure?)));
    let latencies = latencies.map(|(method, figure)| {
        let (min, max) = (figure.min_ms, figure.max_ms);
        format!(
            "{:<11}  {} takes {min} to {max} ms [setting: latency] ({})",
            figure.evidence, method, figure.source
        )
    });
    let dataplane = BASES.iter().map(|basis| {
        let switch =
            basis.setting.map(|setting| format!(" [setting: dataplane.{setting}]")).unwrap_or_default();
        format!("{:<11}  {}{switch}", basis.evidence, basis.behaviour)
    });
    let section = |title: &str, lines: Vec<String>| format!("# {title}\n{}\n", lines.join("\n"));
    [
        LEGEND.to_owned(),
        section("API", rules.collect()),
        section("Durations of operations (latency: recorded)", latencies.collect()),
        section("Data plane", dataplane.collect()),
    ]
    .join("\n")
}

/// The table as JSON: a list of rules, each with its behaviour, evidence and source, and the setting that changes it.
pub fn to_json() -> Value {
    let rule = |rule: &Rule| {
        json!({
            "behaviour": rule.behaviour, "evidence": rule.evidence, "source": rule.source, "setting": rule.switch,
        })
    };
    let latency = |method: &'static Method| {
        let figure = method.figure?;
        let behaviour = format!("{} takes {} to {} ms", method.id, figure.min_ms, figure.max_ms);
        Some(json!({
            "behaviour": behaviour, "evidence": figure.evidence, "source": figure.source, "setting": "latency",
        }))
    };
    let basis = |basis: &Basis| {
        let setting = basis.setting.map(|setting| format!("dataplane.{setting}"));
        json!({ "behaviour": basis.behaviour, "evidence": basis.evidence, "source": null, "setting": setting })
    };
    let methods = KINDS.iter().flat_map(|kind| kind.methods);
    all().map(rule).chain(methods.filter_map(latency)).chain(BASES.iter().map(basis)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_switch_of_a_rule_is_a_setting() {
        let settings = serde_json::to_value(crate::Settings::default()).unwrap();
        for switch in all().filter_map(|rule| rule.switch) {
            let pointer = format!("/{}", switch.replace('.', "/"));
            assert!(settings.pointer(&pointer).is_some(), "{switch}");
        }
    }

    #[test]
    fn every_switch_has_a_rule() {
        let settings = serde_json::to_value(crate::Settings::default()).unwrap();
        for section in ["switches", "limits", "lags"] {
            for name in settings[section].as_object().unwrap().keys() {
                let switch = format!("{section}.{name}");
                assert!(all().any(|rule| rule.switch == Some(switch.as_str())), "{switch}");
            }
        }
    }

    #[test]
    fn what_is_assumed_and_what_is_not_can_be_told_apart() {
        let printed = render();
        for part in [
            "recorded     ",
            "documented   ",
            "second-hand  ",
            "assumed      ",
            "compute.routes.delete takes 4000 to 27000 ms",
        ] {
            assert!(printed.contains(part), "{part}");
        }
    }
}
