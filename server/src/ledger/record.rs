//! The audit record: one chain, and what its checkpoints say of the ledger's chains.

use domain::audit::{Act, ChainEnd};
use domain::ledger::Link;
use store::Tx;
use store::audit::{SealedRecord, head, records};
use store::ledger::hashes;

use super::{PAGE, Problems, Progress};

const TABLE: &str = "audit_record";

/// Follows the record from its beginning; gives its end.
pub(super) async fn follow(
    tx: &mut Tx,
    problems: &mut Problems,
    progress: &mut impl FnMut(Progress),
) -> Result<Link, store::Error> {
    let head = match head(tx).await {
        Ok(head) => Some(head),
        Err(error) => {
            problems.take(error)?;
            None
        }
    };
    let (mut sequence, mut previous) = (0, Some([0; 32]));
    loop {
        let page = records(tx, sequence, PAGE).await?;
        if page.is_empty() {
            break;
        }
        let mut ends = Vec::new();
        for row in page {
            if row.sequence != sequence + 1 {
                problems.say(TABLE, row.sequence, "the record before it is missing");
            }
            sequence = row.sequence;
            match row.read {
                Ok(sealed) => {
                    look_at(&sealed, previous, problems);
                    previous = Some(sealed.hash);
                    collect(&sealed, &mut ends, problems);
                }
                Err(error) => {
                    problems.take(error)?;
                    previous = None;
                }
            }
        }
        compare_ends(tx, &ends, problems).await?;
        let of = head.map_or(sequence, |head| head.sequence);
        progress(Progress { what: "audit records", done: sequence, of });
    }
    let end = Link { sequence, hash: previous.unwrap_or_default() };
    let is_end =
        |head: Link| head.sequence == sequence && previous.is_none_or(|it| it == head.hash);
    if !head.is_none_or(is_end) {
        problems.say("audit_head", 1, "it is not the last record");
    }
    Ok(end)
}

fn look_at(sealed: &SealedRecord, previous: Option<[u8; 32]>, problems: &mut Problems) {
    let record = &sealed.record;
    if previous.is_some_and(|previous| record.previous != previous) {
        problems.say(TABLE, record.sequence, "it does not carry the hash of the record before it");
    }
    if SealedRecord::seal(record.clone()).hash != sealed.hash {
        problems.say(TABLE, record.sequence, "its hash does not fit its content");
    }
}

/// The ends that a checkpoint names, with its number.
fn collect(sealed: &SealedRecord, ends: &mut Vec<(i64, ChainEnd)>, problems: &mut Problems) {
    let (sequence, entry) = (sealed.record.sequence, &sealed.record.entry);
    if entry.act != Act::LedgerCheckpoint {
        return;
    }
    for line in entry.detail.lines() {
        match line.parse() {
            Ok(end) => ends.push((sequence, end)),
            Err(_) => problems.say(TABLE, sequence, "a line of it is not the end of a chain"),
        }
    }
}

/// What a checkpoint saw must still be there.
async fn compare_ends(
    tx: &mut Tx,
    ends: &[(i64, ChainEnd)],
    problems: &mut Problems,
) -> Result<(), store::Error> {
    if ends.is_empty() {
        return Ok(());
    }
    let wanted: Vec<(String, i64)> =
        ends.iter().map(|(_, end)| (end.chain.clone(), end.link.sequence)).collect();
    let there = hashes(tx, &wanted).await?;
    for ((checkpoint, end), key) in ends.iter().zip(wanted) {
        let stands = there.get(&key).is_some_and(|hash| hash.as_slice() == end.link.hash);
        if !stands {
            let what = format!("is not the transfer that checkpoint {checkpoint} saw");
            problems.say("ledger_transfer", format_args!("{}, {}", key.0, key.1), what);
        }
    }
    Ok(())
}
