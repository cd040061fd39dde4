//! The API server in memory behaves as the table of behaviours says.

#[cfg(test)]
mod behaviours;

use jiff::Timestamp;
use landscape::seed::MemorySeed;

#[tokio::test]
async fn the_seed_in_memory_behaves_as_the_table_says() {
    let seed = MemorySeed::new(|| Timestamp::UNIX_EPOCH).unwrap();
    let differences = behaviours::differences(&seed.client()).await;
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}
