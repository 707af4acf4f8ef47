//! The closing of rounds (R14, R15): the held claims that nobody decided, the money, and the mark on
//! the round that there is no second one.

use domain::id::RoundId;
use domain::ledger::{Chain, Reason};
use domain::time::Timestamp;

use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::open::Store;
use crate::text::Place;

impl Store {
    /// The rounds that are over at `now` and not closed, by identifier. Read before any lock: whoever
    /// closes one asks again under its lock.
    pub async fn rounds_to_close(&self, now: Timestamp) -> Result<Vec<RoundId>, Error> {
        let rows: Vec<(String,)> = self
            .db
            .read("select id from round where closed_at is null and closes_at <= $1 order by id")
            .bind(now.millis())
            .fetch_all()
            .await?;
        rows.iter().map(|(id,)| Place { table: "round", row: id }.parse("id", id)).collect()
    }
}

/// Refuses the held claims of a round that is over and puts their packs back; how many there were.
/// The round is locked.
pub async fn refuse_held(tx: &mut Tx, round: &RoundId, now: Timestamp) -> Result<u64, Error> {
    let refused = tx
        .query(
            "update claim set state = 'refused', decided_at = $2
             where round_id = $1 and state = 'held'",
        )
        .bind(round.to_string())
        .bind(now.millis())
        .execute()
        .await?;
    tx.query(
        "update pack set held = 0, remaining = remaining + held where round_id = $1 and held > 0",
    )
    .bind(round.to_string())
    .execute()
    .await?;
    Ok(refused)
}

/// Marks a round as closed and moves what was left of it; no transfer where nothing was. The round
/// and its accounts are locked. A round that is closed already is [`Error::Broken`].
pub async fn record(
    tx: &mut Tx,
    round: &RoundId,
    at: Timestamp,
    transfer: Option<&SealedTransfer>,
) -> Result<(), Error> {
    let marked = tx
        .query(
            "update round set closed_at = $2, version = version + 1
             where id = $1 and closed_at is null and closes_at <= $2",
        )
        .bind(round.to_string())
        .bind(at.millis())
        .execute()
        .await?;
    if marked != 1 {
        return Err(Error::broken(format!("round {round} cannot be closed now")));
    }
    let Some(sealed) = transfer else { return Ok(()) };
    if sealed.transfer.reason != Reason::Closing
        || sealed.transfer.chain != Chain::Round(round.clone())
    {
        return Err(Error::broken("a closing moves the money of its own round"));
    }
    ledger::continue_chain(tx, round, sealed).await?;
    ledger::post(tx, sealed).await
}
