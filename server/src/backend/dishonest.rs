//! The import of the list of dishonest subjects (R16): one transaction, after the whole file was checked. Whoever is on
//! it and takes part is suspended in it.

use domain::merchant::dishonest::{Problem, Subject, parse};
use domain::merchant::{Decision, Mark};
use store::Store;
use store::dishonest::ListImport;

use crate::key::{hex, sha256};

/// How many subjects are written with one statement.
const PART: usize = 2_000;
/// The largest file, in bytes.
pub const FILE_BYTES_MAX: usize = 32 * 1_024 * 1_024;

/// What became of a file.
#[derive(Debug)]
pub enum Listed {
    /// It is the list now.
    Done(ListImport),
    /// It was the list already; nothing was changed.
    Unchanged(ListImport),
    /// Lines of it cannot be taken; nothing was changed.
    Faulty(Vec<Problem>),
}

/// Imports a file. `progress` hears how many subjects of how many are written.
///
/// # Errors
/// When the store does not answer.
pub async fn import(
    store: &Store,
    text: &str,
    mark: Mark,
    mut progress: impl FnMut(usize, usize),
) -> Result<Listed, store::Error> {
    let subjects = match parse(text) {
        Ok(subjects) => subjects,
        Err(problems) => return Ok(Listed::Faulty(problems)),
    };
    let checksum = hex(&sha256(text.as_bytes()));
    let mut tx = store.begin().await?;
    let last = store::dishonest::begin_import(&mut tx).await?;
    let sequence = last.as_ref().map_or(1, |last| last.sequence + 1);
    if let Some(last) = last.filter(|last| last.checksum == checksum) {
        return Ok(Listed::Unchanged(last));
    }
    let listed = write(&mut tx, &subjects, &mark, sequence, &mut progress).await?;
    let delisted = store::dishonest::delist_others(&mut tx, mark.at, sequence).await?;
    let suspended = suspend(&mut tx, &mark).await?;
    let subjects = subjects.len() as u64;
    let import = ListImport { sequence, checksum, mark, subjects, listed, delisted, suspended };
    store::dishonest::end_import(&mut tx, &import).await?;
    tx.commit().await?;
    Ok(Listed::Done(import))
}

async fn write(
    tx: &mut store::Tx,
    subjects: &[Subject],
    mark: &Mark,
    sequence: i64,
    progress: &mut impl FnMut(usize, usize),
) -> Result<u64, store::Error> {
    let (mut listed, mut written) = (0, 0);
    for part in subjects.chunks(PART) {
        listed += store::dishonest::list(tx, part, mark.at, sequence).await?;
        written += part.len();
        progress(written, subjects.len());
    }
    Ok(listed)
}

/// A listing suspends at once. Coming off the list lifts nothing by itself: somebody decides that.
async fn suspend(tx: &mut store::Tx, mark: &Mark) -> Result<u64, store::Error> {
    let merchants = store::dishonest::listed_merchants(tx).await?;
    let suspended = merchants.len() as u64;
    for (merchant, reason) in merchants {
        let decided =
            merchant.decide(Decision::Suspend, true, Mark { why: reason, ..mark.clone() });
        let decided = decided.map_err(|cannot| store::Error::Broken(cannot.to_string()))?;
        store::merchant::record(tx, &decided, "list").await?;
    }
    Ok(suspended)
}
