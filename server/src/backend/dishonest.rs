//! The import of the list of dishonest subjects (R16): one transaction, after the whole file was checked. Whoever is on
//! it and takes part is suspended in it.

use domain::audit::{Act, Entry, Who};
use domain::id::MerchantId;
use domain::merchant::dishonest::{Problem, Subject, parse};
use domain::merchant::{Decision, Mark};
use domain::time::Timestamp;
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

/// Imports a file on behalf of somebody, at an instant of the campaign clock. `progress` hears how many subjects of
/// how many are written.
///
/// # Errors
/// When the store does not answer.
pub async fn import(
    store: &Store,
    text: &str,
    (who, at): (Who, Timestamp),
    mut progress: impl FnMut(usize, usize),
) -> Result<Listed, store::Error> {
    let subjects = match parse(text) {
        Ok(subjects) => subjects,
        Err(problems) => return Ok(Listed::Faulty(problems)),
    };
    let mark = Mark { who: (&who).into(), at, why: String::new() };
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
    let import = ListImport {
        sequence,
        checksum,
        mark,
        subjects,
        listed,
        delisted,
        suspended: suspended.len() as u64,
    };
    store::dishonest::end_import(&mut tx, &import).await?;
    for entry in entries(&who, &import, &suspended) {
        store::audit::record(&mut tx, &entry).await?;
    }
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

/// A listing suspends at once. Coming off the list lifts nothing by itself: somebody decides that. Gives who was
/// suspended, and why.
async fn suspend(
    tx: &mut store::Tx,
    mark: &Mark,
) -> Result<Vec<(MerchantId, String)>, store::Error> {
    let merchants = store::dishonest::listed_merchants(tx).await?;
    let mut suspended = Vec::with_capacity(merchants.len());
    for (merchant, reason) in merchants {
        let decided =
            merchant.decide(Decision::Suspend, true, Mark { why: reason, ..mark.clone() });
        let decided = decided.map_err(|cannot| store::Error::Broken(cannot.to_string()))?;
        store::merchant::record(tx, &decided, "list").await?;
        suspended.push((decided.id, decided.mark.why));
    }
    Ok(suspended)
}

/// What the audit record says of an import: the list itself, and each merchant that it suspended.
fn entries(
    who: &Who,
    import: &ListImport,
    suspended: &[(MerchantId, String)],
) -> impl Iterator<Item = Entry> {
    let ListImport { checksum, subjects, listed, delisted, .. } = import;
    let entry = move |act, subject, detail| Entry {
        at: import.mark.at,
        who: who.clone(),
        act,
        subject,
        detail,
    };
    let detail = format!("sha-256 {checksum}, subjects {subjects}, new {listed}, gone {delisted}");
    let list = entry(Act::DishonestImported, format!("dishonest-list:{}", import.sequence), detail);
    let of_merchant = move |(id, why): &(MerchantId, String)| {
        entry(Act::MerchantListed, format!("merchant:{id}"), why.clone())
    };
    std::iter::once(list).chain(suspended.iter().map(of_merchant))
}
