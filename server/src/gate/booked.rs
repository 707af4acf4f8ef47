//! Who has which place: so that another tab of the same person finds the same one. It is bounded; whoever does not fit
//! in has the ticket alone.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::id::{PersonId, RoundId};

/// The most persons whose place is remembered: at most some 90 MB.
pub const BOOKED_MAX: usize = 1 << 20;
/// Parts, so that those who come at once do not wait for each other.
const PARTS: usize = 64;

struct Booking {
    /// The round, by a number that stands for it.
    round: u64,
    due_ms: i64,
}

/// Places by person.
pub(super) struct Booked {
    parts: [Mutex<HashMap<PersonId, Booking>>; PARTS],
    hasher: RandomState,
}

impl Default for Booked {
    fn default() -> Self {
        Self { parts: std::array::from_fn(|_| Mutex::default()), hasher: RandomState::new() }
    }
}

impl Booked {
    /// When it is the person's turn in the round.
    pub(super) fn due(&self, person: &PersonId, round: &RoundId) -> Option<i64> {
        let part = self.part(person);
        let booking = part.get(person)?;
        (booking.round == self.hasher.hash_one(round)).then_some(booking.due_ms)
    }

    /// Remembers it, if there is room.
    pub(super) fn note(&self, person: PersonId, round: &RoundId, due_ms: i64) {
        let mut part = self.part(&person);
        if part.len() < BOOKED_MAX / PARTS || part.contains_key(&person) {
            part.insert(person, Booking { round: self.hasher.hash_one(round), due_ms });
        }
    }

    /// Forgets the person's place.
    pub(super) fn forget(&self, person: &PersonId) {
        self.part(person).remove(person);
    }

    /// Forgets every place whose time was before that; and gives back the memory of a part that is nearly empty.
    pub(super) fn forget_before(&self, due_ms: i64) {
        for part in &self.parts {
            let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
            part.retain(|_, booking| booking.due_ms >= due_ms);
            if part.len() < part.capacity() / 4 {
                part.shrink_to_fit();
            }
        }
    }

    /// How many are remembered.
    pub(super) fn len(&self) -> usize {
        self.parts.iter().map(|part| part.lock().map_or(0, |part| part.len())).sum()
    }

    fn part(&self, person: &PersonId) -> MutexGuard<'_, HashMap<PersonId, Booking>> {
        #[expect(clippy::cast_possible_truncation, reason = "any bits will do")]
        let part = self.hasher.hash_one(person) as usize % PARTS;
        self.parts[part].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_places_is_bounded_and_old_ones_are_forgotten() {
        let (booked, round) = (Booked::default(), "r1".parse::<RoundId>().unwrap());
        for number in 0..BOOKED_MAX as u128 + 20_000 {
            booked.note(PersonId::mint(0, number), &round, 1_000);
        }
        assert!(booked.len() <= BOOKED_MAX);
        booked.note(PersonId::mint(0, 1), &round, 9_000);
        booked.forget_before(2_000);
        assert_eq!(booked.len(), 1);
        assert_eq!(booked.due(&PersonId::mint(0, 1), &round), Some(9_000));
        assert_eq!(booked.due(&PersonId::mint(0, 1), &"r2".parse().unwrap()), None);
    }
}
