//! The cloud's clock goes fast, or shows another year: who lives in real time is let in, for as long as it takes.

use std::sync::Arc;
use std::time::Duration;

use gardener_extension_infra_gcp::environment::SystemRng;
use gardener_extension_infra_gcp::gcp::Config;
use gardener_extension_infra_gcp::gcp::credentials::{COMPUTE_SCOPE, Credentials};
use gardener_extension_infra_gcp::gcp::transport::{HttpTransport, Timeouts};
use gardener_extension_infra_gcp::gcp::{Class, Compute, Path};
use jiff::{SignedDuration, Timestamp};
use landscape::cloud::Cloud;
use landscape::migration::{Quiet, Story};
use landscape::neighbours::key::ServiceAccountKey;
use landscape::processes::build::PlainLines;
use landscape::processes::fake_gcp::{FakeGcp, FakeGcpOptions, Latency};
use landscape::processes::{Programs, RunDir, controller};
use landscape::setting::{Setting, SettingOptions};
use landscape::wire::HttpWire;
use serde_json::Value;

const PROJECT: &str = "demo-project";

/// The product's client of a cloud, which signs with `key` and the scope of Compute.
fn client(url: &str, key: &ServiceAccountKey) -> Compute {
    let Credentials::ServiceAccount(key) = Credentials::from_json(key.to_json("unused").as_bytes()).unwrap()
    else {
        panic!("a key of a service account")
    };
    let config = Config::new(PROJECT, format!("{url}/compute/v1/"));
    let transport = Arc::new(HttpTransport::new(Timeouts::default()).unwrap());
    Compute::new(config, transport, Arc::new(key.token_source(COMPUTE_SCOPE)), Arc::new(SystemRng)).unwrap()
}

/// The path of a network that does not exist.
fn none() -> Path {
    Path::global("networks").name("none")
}

/// Returns when the cloud's clock has gone `by` further than `begun`.
async fn passed(cloud: &Cloud, begun: Timestamp, by: SignedDuration) {
    while cloud.clock().await.unwrap().duration_since(begun) < by {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_is_let_in_wherever_the_clouds_clock_is_and_however_fast_it_goes() {
    let programs = Programs::build(&PlainLines::on_stderr()).await.unwrap();
    let run_dir = RunDir::create("clocks").unwrap();
    // Years behind, years ahead, and from now on.
    for start in [Some("2001-01-01T00:00:00Z"), Some("2101-01-01T00:00:00Z"), None] {
        for time_scale in [1.0, 500.0, 1_000.0, 1_000_000.0] {
            let args = start.map(|start| ["--start-at".into(), start.into()]);
            let args = args.into_iter().flatten().collect();
            let options = FakeGcpOptions { time_scale, latency: Latency::None, random_seed: 3, args };
            let fake = FakeGcp::start(&programs, &options, &run_dir).await.unwrap();
            let cloud = Cloud::new(Arc::new(HttpWire::new(&fake.url)), PROJECT, fake.time);
            let key = ServiceAccountKey::generate(PROJECT).unwrap();
            cloud.register_key(&key.client_email, &key.key_id, &key.public_key_pem).await.unwrap();
            let (client, begun) = (client(&fake.url, &key), cloud.clock().await.unwrap());
            // So fast that it costs nothing; the others do not get far.
            let minutes = if time_scale > 1e5 { [0, 90, 185] } else { [0, 0, 0] };
            for minutes in minutes {
                passed(&cloud, begun, SignedDuration::from_mins(minutes)).await;
                let told = format!("{start:?} x {time_scale}, {minutes} min later");
                assert_eq!(client.get::<Value>(&none()).await.expect(&told), None);
            }
            let stranger = ServiceAccountKey::generate(PROJECT).unwrap();
            let refused = self::client(&fake.url, &stranger).get::<Value>(&none()).await.unwrap_err();
            assert_eq!(refused.class(), Class::Unauthenticated, "{refused}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shoot_lives_for_hours_of_a_cloud_that_is_a_thousand_times_as_fast() {
    let run_dir = RunDir::create("fast").unwrap();
    let options = SettingOptions { speed: 1000.0, latency: Latency::Recorded, random_seed: 8 };
    let setting = Setting::start(&options, &run_dir).await.unwrap();
    let world = setting.world();
    let wishes = setting.migration(&world, 3).await.unwrap();
    let begun = world.cloud.clock().await.unwrap();
    let _controller = controller::start(&setting.controller(), &run_dir).await.unwrap();
    let story = Story::new(world.clone(), wishes, Arc::new(Quiet));
    let baseline = story.prepare().await.unwrap();
    let migration = story.migrate().await.unwrap();
    story.conclude().await.unwrap();
    loop {
        let outcome = story.verify(&baseline, &migration).await.unwrap();
        assert_eq!(outcome.complaints(), [""; 0], "{outcome:?}");
        if world.cloud.clock().await.unwrap().duration_since(begun) > SignedDuration::from_mins(185) {
            break;
        }
    }
    assert!(world.time.elapsed() > Duration::from_secs(3 * 3600), "the stand-ins went along");
}
