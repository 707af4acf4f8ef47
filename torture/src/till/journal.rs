//! What tills have asked, what they were told, and what was found in the files of the day.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    io::Write as _,
    path::Path,
    sync::Mutex,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use super::{
    deed::{Act, Deed},
    file::Row,
};
use crate::book::{Acknowledged, Slot, locked};

/// A request as it was sent, and is sent again.
#[derive(Clone)]
pub(crate) struct Attempt {
    pub(super) path: String,
    pub(super) body: String,
}

/// The journal of one database's tills. Attempts are written down before they are sent, acknowledgements made durable
/// before anything else is done with them.
pub(crate) struct Journal {
    pages: Mutex<Pages>,
    attempts: Mutex<File>,
    acknowledged: Mutex<File>,
}

#[derive(Default)]
struct Pages {
    attempted: BTreeMap<Deed, Attempt>,
    told: BTreeMap<Deed, Acknowledged>,
    /// What was acknowledged, in this order.
    order: Vec<Deed>,
    stored: BTreeMap<Deed, Row>,
}

impl Journal {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        let file = |name: &str| File::create(folder.join(name)).context("the tills' journal");
        Ok(Self {
            pages: Mutex::default(),
            attempts: Mutex::new(file("till-attempts")?),
            acknowledged: Mutex::new(file("till-acknowledged")?),
        })
    }

    pub(super) fn attempt(&self, deed: Deed, attempt: Attempt) -> Result<()> {
        writeln!(locked(&self.attempts), "{} {} {}", deed.key(), attempt.path, attempt.body)?;
        locked(&self.pages).attempted.insert(deed, attempt);
        Ok(())
    }

    pub(super) fn attempted(&self, deed: Deed) -> Option<Attempt> {
        locked(&self.pages).attempted.get(&deed).cloned()
    }

    /// Writes an acknowledgement down, or compares it with the one before: one key, one answer.
    pub(super) fn acknowledge(
        &self,
        deed: Deed,
        body: &[u8],
        trace: u64,
    ) -> Result<Option<String>> {
        if let Some(before) = locked(&self.pages).told.get(&deed) {
            let same = before.body == body;
            return Ok((!same).then(|| format!("{}: another answer than the first", deed.key())));
        }
        let mut journal = locked(&self.acknowledged);
        writeln!(journal, "{} {}", deed.key(), String::from_utf8_lossy(body))?;
        journal.sync_data()?;
        drop(journal);
        let mut pages = locked(&self.pages);
        pages.told.insert(deed, Acknowledged { body: body.to_owned(), trace });
        pages.order.push(deed);
        Ok(None)
    }

    pub(super) fn is_acknowledged(&self, deed: Deed) -> bool {
        locked(&self.pages).told.contains_key(&deed)
    }

    /// The identifier in the answer to a deed.
    pub(super) fn told_id(&self, deed: Deed) -> Option<String> {
        id_of(&locked(&self.pages).told.get(&deed)?.body)
    }

    /// Whose answers were lost: done or not, nobody knows.
    pub(crate) fn unknown(&self) -> Vec<Deed> {
        let pages = locked(&self.pages);
        pages.attempted.keys().filter(|deed| !pages.told.contains_key(deed)).copied().collect()
    }

    /// Everything that was acknowledged while the trace of the disk was at most `until` long, in this order.
    pub(super) fn acknowledged(&self, until: u64) -> Vec<Deed> {
        let pages = locked(&self.pages);
        let is_by_then = |deed: &&Deed| pages.told.get(*deed).is_some_and(|it| it.trace <= until);
        pages.order.iter().filter(is_by_then).copied().collect()
    }

    /// How long the trace was when the first answer after `mark` had arrived.
    pub(crate) fn first_after(&self, mark: u64) -> Option<u64> {
        let pages = locked(&self.pages);
        pages.told.values().map(|it| it.trace).filter(|trace| *trace >= mark).min()
    }

    /// Forgets what was found, to look at another copy of the same database.
    pub(crate) fn look_anew(&self) {
        locked(&self.pages).stored.clear();
    }

    /// Takes in what the files of the day hold, and says what is wrong with it. What must be there is what was
    /// acknowledged while the trace of the disk was at most `until` long.
    pub(super) fn take_in(&self, rows: &[Row], until: u64) -> Result<Vec<String>> {
        let mut pages = locked(&self.pages);
        let mut faults = Vec::new();
        let mut found = BTreeMap::new();
        for row in rows {
            let key = row.deed.key();
            if !pages.attempted.contains_key(&row.deed) {
                faults.push(format!("{key}: stored and never attempted"));
            }
            if row.net_fen != row.deed.owed_fen() {
                faults.push(format!("{key}: it comes to {} fen", row.net_fen));
            }
            if found.insert(row.deed, row.clone()).is_some() {
                faults.push(format!("{key}: DONE TWICE"));
            }
        }
        for (deed, told) in pages.told.iter().filter(|(_, told)| told.trace <= until) {
            let told = id_of(&told.body).context("an answer without an identifier")?;
            let key = deed.key();
            match found.get(deed) {
                None => faults.push(format!("{key}: ACKNOWLEDGED AND LOST")),
                Some(row) if row.id != told => {
                    faults.push(format!("{key}: acknowledged {told}, stored {}", row.id));
                }
                Some(_) => {}
            }
        }
        for (deed, before) in &pages.stored {
            if found.get(deed) != Some(before) {
                faults.push(format!("{}: it was stored otherwise before", deed.key()));
            }
        }
        pages.stored = found;
        Ok(faults)
    }

    /// What the shops are owed by what was found, by merchant.
    pub(super) fn owed_fen(&self) -> BTreeMap<String, i64> {
        let mut owed = BTreeMap::new();
        for row in locked(&self.pages).stored.values() {
            *owed.entry(row.merchant.clone()).or_default() += row.net_fen;
        }
        owed
    }

    /// Whether a voucher is used by what was found.
    pub(super) fn is_used(&self, slot: Slot) -> bool {
        let pages = locked(&self.pages);
        let acts: BTreeSet<Act> =
            pages.stored.keys().filter(|it| it.slot == slot).map(|it| it.act).collect();
        acts.contains(&Act::Again) || (acts.contains(&Act::Sale) && !acts.contains(&Act::Whole))
    }
}

fn id_of(body: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["id"].as_str().map(str::to_owned)
}
