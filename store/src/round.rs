//! Rounds and their packs (R5, R21, R22): what is offered, and how much of it is left.

mod row;

use domain::id::{PackId, RoundId};
use domain::ledger::Link;
use domain::round::Round;
use domain::time::Timestamp;

use crate::db::{Sql, Tx};
use crate::error::Error;
use crate::ledger::SealedTransfer;
use crate::open::Store;
use row::{PackRow, RoundRow, assemble};

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

macro_rules! select_round {
    ($tail:literal) => {
        concat!(
            "select id, name, opens_at, closes_at, budget_fen, limit_per, refund_policy, use_order,
                    real_name_level, audience, paused, stopped, version, last_serial,
                    chain_sequence, chain_hash, closed_at
             from round ",
            $tail
        )
    };
}

macro_rules! select_packs {
    ($tail:literal) => {
        concat!("select round_id, id, name, stock, issued, held, content from pack ", $tail)
    };
}

/// SQLite's write transaction holds the only write lock there is.
const LOCK_ROUND: Sql = Sql {
    sqlite: select_round!("where id = $1"),
    postgres: select_round!("where id = $1 for update"),
};

impl Store {
    /// Every round in order, its packs in order, as they stood at one instant.
    pub async fn rounds(&self) -> Result<Vec<Round>, Error> {
        let mut tx = self.snapshot().await?;
        Ok(read_all(&mut tx).await?.into_iter().map(|locked| locked.round).collect())
    }

    /// Interrupts or resumes a round (R21). The version grows.
    pub async fn set_paused(&self, round: &RoundId, paused: bool) -> Result<(), Error> {
        let changed = self
            .db
            .write("update round set paused = $2, version = version + 1 where id = $1")
            .bind(round.to_string())
            .bind(i64::from(paused))
            .execute()
            .await?;
        only_one(changed, round)
    }

    /// Ends issuing for good (R21). The version grows.
    pub async fn stop(&self, round: &RoundId) -> Result<(), Error> {
        let changed = self
            .db
            .write("update round set stopped = 1, version = version + 1 where id = $1")
            .bind(round.to_string())
            .execute()
            .await?;
        only_one(changed, round)
    }

    /// Adds `count` packs to a round's stock; `transfer` moves their money from pool to stock and
    /// continues the round's chain (R14, R15). The version grows.
    pub async fn add_stock(
        &self,
        round: &RoundId,
        pack: &PackId,
        count: u32,
        transfer: &SealedTransfer,
    ) -> Result<(), Error> {
        let mut tx = self.begin().await?;
        lock_round(&mut tx, round).await?.ok_or_else(|| Error::broken("no such round"))?;
        add_stock(&mut tx, round, pack, count, transfer).await?;
        tx.commit().await
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
                     select max(c.claimed_at) as at
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

/// Locks a round until the end of the transaction and reads it; `None` when there is none. The
/// first lock that a batch takes (lock order: rounds, accounts, vouchers, each by identifier).
pub async fn lock_round(tx: &mut Tx, id: &RoundId) -> Result<Option<LockedRound>, Error> {
    let row: Option<RoundRow> = tx.query(LOCK_ROUND).bind(id.to_string()).fetch_optional().await?;
    let Some(row) = row else { return Ok(None) };
    // A second statement on purpose: under READ COMMITTED a join would show the packs as they were
    // before the lock was waited for.
    let packs = tx
        .query(select_packs!("where round_id = $1 order by position"))
        .bind(id.to_string())
        .fetch_all()
        .await?;
    assemble(row, packs).map(Some)
}

/// Adds packs inside a transaction that has the round's lock; see [`Store::add_stock`].
pub async fn add_stock(
    tx: &mut Tx,
    round: &RoundId,
    pack: &PackId,
    count: u32,
    transfer: &SealedTransfer,
) -> Result<(), Error> {
    let changed = tx
        .query(
            "update pack set stock = stock + $3, remaining = remaining + $3
             where round_id = $1 and id = $2",
        )
        .bind(round.to_string())
        .bind(pack.to_string())
        .bind(i64::from(count))
        .execute()
        .await?;
    only_one(changed, round)?;
    let changed = tx
        .query("update round set version = version + 1 where id = $1")
        .bind(round.to_string())
        .execute()
        .await?;
    only_one(changed, round)?;
    crate::ledger::continue_chain(tx, round, transfer).await?;
    crate::ledger::post(tx, transfer).await
}

/// Every round of the snapshot or transaction.
pub(crate) async fn read_all(tx: &mut Tx) -> Result<Vec<LockedRound>, Error> {
    let rows: Vec<RoundRow> = tx.query(select_round!("order by position")).fetch_all().await?;
    let packs: Vec<PackRow> =
        tx.query(select_packs!("order by round_id, position")).fetch_all().await?;
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
