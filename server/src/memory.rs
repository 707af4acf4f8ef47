//! Memory: who holds a pack of a round that is sold out. It may refuse, never grant, and never refuse a holder
//! (DESIGN 2). While a round is sold out nobody new can come to hold a pack, so the complete list is final until the
//! round's version changes.

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

/// What a list is of: the round's version, and how many packs of held claims had come back.
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
        if self.knows(round) {
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
        let rounds = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
        rounds.get(&round.id).is_some_and(|holders| holders.version == version(round))
    }

    fn write<T>(&self, change: impl FnOnce(&mut HashMap<RoundId, Arc<Holders>>) -> T) -> T {
        change(&mut self.rounds.write().unwrap_or_else(PoisonError::into_inner))
    }
}
