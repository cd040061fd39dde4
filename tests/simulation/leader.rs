//! Leader election in virtual time: several candidates for one Lease, some of which stop for a while and then go on.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use gardener_extension_infra_gcp::environment::{Clock, Rng};
use gardener_extension_infra_gcp::kubernetes::LeaseClient;
use gardener_extension_infra_gcp::leader::{Elector, Gate, Lost, Timing};
use jiff::Timestamp;
use landscape::seed::MemorySeed;
use landscape::seed::memory::Verdict;
use landscape::time::Time;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use crate::support::{block_on, distant};

const NAMESPACE: &str = "default";
const NAME: &str = "lease";
const TIMING: Timing =
    Timing { lease: Duration::from_secs(15), renew: Duration::from_secs(10), retry: Duration::from_secs(2) };

struct Room {
    seed: MemorySeed,
    time: Time,
}

/// A clock that is wrong by so many seconds: nothing may depend on it.
struct WrongClock(Time, i64);

impl Clock for WrongClock {
    fn now(&self) -> Timestamp {
        self.0.now() + jiff::SignedDuration::from_secs(self.1)
    }
}

struct SeededRng(Mutex<StdRng>);

impl Rng for SeededRng {
    fn uuid(&self) -> uuid::Uuid {
        uuid::Builder::from_random_bytes(self.0.lock().unwrap().random()).into_uuid()
    }

    fn unit(&self) -> f64 {
        self.0.lock().unwrap().random()
    }
}

/// One process: it can be stopped, and then its tasks do nothing while time passes.
struct Process {
    gate: Gate,
    stopped: Arc<AtomicBool>,
    /// Requests to give the leadership back.
    quits: Arc<AtomicBool>,
    terms: Arc<AtomicU64>,
    task: JoinHandle<()>,
}

impl Drop for Process {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Room {
    fn new() -> Self {
        let time = Time::virtual_from("2026-09-01T10:00:00Z".parse().unwrap());
        Self { seed: MemorySeed::new(move || time.now()).unwrap(), time }
    }

    fn lease(&self) -> Value {
        let resource = kube::api::ApiResource::erase::<k8s_openapi::api::coordination::v1::Lease>(&());
        self.seed.get(&resource, NAMESPACE, NAME).unwrap_or_default()
    }

    /// Each candidate has a clock that is wrong by an hour more.
    fn elector(&self, name: &str, random: u64, gate: &Gate) -> Elector {
        let lease = LeaseClient::new(distant(&self.seed, random), NAMESPACE, NAME);
        let clock = WrongClock(self.time, i64::try_from(random % 7).unwrap() * 3600);
        let rng = SeededRng(Mutex::new(StdRng::seed_from_u64(random)));
        Elector::new(lease, name.to_owned(), TIMING, gate.clone(), Arc::new(clock), Arc::new(rng))
    }

