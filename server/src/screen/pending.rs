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
    /// What was counted last, not yet among the others.
    refused_last: Option<Refused>,
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
        let second = now.millis() / SECOND_MS;
        // In a rush everybody is told the same: the last one is there without looking it up.
        if let Some(last) = self.refused_last.as_mut()
            && (&last.round, last.refusal, last.second) == (round, refusal, second)
        {
            last.refused += 1;
            return;
        }
        let next = Refused { round: round.clone(), refusal, second, refused: 1 };
        if let Some(last) = self.refused_last.replace(next) {
            self.put(last);
        }
    }

    fn put(&mut self, counted: Refused) {
        let key = (counted.round, counted.refusal, counted.second);
        if self.refused.len() < COUNTS_MAX || self.refused.contains_key(&key) {
            *self.refused.entry(key).or_default() += counted.refused;
        } else {
            self.lost += u64::try_from(counted.refused).unwrap_or_default();
        }
    }

    /// Everything that is to be written, which is then no longer here.
    pub(super) fn take(&mut self) -> Unwritten {
        if let Some(last) = self.refused_last.take() {
            self.put(last);
        }
        let lost = std::mem::take(&mut self.lost);
        if lost > 0 {
            tracing::warn!(lost, "acts beside the desk were too many to be kept");
        }
        let counted = std::mem::take(&mut self.refused).into_iter();
        let counted = counted.map(|((round, refusal, second), refused)| Refused {
            round,
            refusal,
            second,
            refused,
        });
        Unwritten { records: std::mem::take(&mut self.records), refused: counted.collect() }
    }
}

/// What is written in one transaction. It is tried as it is until that has succeeded, so that acts whose commit was not
/// heard of are known again by the identifier of their row. Counts alone have none: they are figures, and may then be
/// added twice.
#[derive(Default)]
pub(super) struct Unwritten {
    records: Vec<Record>,
    refused: Vec<Refused>,
}

impl Unwritten {
    /// [`store::Error::Taken`] where it was written before.
    pub(super) async fn write(&self, store: &Store) -> Result<(), store::Error> {
        if self.records.is_empty() && self.refused.is_empty() {
            return Ok(());
        }
        let mut tx = store.begin().await?;
        for records in self.records.chunks(ACTS_OF_ROW) {
            store::risk::record(&mut tx, &records.iter().collect::<Vec<_>>()).await?;
            let kept: Vec<_> = records.iter().filter_map(Record::kept).collect();
            store::risk::keep(&mut tx, &kept).await?;
        }
        store::risk::count_refused(&mut tx, &self.refused).await?;
        tx.commit().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_counted_however_the_same_and_others_come_in_turn() {
        let (round, other): (RoundId, RoundId) = ("r1".parse().unwrap(), "r2".parse().unwrap());
        let at = |ms: i64| Timestamp::from_millis(1_587_517_200_000 + ms);
        let mut pending = Pending::default();
        for _ in 0..3 {
            for _ in 0..5 {
                pending.count(&round, Refusal::SoldOut, at(0));
                pending.count(&round, Refusal::SoldOut, at(999));
            }
            pending.count(&other, Refusal::SoldOut, at(0));
            pending.count(&other, Refusal::NotOpenYet, at(0));
            pending.count(&round, Refusal::SoldOut, at(1_000));
        }
        let counted = pending.take().refused;
        let of = |round: &RoundId, refusal, second| {
            let same = |it: &&Refused| {
                (&it.round, it.refusal, it.second - 1_587_517_200) == (round, refusal, second)
            };
            let same: Vec<_> = counted.iter().filter(same).collect();
            assert_eq!(same.len(), 1, "one count of each");
            same[0].refused
        };
        assert_eq!(of(&round, Refusal::SoldOut, 0), 30);
        assert_eq!(of(&round, Refusal::SoldOut, 1), 3);
        assert_eq!(of(&other, Refusal::NotOpenYet, 0), 3);
        assert_eq!(of(&other, Refusal::SoldOut, 0), 3);
        assert_eq!(counted.len(), 4);
        assert!(pending.take().refused.is_empty(), "nobody is counted twice");
    }
}
