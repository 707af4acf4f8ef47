//! What was attempted, what was acknowledged, and what was found: the three sets that are compared.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write as _,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::{Context as _, Result};
use serde_json::Value;

/// A pack for a person; each is claimed with one request key of its own, whatever happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot {
    pub(crate) person: usize,
    pub(crate) pack: usize,
}

impl Slot {
    pub(crate) fn key(self) -> String {
        format!("key-{}-{}", self.person, self.pack)
    }

    pub(crate) fn pack_name(self) -> String {
        format!("p{:02}", self.pack)
    }
}

/// The first answer that said "yes".
#[derive(Clone)]
pub(crate) struct Acknowledged {
    pub(crate) body: Vec<u8>,
    /// How long the trace of the disk was when the answer had arrived; 0 where there is none.
    pub(crate) trace: u64,
}

/// A claim as the database has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) id: String,
    pub(crate) serial: u64,
}

/// The books of one database. Attempts are written down before they are sent, acknowledgements made durable before
/// anything else is done with them.
pub(crate) struct Book {
    pages: Mutex<Pages>,
    attempts: Mutex<File>,
    journal: Mutex<File>,
}

/// Some of what was acknowledged, in this order: so many spread over all of it, and as many of the last, whose answers
/// had hardly left when something broke.
pub(crate) fn sample<T: Copy + Ord>(told: &[T], count: usize) -> Vec<T> {
    let spread = told.iter().step_by((told.len() / count).max(1));
    let mut sample: Vec<T> = spread.chain(told.iter().rev().take(count)).copied().collect();
    sample.sort_unstable();
    sample.dedup();
    sample
}

#[derive(Default)]
struct Pages {
    attempted: BTreeMap<Slot, Option<Acknowledged>>,
    /// What was acknowledged, in this order.
    told: Vec<Slot>,
    stored: BTreeMap<Slot, Stored>,
}

impl Book {
    /// New books in a folder.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let file = |name: &str| File::create(folder.join(name)).context("a book of the run");
        Ok(Self {
            pages: Mutex::default(),
            attempts: Mutex::new(file("attempts")?),
            journal: Mutex::new(file("acknowledged")?),
        })
    }

    pub(crate) fn attempt(&self, slot: Slot) -> Result<()> {
        writeln!(locked(&self.attempts), "{}", slot.key())?;
        locked(&self.pages).attempted.entry(slot).or_default();
        Ok(())
    }

    /// Writes an acknowledgement down, or compares it with the one before: one key, one answer.
    pub(crate) fn acknowledge(
        &self,
        slot: Slot,
        body: &[u8],
        trace: u64,
    ) -> Result<Option<String>> {
        let before = self.acknowledged(slot);
        if let Some(before) = before {
            let same = before.body == body;
            return Ok((!same).then(|| format!("{}: another answer than the first", slot.key())));
        }
        let mut journal = locked(&self.journal);
        writeln!(journal, "{} {}", slot.key(), String::from_utf8_lossy(body))?;
        journal.sync_data()?;
        drop(journal);
        let acknowledged = Acknowledged { body: body.to_owned(), trace };
        let mut pages = locked(&self.pages);
        pages.attempted.insert(slot, Some(acknowledged));
        pages.told.push(slot);
        Ok(None)
    }

    pub(crate) fn acknowledged(&self, slot: Slot) -> Option<Acknowledged> {
        locked(&self.pages).attempted.get(&slot).cloned().flatten()
    }

    /// How long the trace was when the first answer after `mark` had arrived.
    pub(crate) fn first_after(&self, mark: u64) -> Option<u64> {
        let pages = locked(&self.pages);
        let all = pages.attempted.values().flatten().map(|it| it.trace);
        all.filter(|trace| *trace >= mark).min()
    }

    /// Whose answers were lost: granted or not, nobody knows.
    pub(crate) fn unknown(&self) -> Vec<Slot> {
        let pages = locked(&self.pages);
        pages.attempted.iter().filter(|(_, it)| it.is_none()).map(|(slot, _)| *slot).collect()
    }

    /// Everybody who asked for something that was not found stored yet.
    pub(crate) fn persons_since(&self) -> BTreeSet<usize> {
        let pages = locked(&self.pages);
        let open = pages.attempted.keys().filter(|slot| !pages.stored.contains_key(slot));
        open.map(|slot| slot.person).collect()
    }

    pub(crate) fn persons(&self) -> BTreeSet<usize> {
        locked(&self.pages).attempted.keys().map(|slot| slot.person).collect()
    }

    /// Everything that was acknowledged, in this order.
    pub(crate) fn granted(&self) -> Vec<Slot> {
        locked(&self.pages).told.clone()
    }

    /// Takes in what the wallets of `persons` hold, and says what is wrong with it. What must be there is what was
    /// acknowledged while the trace of the disk was at most `until` long.
    pub(crate) fn take_in(
        &self,
        found: BTreeMap<Slot, Stored>,
        persons: &BTreeSet<usize>,
        until: u64,
    ) -> Result<Vec<String>> {
        let mut pages = locked(&self.pages);
        let mut faults = Vec::new();
        for (slot, stored) in &found {
            let key = slot.key();
            if !pages.attempted.contains_key(slot) {
                faults.push(format!("{key}: stored and never attempted"));
            }
            if pages.stored.get(slot).is_some_and(|before| before != stored) {
                faults.push(format!("{key}: it was another claim before"));
            }
        }
        for (slot, acknowledged) in
            pages.attempted.iter().filter(|(it, _)| persons.contains(&it.person))
        {
            let Some(acknowledged) = acknowledged.as_ref().filter(|it| it.trace <= until) else {
                continue;
            };
            let told: Value = serde_json::from_slice(&acknowledged.body)?;
            let told = Stored {
                id: told["id"].as_str().unwrap_or_default().to_owned(),
                serial: told["serial"].as_u64().unwrap_or_default(),
            };
            match found.get(slot) {
                None => faults.push(format!("{}: ACKNOWLEDGED AND LOST", slot.key())),
                Some(stored) if *stored != told => {
                    faults
                        .push(format!("{}: acknowledged {told:?}, stored {stored:?}", slot.key()));
                }
                Some(_) => {}
            }
        }
        pages.stored.extend(found);
        Ok(faults)
    }

    /// Every serial from the first to the number of packs that are gone, each once.
    pub(crate) fn serials(&self, gone: u64) -> Vec<String> {
        let pages = locked(&self.pages);
        let serials: BTreeSet<u64> = pages.stored.values().map(|it| it.serial).collect();
        let wanted: BTreeSet<u64> = (1..=gone).collect();
        if serials == wanted && pages.stored.len() as u64 == gone {
            return Vec::new();
        }
        let missing: Vec<_> = wanted.difference(&serials).take(5).collect();
        vec![format!(
            "{gone} packs are gone, {} claims were found; serials missing: {missing:?}",
            pages.stored.len()
        )]
    }

    /// Forgets what was found, to look at another copy of the same database.
    pub(crate) fn look_anew(&self) {
        locked(&self.pages).stored.clear();
    }
}

