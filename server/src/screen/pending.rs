//! What was seen and counted beside the desk, until it is written.

use std::collections::HashMap;

use domain::id::RoundId;
use domain::refusal::Refusal;
use domain::risk::record::Record;
use domain::time::{SECOND_MS, Timestamp};
use store::Store;
use store::risk::Refused;

/// The most acts that wait; beyond them they are only counted as lost.
const ACTS_MAX: usize = 65_536;
/// The most acts that one row holds.
const ACTS_OF_ROW: usize = 1_024;
/// The most counts of refusals that wait: a second has a few.
const COUNTS_MAX: usize = 4_096;

/// What is to be written.
#[derive(Default)]
pub(super) struct Pending {
    records: Vec<Record>,
    refused: HashMap<(RoundId, Refusal, i64), i64>,
    lost: u64,
}

impl Pending {
    pub(super) fn add(&mut self, record: Record) {
        if self.records.len() < ACTS_MAX {
            self.records.push(record);
        } else {
            self.lost += 1;
        }
    }

    pub(super) fn count(&mut self, round: &RoundId, refusal: Refusal, now: Timestamp) {
        let key = (round.clone(), refusal, now.millis() / SECOND_MS);
        if self.refused.len() < COUNTS_MAX || self.refused.contains_key(&key) {
            *self.refused.entry(key).or_default() += 1;
        } else {
            self.lost += 1;
        }
    }

    pub(super) async fn write(self, store: &Store) -> Result<(), store::Error> {
        if self.lost > 0 {
            tracing::warn!(lost = self.lost, "acts beside the desk were too many to be kept");
        }
        if self.records.is_empty() && self.refused.is_empty() {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        for records in self.records.chunks(ACTS_OF_ROW) {
            store::risk::record(&mut tx, &records.iter().collect::<Vec<_>>()).await?;
            let kept: Vec<_> = records.iter().filter_map(Record::kept).collect();
            store::risk::keep(&mut tx, &kept).await?;
        }
        let refused: Vec<Refused> = self
            .refused
            .into_iter()
            .map(|((round, refusal, second), refused)| Refused { round, refusal, second, refused })
            .collect();
        store::risk::count_refused(&mut tx, &refused).await?;
        tx.commit().await
    }
}
