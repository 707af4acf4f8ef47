//! Memory: who holds a pack of a round that is sold out. It may refuse, never grant, and never refuse a holder
//! (DESIGN 2). While a round is sold out nobody new can come to hold a pack, so the complete list is final until the
//! round's version changes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError, RwLock};

use domain::id::{PersonId, RoundId};
use domain::round::Round;
use store::Store;

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
            if self.knows(round) {
                continue;
            }
            if let Some(read) = store.holders(&round.id).await?
                && read.sold_out
            {
                let holders =
                    Holders { version: read.version, persons: read.persons.into_iter().collect() };
                self.write(|known| known.insert(round.id.clone(), Arc::new(holders)));
            }
        }
        Ok(())
    }

    fn knows(&self, round: &Round) -> bool {
        let rounds = self.rounds.read().unwrap_or_else(PoisonError::into_inner);
        rounds.get(&round.id).is_some_and(|holders| holders.version == version(round))
    }

    fn write<T>(&self, change: impl FnOnce(&mut HashMap<RoundId, Arc<Holders>>) -> T) -> T {
        change(&mut self.rounds.write().unwrap_or_else(PoisonError::into_inner))
    }
}