/// A thread that failed must not hide what the others have seen.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(person: usize, serial: u64) -> Vec<u8> {
        format!("{{\"id\":\"c{person}\",\"serial\":{serial}}}").into_bytes()
    }

    #[test]
    fn a_sample_has_the_first_and_the_last() {
        let told: Vec<usize> = (0..100).collect();
        let sample = sample(&told, 4);
        assert_eq!(sample, [0, 25, 50, 75, 96, 97, 98, 99]);
        assert_eq!(super::sample(&[7, 3], 4), [3, 7]);
        assert!(super::sample::<usize>(&[], 4).is_empty());
    }

    #[test]
    fn each_sort_of_loss_is_noticed() {
        let folder = tempfile::tempdir().expect("a folder");
        let book = Book::open(folder.path()).expect("a book");
        let slots = [0, 1, 2].map(|person| Slot { person, pack: 0 });
        for (slot, serial) in slots.into_iter().zip(1..) {
            book.attempt(slot).expect("written");
            let fault = book.acknowledge(slot, &told(slot.person, serial), serial * 10);
            assert_eq!(fault.expect("written"), None);
        }
        let another = book.acknowledge(slots[0], &told(0, 9), 40).expect("written");
        assert!(another.is_some_and(|it| it.contains("another answer")));
        assert_eq!((book.granted(), book.first_after(11)), (slots.to_vec(), Some(20)));
        let stored =
            |slot: Slot, serial| (slot, Stored { id: format!("c{}", slot.person), serial });
        let look = |found: &[(Slot, Stored)], until| {
            book.look_anew();
            let faults = book.take_in(found.iter().cloned().collect(), &book.persons(), until);
            [faults.expect("JSON"), book.serials(found.len() as u64)].concat().join("; ")
        };
        let whole = [stored(slots[0], 1), stored(slots[1], 2), stored(slots[2], 3)];
        assert_eq!(look(&whole, u64::MAX), "");
        assert!(look(&whole[..2], u64::MAX).contains("key-2-0: ACKNOWLEDGED AND LOST"));
        assert_eq!(look(&whole[..2], 29), "", "that one was told later");
        assert!(look(&whole[1..], u64::MAX).contains("serials missing: [1]"));
        let changed = [stored(slots[0], 2), stored(slots[1], 1), whole[2].clone()];
        assert!(look(&changed, u64::MAX).contains("key-0-0: acknowledged"));
        let stranger = Slot { person: 3, pack: 0 };
        let more = [&whole[..], &[stored(stranger, 4)]].concat();
        assert!(look(&more, u64::MAX).contains("key-3-0: stored and never attempted"));
    }
}