    /// A candidate that tries again, as a new process, whenever it has lost.
    fn process(&self, name: &str, random: u64) -> Process {
        let gate = Gate::new(TIMING.renew);
        let mut elector = self.elector(name, random, &gate);
        let (stopped, quits) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let terms = Arc::new(AtomicU64::new(0));
        let (wants, counts) = (quits.clone(), terms.clone());
        let life = async move {
            loop {
                elector.acquire().await;
                counts.fetch_add(1, Ordering::SeqCst);
                let quit = async {
                    while !wants.swap(false, Ordering::SeqCst) {
                        sleep(Duration::from_millis(100)).await;
                    }
                };
                tokio::select! {
                    _ = elector.keep() => {}
                    () = quit => {
                        elector.release().await;
                        sleep(TIMING.lease).await;
                    }
                }
            }
        };
        let task = tokio::spawn(stoppable(life, stopped.clone()));
        Process { gate, stopped, quits, terms, task }
    }
}

/// Does nothing while `stopped`, like a process after SIGSTOP; looks every 50 ms whether it may go on.
async fn stoppable(life: impl Future<Output = ()>, stopped: Arc<AtomicBool>) {
    let mut life = std::pin::pin!(life);
    let mut wake = std::pin::pin!(tokio::time::sleep(Duration::ZERO));
    std::future::poll_fn(move |context| {
        if stopped.load(Ordering::SeqCst) {
            wake.as_mut().reset(Instant::now() + Duration::from_millis(50));
            let _ = wake.as_mut().poll(context);
            return Poll::Pending;
        }
        life.as_mut().poll(context)
    })
    .await;
}

fn leaders(processes: &[Process]) -> Vec<usize> {
    (0..processes.len()).filter(|index| processes[*index].gate.is_open()).collect()
}

async fn one_leads(processes: &[Process], within: Duration) -> usize {
    let begun = Instant::now();
    loop {
        match leaders(processes).as_slice() {
            [one] => return *one,
            several => assert!(begun.elapsed() < within, "{several:?} after {within:?}"),
        }
        sleep(Duration::from_millis(20)).await;
    }
}

#[test]
fn the_lease_says_what_client_go_would_write() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 7, &gate);
        elector.acquire().await;
        let spec = room.lease()["spec"].clone();
        assert_eq!(spec["holderIdentity"], "a");
        assert_eq!(spec["leaseDurationSeconds"], 15);
        assert_eq!(spec["leaseTransitions"], 0);
        let renewed = spec["renewTime"].as_str().unwrap().to_owned();
        assert!(renewed.len() == "2026-09-01T10:00:00.000000Z".len() && renewed.ends_with('Z'), "{renewed}");
        assert_eq!(spec["acquireTime"], spec["renewTime"]);

        let kept = tokio::time::timeout(Duration::from_secs(60), elector.keep()).await;
        assert!(kept.is_err(), "nobody else wants it: {kept:?}");
        let later = room.lease()["spec"].clone();
        assert_eq!(later["acquireTime"], spec["acquireTime"]);
        assert!(later["renewTime"].as_str().unwrap() > renewed.as_str());

        elector.release().await;
        assert!(!gate.is_open());
        let freed = room.lease()["spec"].clone();
        assert_eq!(freed["holderIdentity"], "");
        assert_eq!(freed["leaseDurationSeconds"], 1);
        assert_eq!(freed["leaseTransitions"], 0);

        let gate = Gate::new(TIMING.renew);
        room.elector("b", 1, &gate).acquire().await;
        let taken = room.lease()["spec"].clone();
        assert_eq!((&taken["holderIdentity"], &taken["leaseTransitions"]), (&"b".into(), &1.into()));
    });
}

#[test]
fn a_lease_given_back_is_taken_at_once_and_one_left_behind_only_after_its_time() {
    block_on(async {
        let room = Room::new();
        let mut processes = vec![room.process("a", 1), room.process("b", 2)];
        let first = one_leads(&processes, Duration::from_secs(20)).await;
        processes[first].quits.store(true, Ordering::SeqCst);
        let begun = Instant::now();
        while leaders(&processes) != [1 - first] {
            sleep(Duration::from_millis(20)).await;
            // A try comes at least every 2.2 retry periods, and its calls take a while.
            assert!(begun.elapsed() < TIMING.retry * 4, "{:?}", begun.elapsed());
        }

        // Until the first one is a candidate again and has seen the Lease.
        sleep(TIMING.lease * 2).await;
        let leader = processes.remove(1 - first);
        leader.task.abort();
        let begun = Instant::now();
        while leaders(&processes).is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
        let waited = begun.elapsed();
        assert!(waited > TIMING.lease - TIMING.retry * 2, "{waited:?}");
        assert!(waited < TIMING.lease + TIMING.retry * 4, "{waited:?}");
    });
}

#[test]
fn a_candidate_trusts_its_own_eyes_and_not_the_times_in_the_lease() {
    block_on(async {
        let room = Room::new();
        let old = serde_json::json!({
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": { "name": NAME, "namespace": NAMESPACE },
            "spec": {
                "holderIdentity": "somebody", "leaseDurationSeconds": 15, "leaseTransitions": 4,
                "acquireTime": "2020-01-01T00:00:00.000000Z", "renewTime": "2020-01-01T00:00:00.000000Z",
            },
        });
        room.seed.put(&old).unwrap();
        let gate = Gate::new(TIMING.renew);
        let begun = Instant::now();
        room.elector("a", 3, &gate).acquire().await;
        assert!(begun.elapsed() >= TIMING.lease, "it was left alone for {:?} only", begun.elapsed());
        assert_eq!(room.lease()["spec"]["leaseTransitions"], 5);
    });
}

#[test]
fn a_leader_that_cannot_renew_ends_before_its_lease_does() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 1, &gate);
        elector.acquire().await;
        room.seed.before(|_| Verdict::Hang);
        let begun = Instant::now();
        assert_eq!(elector.keep().await, Lost::Late(TIMING.renew));
        assert!(begun.elapsed() <= TIMING.renew + TIMING.retry, "{:?}", begun.elapsed());
        assert!(!gate.is_open());
    });
}

