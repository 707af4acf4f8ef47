//! Rounds and their packs (R5, R21, R22): what is offered, and how much of it is left. What may happen to a round is
//! decided by `domain::round::change` and written by [`record`]; proposals of it are in [`change`].

pub mod change;
mod insert;
mod row;

use domain::id::RoundId;
use domain::ledger::Link;
use domain::round::Round;
use domain::time::Timestamp;

use crate::campaign;
use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::ledger::SealedTransfer;
use crate::open::Store;
pub(crate) use insert::insert;
use row::{PackOfRound, PackRow, RoundRow, assemble};

/// A round as it stands, with what a batch continues from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedRound {
    /// The round with its packs.
    pub round: Round,
    /// The number of the last grant; 0 when there is none.
    pub last_serial: u32,
    /// The end of the round's chain of transfers (R20).
    pub link: Link,
    /// When what was left of it went back to the pool (R15); `None` until then.
    pub closed_at: Option<Timestamp>,
}

impl LockedRound {
    /// The instant of an act under this lock, where the server's clock says `now`.
    pub fn instant(&self, now: Timestamp) -> Timestamp {
        domain::closing::instant(self.round.window, self.closed_at, now)
    }
}

/// What a [`RoundRow`] is made of, of the round `r`.
macro_rules! round_columns {
    () => {
        "r.id, r.name, r.opens_at, r.closes_at, r.budget_fen, r.limit_per, r.refund_policy, r.use_order,
         r.real_name_level, r.audience, r.paused, r.stopped, r.version, r.returned, r.notes, r.last_serial,
         r.chain_sequence, r.chain_hash, r.closed_at"
    };
}

/// What a [`PackRow`] is made of, of the pack `p`.
macro_rules! pack_columns {
    () => {
        "p.round_id, p.id as pack_id, p.name as pack_name, p.stock, p.issued, p.held, p.content"
    };
}

/// A round with its packs, of some condition.
macro_rules! select_round_with_packs {
    ($tail:literal) => {
        concat!(
            "select ",
            round_columns!(),
            ", ",
            pack_columns!(),
            " from round r join pack p on p.round_id = r.id ",
            $tail
        )
    };
}

/// SQLite's write transaction holds the only write lock there is. On PostgreSQL whoever waits does so before it touches
/// the round's page: a pin that stays on it would keep the versions that each batch leaves behind from being removed,
/// and with several servers somebody always waits. The rows are locked as well, each of them: only of a row that it
/// locks does a statement see what was committed while it waited (READ COMMITTED). That is the lock of an update that
/// keeps the key: the stronger one, of a deletion, would wait for everybody who writes a row that refers to the round.
const LOCK_ROUND: Sql = Sql {
    sqlite: select_round_with_packs!("where r.id = $1 order by p.position"),
    postgres: select_round_with_packs!(
        "where r.id = (select $1 from pg_advisory_xact_lock(hashtextextended($1, 0)))
         order by p.position for no key update of r, p"
    ),
};

const ROUNDS: &str = concat!("select ", round_columns!(), " from round r order by r.position");

const PACKS: &str =
    concat!("select ", pack_columns!(), " from pack p order by p.round_id, p.position");

impl Store {
    /// Every round in order, its packs in order, as they stood at one instant.
    pub async fn rounds(&self) -> Result<Vec<Round>, Error> {
        rounds(&mut self.snapshot().await?).await
    }

    /// The newest record that a clock must not fall behind: a transfer that moved on from approval,
    /// a claim, or a refund.
    pub async fn newest_record(&self) -> Result<Option<Timestamp>, Error> {
        // A granted claim is as old as its transfer; those without a serial have none.
        let (newest,): (Option<i64>,) = self
            .db
            .read(
                "select max(newest.at) from (
                     select max(at) as at from ledger_transfer
                     where reason not in ('appropriation', 'approval')
                     union all
                     select max(coalesce(c.decided_at, c.claimed_at)) as at
                     from round r join claim c on c.round_id = r.id and c.serial is null
                     union all
                     select max(refunded_at) as at from refund
                 ) as newest",
            )
            .fetch_one()
            .await?;
        Ok(newest.map(Timestamp::from_millis))
    }
}

