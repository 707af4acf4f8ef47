//! Places among those who wait: so many in all, and so many of each, so that nobody can take every one.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Places, and who has them. It remembers nobody who has none, so it is no larger than what may wait.
pub(super) struct Places<K> {
    most: usize,
    most_each: usize,
    taken: Mutex<Taken<K>>,
}

struct Taken<K> {
    all: usize,
    each: HashMap<K, usize>,
}

/// Why there is no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Full {
    /// Every place is taken.
    All,
    /// Whoever asks has as many as one may have.
    Own,
}

impl<K: Hash + Eq + Clone> Places<K> {
    /// So many places in all, and so many for each.
    pub(super) fn new(most: usize, most_each: usize) -> Self {
        let taken = Mutex::new(Taken { all: 0, each: HashMap::new() });
        Self { most, most_each, taken }
    }

    /// A place for `who`; of whom nothing is known only the places in all are counted.
    ///
    /// # Errors
    /// [`Full`] says what is.
    pub(super) fn take(&self, who: Option<&K>) -> Result<Place<'_, K>, Full> {
        let mut taken = self.taken();
        let own = who.and_then(|who| taken.each.get(who)).copied().unwrap_or(0);
        if own >= self.most_each {
            return Err(Full::Own);
        }
        if taken.all >= self.most {
            return Err(Full::All);
        }
        taken.all += 1;
        if let Some(who) = who {
            taken.each.insert(who.clone(), own + 1);
        }
        Ok(Place { places: self, who: who.cloned() })
    }

    fn taken(&self) -> MutexGuard<'_, Taken<K>> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place, given back however the waiting ends.
pub(super) struct Place<'a, K: Hash + Eq + Clone> {
    places: &'a Places<K>,
    who: Option<K>,
}

impl<K: Hash + Eq + Clone> Drop for Place<'_, K> {
    fn drop(&mut self) {
        let mut taken = self.places.taken();
        taken.all = taken.all.saturating_sub(1);
        let Some(who) = &self.who else { return };
        let left = taken.each.get(who).map_or(0, |own| own.saturating_sub(1));
        if left == 0 {
            taken.each.remove(who);
        } else if let Some(own) = taken.each.get_mut(who) {
            *own = left;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_so_many_in_all_and_of_each_and_are_given_back() {
        let places = Places::new(5, 2);
        let mut held: Vec<_> = (0..2).map(|_| places.take(Some(&"one")).unwrap()).collect();
        assert_eq!(places.take(Some(&"one")).err(), Some(Full::Own));
        held.push(places.take(Some(&"two")).unwrap());
        held.extend((0..2).map(|_| places.take(None).unwrap()));
        assert_eq!(places.take(None).err(), Some(Full::All));
        assert_eq!(places.take(Some(&"two")).err(), Some(Full::All));
        assert_eq!(places.take(Some(&"one")).err(), Some(Full::Own), "their own comes first");
        drop(held.remove(0));
        drop(places.take(Some(&"one")).unwrap());
        drop(held);
        let taken = places.taken();
        assert_eq!((taken.all, taken.each.len()), (0, 0), "nobody is remembered who has none");
    }
}