#[test]
fn one_that_was_stopped_finds_the_gate_shut_and_does_not_renew() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 1, &gate);
        elector.acquire().await;
        let before = room.lease();
        // Nothing of it runs while time passes.
        sleep(TIMING.lease * 2).await;
        assert!(!gate.is_open(), "before its elector runs");
        assert_eq!(elector.keep().await, Lost::Late(TIMING.renew));
        assert_eq!(room.lease(), before, "it is not renewed, although nobody took it");
    });
}

#[test]
fn whoever_took_the_lease_is_named() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 1, &gate);
        elector.acquire().await;
        let mut lease = room.lease();
        lease["spec"]["holderIdentity"] = "thief".into();
        room.seed.put(&lease).unwrap();
        assert_eq!(elector.keep().await, Lost::Taken("thief".to_owned()));
        assert!(!gate.is_open());
        elector.release().await;
        assert_eq!(room.lease()["spec"]["holderIdentity"], "thief", "what is not ours is not given back");
    });
}

#[test]
fn it_is_given_back_though_the_last_renewal_was_cut_off_after_its_effect() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 1, &gate);
        elector.acquire().await;
        let renewed = room.lease()["metadata"]["resourceVersion"].clone();
        tokio::select! {
            lost = elector.keep() => panic!("{lost}"),
            () = async {
                while room.lease()["metadata"]["resourceVersion"] == renewed {
                    sleep(Duration::from_micros(10)).await;
                }
            } => {}
        }
        elector.release().await;
        assert_eq!(room.lease()["spec"]["holderIdentity"], "");
    });
}

/// The renewal that was cut off arrives only after the Lease was read to be freed.
#[test]
fn it_is_given_back_though_the_last_renewal_arrives_late() {
    block_on(async {
        let room = Room::new();
        let gate = Gate::new(TIMING.renew);
        let mut elector = room.elector("a", 1, &gate);
        elector.acquire().await;
        let (seed, mut late) = (room.seed.clone(), Some(room.lease()));
        room.seed.before(move |call| {
            if call.method == "PUT"
                && let Some(mut renewed) = late.take()
            {
                renewed["spec"]["renewTime"] = "2026-09-01T10:00:09.000000Z".into();
                seed.put(&renewed).unwrap();
            }
            Verdict::Pass
        });
        elector.release().await;
        assert_eq!(room.lease()["spec"]["holderIdentity"], "");
    });
}

/// Three candidates with wrong clocks; requests fail in each way; processes are stopped and go on; some give up by themselves.
fn never_two(random: u64) {
    block_on(async {
        let room = Room::new();
        let mut rng = StdRng::seed_from_u64(random);
        let processes =
            [room.process("a", random), room.process("b", random + 1), room.process("c", random + 2)];
        let dice = Mutex::new(StdRng::seed_from_u64(random + 3));
        room.seed.before(move |_| match dice.lock().unwrap().random_range(0..20) {
            0 => Verdict::Fail(500, "InternalError".to_owned()),
            1 => Verdict::DropRequest,
            2 => Verdict::DropReply,
            3 => Verdict::Hang,
            _ => Verdict::Pass,
        });
        for _ in 0..6_000 {
            sleep(Duration::from_millis(50)).await;
            let open = leaders(&processes);
            assert!(open.len() <= 1, "seed {random}: {open:?} lead at {}", room.time.now());
            match rng.random_range(0..400) {
                0 | 1 => {
                    let process = &processes[rng.random_range(0..3)];
                    process.stopped.fetch_not(Ordering::SeqCst);
                }
                2 => processes[rng.random_range(0..3)].quits.store(true, Ordering::SeqCst),
                _ => {}
            }
        }
        room.seed.before(|_| Verdict::Pass);
        for process in &processes {
            process.stopped.store(false, Ordering::SeqCst);
        }
        one_leads(&processes, TIMING.lease * 3).await;
        let terms: u64 = processes.iter().map(|process| process.terms.load(Ordering::SeqCst)).sum();
        assert!(terms > 2, "seed {random}: only {terms} terms, nothing was tried");
    });
}

#[test]
fn never_two_lead_and_somebody_does_when_all_is_well_again() {
    for random in 0..25 {
        never_two(random * 10);
    }
}