/// Every round of a snapshot; see [`Store::rounds`].
pub async fn rounds(tx: &mut Tx) -> Result<Vec<Round>, Error> {
    Ok(read_all(tx).await?.into_iter().map(|locked| locked.round).collect())
}

/// Locks a round until the end of the transaction and reads it; `None` when there is none. The
/// first lock that a batch takes (lock order: rounds, accounts, vouchers, each by identifier).
pub async fn lock_round(tx: &mut Tx, id: &RoundId) -> Result<Option<LockedRound>, Error> {
    let rows: Vec<PackOfRound> = tx.query(LOCK_ROUND).bind(id.to_string()).fetch_all().await?;
    let (mut rounds, packs): (Vec<RoundRow>, Vec<PackRow>) =
        rows.into_iter().map(|PackOfRound { round, pack }| (round, pack)).unzip();
    // Each row says the same of the round; one without a pack cannot be made.
    rounds.pop().map(|round| assemble(round, packs)).transpose()
}

/// Holds back every other act of planning until the end of the transaction. The first lock of such an act; the locks of
/// rounds and accounts come after it.
pub async fn lock_planning(tx: &mut Tx) -> Result<(), Error> {
    let row: Option<(i64,)> = tx.query(campaign::LOCK).fetch_optional().await?;
    row.map(|_| ()).ok_or_else(|| Error::broken("there is no campaign"))
}

/// Writes a round as it is after a change, in the transaction that locked it before: what may change, and no more.
pub async fn record(tx: &mut Tx, before: &Round, after: &Round) -> Result<(), Error> {
    let changed = tx
        .query(
            "update round set closes_at = $2, budget_fen = $3, paused = $4, stopped = $5, version = $6
             where id = $1 and version = $7",
        )
        .bind(after.id.to_string())
        .bind(after.window.closes_at().millis())
        .bind(after.budget.fen())
        .bind(i64::from(after.paused))
        .bind(i64::from(after.stopped))
        .bind(after.version)
        .bind(before.version)
        .execute()
        .await?;
    only_one(changed, &after.id)?;
    for (old, new) in before.packs.iter().zip(&after.packs) {
        if new.stock.total == old.stock.total {
            continue;
        }
        let changed = tx
            .query(
                "update pack set stock = stock + $3, remaining = remaining + $3
                 where round_id = $1 and id = $2",
            )
            .bind(after.id.to_string())
            .bind(new.id.to_string())
            .bind(i64::from(new.stock.total) - i64::from(old.stock.total))
            .execute()
            .await?;
        only_one(changed, &after.id)?;
    }
    Ok(())
}

/// Adds a round that was approved.
pub async fn add(tx: &mut Tx, round: &Round) -> Result<(), Error> {
    insert::insert(tx, std::slice::from_ref(round)).await
}

/// Moves money of the pool into a round's stock (R14, R15): the next transfer of the round's chain. Its accounts are
/// locked.
pub async fn set_aside(
    tx: &mut Tx,
    round: &RoundId,
    transfer: &SealedTransfer,
) -> Result<(), Error> {
    crate::ledger::continue_chain(tx, round, transfer).await?;
    crate::ledger::post(tx, transfer).await
}

/// Every round in order, as the transaction sees them.
pub async fn all(tx: &mut Tx) -> Result<Vec<Round>, Error> {
    Ok(read_all(tx).await?.into_iter().map(|locked| locked.round).collect())
}

/// Every round of the snapshot or transaction.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<LockedRound>, Error> {
    let rows: Vec<RoundRow> = tx.query(ROUNDS).fetch_all().await?;
    let packs: Vec<PackRow> = tx.query(PACKS).fetch_all().await?;
    rows.into_iter()
        .map(|row| {
            let own = packs.iter().filter(|pack| pack.round_id == row.id).cloned().collect();
            assemble(row, own)
        })
        .collect()
}

fn only_one(changed: u64, round: &RoundId) -> Result<(), Error> {
    if changed == 1 {
        Ok(())
    } else {
        Err(Error::broken(format!("round {round} or its pack is not there")))
    }
}
