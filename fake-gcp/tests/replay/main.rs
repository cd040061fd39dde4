//! Recorded traffic is replayed, and what differs is told.

use fake_gcp::replay::replay;

/// Two subnets under one name, as in the logs of real traffic: which is meant follows from the answers.
const LOG: &str = include_str!("../../testdata/replay.log");

#[test]
fn a_log_is_read_in_the_way_that_fits_and_other_services_are_counted_apart() {
    let report = replay("log", LOG).unwrap();
    assert_eq!((report.exact, report.differ, report.not_modelled), (8, 0, 1), "{report}");
}

#[test]
fn what_differs_is_told_with_the_call_and_the_field() {
    for (recorded, other, told) in [
        ("\"purpose\": \"PRIVATE\"", "\"purpose\": \"PUBLIC\"", "purpose: \"PUBLIC\" was recorded"),
        ("404 Not Found", "403 Forbidden", "status: 403 was recorded, 404 answered"),
        ("\"stackType\": \"IPV4_ONLY\"", "\"kind\": \"compute#subnetwork\"", "stackType: not recorded"),
        (
            "\"logConfig\": {\n    \"enable\": false\n  },\n",
            "",
            "logConfig: not recorded, {\"enable\":false}",
        ),
        ("\"privateIpGoogleAccess\": true", "\"ipCollection\": \"x\"", "field 'resource.ipCollection'"),
    ] {
        let report = replay("log", &LOG.replacen(recorded, other, 1)).unwrap();
        assert_eq!(report.differ, 1, "{recorded}: {report}");
        assert!(report.to_string().contains(told), "{recorded}: {report}");
    }
}

#[test]
fn what_is_no_log_is_refused_with_its_place() {
    let torn = LOG.replacen("200 OK", "", 1);
    let refused = replay("log", &torn).unwrap_err().to_string();
    assert!(refused.starts_with("exchange 2 (POST https://compute.googleapis.com/"), "{refused}");
}

/// A network that was there before with fields of its own, and an operation of another service.
#[test]
fn operations_of_other_services_are_followed() {
    let report = replay("log", include_str!("../../testdata/replay-service.log")).unwrap();
    assert_eq!((report.exact, report.differ, report.not_modelled), (3, 0, 0), "{report}");
}
