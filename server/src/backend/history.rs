//! Bringing the city's past: a file of earlier programmes, taken whole or not at all.

use std::collections::BTreeSet;

use domain::audit::{Act, Entry, Who};
use domain::history::{self, Problem};
use domain::id::ProgrammeId;
use domain::time::Timestamp;
use store::Store;

use crate::key::{hex, sha256};

/// The largest file.
pub const FILE_BYTES_MAX: usize = 4_000_000;

/// What became of a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Brought {
    /// So many programmes are new, so many have other figures now.
    Done {
        /// Programmes that were not there.
        added: usize,
        /// Programmes that were there with other figures.
        replaced: usize,
    },
    /// Everything was there already.
    Unchanged,
    /// These are there with other figures, and nobody said to replace them: nothing was changed.
    Different(BTreeSet<ProgrammeId>),
    /// Lines that cannot be taken: nothing was changed.
    Faulty(Vec<Problem>),
}

/// Takes a file, on record. Programmes that are there with other figures are only replaced where `replace` says so.
///
/// # Errors
/// When the database does not answer.
pub async fn import(
    store: &Store,
    text: &str,
    replace: bool,
    (who, at): (Who, Timestamp),
) -> Result<Brought, store::Error> {
    let programmes = match history::parse(text) {
        Ok(programmes) => programmes,
        Err(problems) => return Ok(Brought::Faulty(problems)),
    };
    let mut tx = store.begin().await?;
    store::history::lock(&mut tx).await?;
    let known = store::history::history(&mut tx).await?;
    let different = history::differing(&known, &programmes);
    if !different.is_empty() && !replace {
        return Ok(Brought::Different(different));
    }
    let is_there = |it: &history::Programme| known.contains(it);
    let new: Vec<_> = programmes.into_iter().filter(|it| !is_there(it)).collect();
    if new.is_empty() {
        return Ok(Brought::Unchanged);
    }
    for id in &different {
        store::history::remove(&mut tx, id).await?;
    }
    store::history::add(&mut tx, &new).await?;
    let names: Vec<String> = new.iter().map(|it| it.id.to_string()).collect();
    let entry = Entry {
        at,
        who,
        act: Act::HistoryImported,
        subject: "history".to_owned(),
        detail: format!("{}; sha-256 {}", names.join(", "), hex(&sha256(text.as_bytes()))),
    };
    store::audit::record(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(Brought::Done { added: new.len() - different.len(), replaced: different.len() })
}
