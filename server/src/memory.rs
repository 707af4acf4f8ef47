//! Memory: who holds a pack of a round that is sold out. It may refuse, never grant, and never refuse a holder. While a
//! round is sold out nobody new can come to hold a pack, so the complete list is final until the round's version
//! changes, or a pack of a held claim comes back.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use domain::id::{PersonId, RoundId};
use domain::round::Round;
use store::Store;
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::timeout;

/// How long a request waits at most for its turn to ask who holds a round that has just sold out.
const LEARNING_MAX: Duration = Duration::from_secs(2);

/// What a list is of: the round's version, and how many packs of held claims had come back. Both only grow.
type Version = (i64, u32);

fn version(round: &Round) -> Version {
    (round.version, round.returned)
}

/// Who holds a pack of a sold-out round, at one version of the round.
struct Holders {
    version: Version,
    persons: HashSet<PersonId>,
}

/// The memory of one server.
#[derive(Default)]
pub struct Memory {
    rounds: RwLock<HashMap<RoundId, Arc<Holders>>>,
    /// Held by whoever loads: one reading serves everybody who waits for it.
    loading: Mutex<()>,
}

impl Memory {
    /// Whether it is certain that the person holds no pack of the round, which is sold out. `false` means only that
    /// the database must be asked.
    pub fn is_stranger(&self, round: &Round, person: &PersonId) -> bool {
        if round.remaining() > 0 {
            return false;
        }
        let rounds = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
        rounds.get(&round.id).is_some_and(|holders| {
            holders.version == version(round) && !holders.persons.contains(person)
        })
    }

    /// Loads the holders of each round that is sold out and not yet known at its version; forgets the others.
    ///
    /// # Errors
    /// When the database does not answer; until it does, it is asked for each person.
    pub async fn refresh(&self, store: &Store, rounds: &[Arc<Round>]) -> Result<(), store::Error> {
        for round in rounds {
            if round.remaining() > 0 {
                self.write(|known| known.remove(&round.id));
                continue;
            }
            self.load(store, round).await?;
        }
        Ok(())
    }

    /// Waits for a while until the holders of a round that is sold out are known. Between the last pack and that
    /// instant everybody else is told no: asking the database for each of them would be a queue that is still there
    /// when memory could answer. Where it cannot be read, whoever asks finds out by asking.
    pub async fn learn(&self, store: &Store, round: &Round) {
        let Ok(turn) = timeout(LEARNING_MAX, self.loading.lock()).await else { return };
        // Whoever has begun reads to the end: given up and begun anew by the next, it would never be done.
        let _ = self.load_in_turn(store, round, &turn).await;
    }

    async fn load(&self, store: &Store, round: &Round) -> Result<(), store::Error> {
        let turn = self.loading.lock().await;
        self.load_in_turn(store, round, &turn).await
    }

    async fn load_in_turn(
        &self,
        store: &Store,
        round: &Round,
        _: &MutexGuard<'_, ()>,
    ) -> Result<(), store::Error> {
        if self.has_read(round) {
            return Ok(());
        }
        if let Some(read) = store.holders(&round.id).await?
            && read.sold_out
        {
            let persons = read.persons.into_iter().collect();
            let holders = Holders { version: read.version, persons };
            self.write(|known| known.insert(round.id.clone(), Arc::new(holders)));
        }
        Ok(())
    }

    /// Whether the holders are known as the round stands.
    pub fn knows(&self, round: &Round) -> bool {
        self.read_at(round) == Some(version(round))
    }

    /// Whether they were read as the round stands, or later. Where the board is behind, each of the crowd would read
    /// all of them once more, one after the other, and find the same.
    fn has_read(&self, round: &Round) -> bool {
        self.read_at(round) >= Some(version(round))
    }

    /// As of when they were read.
    fn read_at(&self, round: &Round) -> Option<Version> {
        let rounds = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
        rounds.get(&round.id).map(|holders| holders.version)
    }

    fn write<T>(&self, change: impl FnOnce(&mut HashMap<RoundId, Arc<Holders>>) -> T) -> T {
        change(&mut self.rounds.write().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign_file::CampaignFile;
    use crate::demo;

    #[test]
    fn what_was_read_later_is_not_read_again_and_is_believed_of_no_earlier_state() {
        let mut earlier = CampaignFile::parse(demo::CAMPAIGN).unwrap().rounds.remove(0);
        for pack in &mut earlier.packs {
            pack.stock.issued = pack.stock.total;
        }
        let read = Round { returned: earlier.returned + 1, ..earlier.clone() };
        let later = Round { version: read.version + 1, ..read.clone() };
        let memory = Memory::default();
        let holders = Holders { version: version(&read), persons: HashSet::new() };
        memory.write(|known| known.insert(read.id.clone(), Arc::new(holders)));
        let look = |round: &Round| {
            let stranger = memory.is_stranger(round, &PersonId::mint(0, 1));
            (memory.has_read(round), memory.knows(round), stranger)
        };
        assert_eq!(look(&earlier), (true, false, false));
        assert_eq!(look(&read), (true, true, true));
        assert_eq!(look(&later), (false, false, false));
    }
}
