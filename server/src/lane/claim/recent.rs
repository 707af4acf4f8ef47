//! Who was seen to hold a claim of a round lately: a hint that spares the lane a read for everybody else. It decides
//! nothing: whoever is taken for a stranger and is none is noticed by the table's own laws, and the batch is settled
//! again with everything read. Those laws say nothing of a refused claim: a round that has one is read whole.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use domain::claim::Request;
use domain::id::{PersonId, RoundId};

/// The most persons that are remembered; beyond them everything is read.
const PERSONS_MAX: usize = 1_048_576;
/// After a batch that had to be settled again, this many are read whole: where many come twice, guessing costs more
/// than reading.
const WARY_BATCHES: u32 = 8;

/// The holders of one round that this server knows of.
#[derive(Default)]
pub(super) struct Recent(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    round: Option<RoundId>,
    persons: HashSet<PersonId>,
    wary: u32,
}

impl Recent {
    /// The persons of a batch whose claims must be read before it is decided, each once; `None` where that is
    /// everybody.
    pub(super) fn to_read(&self, round: &RoundId, requests: &[Request]) -> Option<Vec<PersonId>> {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.wary > 0 {
            seen.wary -= 1;
            return None;
        }
        if seen.round.as_ref() != Some(round) || seen.persons.len() >= PERSONS_MAX {
            return None;
        }
        let mut holders: Vec<PersonId> = requests
            .iter()
            .map(|request| request.person)
            .filter(|person| seen.persons.contains(person))
            .collect();
        holders.sort_unstable();
        holders.dedup();
        Some(holders)
    }

    /// Notes who holds a claim of the round.
    pub(super) fn note(&self, round: &RoundId, persons: impl Iterator<Item = PersonId>) {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.round.as_ref() != Some(round) {
            *seen = Seen { round: Some(round.clone()), ..Seen::default() };
        }
        if seen.persons.len() < PERSONS_MAX {
            seen.persons.extend(persons);
        }
    }

    /// Notes that a batch had to be settled again.
    pub(super) fn beware(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).wary = WARY_BATCHES;
    }
}

#[cfg(test)]
mod tests {
    use domain::claim::{Choice, Standing};
    use domain::id::{AccountId, ClaimId};
    use domain::round::RealNameLevel;

    use super::*;

    fn request(person: u128) -> Request {
        Request {
            id: ClaimId::mint(0, person),
            person: PersonId::mint(0, person),
            account: AccountId::mint(0, person),
            key: "key".parse().unwrap(),
            choice: Choice { pack: "pack".parse().unwrap(), named: false },
            standing: Standing {
                real_name_level: RealNameLevel(2),
                consented: true,
                division: "140502".into(),
            },
        }
    }

    #[test]
    fn only_those_who_were_seen_are_read_and_after_a_surprise_everybody() {
        let recent = Recent::default();
        let round: RoundId = "r1".parse().unwrap();
        let batch = [request(1), request(2), request(1)];
        assert_eq!(recent.to_read(&round, &batch), None, "nothing is known of this round");
        recent.note(&round, std::iter::once(PersonId::mint(0, 1)));
        assert_eq!(recent.to_read(&round, &batch), Some(vec![PersonId::mint(0, 1)]));
        assert_eq!(recent.to_read(&"r2".parse().unwrap(), &batch), None);
        recent.beware();
        for _ in 0..WARY_BATCHES {
            assert_eq!(recent.to_read(&round, &batch), None);
        }
        assert!(recent.to_read(&round, &batch).is_some());
    }
}
