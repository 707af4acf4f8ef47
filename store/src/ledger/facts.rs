//! What `ledger verify` holds against the transfers.

use domain::id::{PackId, RoundId};
use domain::ledger::Link;
use domain::time::Window;

use super::accounts;
use crate::db::Tx;
use crate::error::Error;
use crate::round::{LockedRound, read_all};
use crate::text::Place;

/// The figures of the whole ledger at one instant. Money in fen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerFacts {
    /// The campaign's appropriation; 0 before import.
    pub appropriation_fen: i64,
    /// How many transfers there are.
    pub transfers: i64,
    /// How many claims are for no pack of their round. There can be none.
    pub claims_astray: i64,
    /// Every account with its balance, by name.
    pub accounts: Vec<(String, i64)>,
    /// Every round in order.
    pub rounds: Vec<RoundFacts>,
}

/// The figures of a round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoundFacts {
    /// The round.
    pub round: RoundId,
    /// Its window: after its end the money waits for its return to the pool.
    pub window: Window,
    /// Its packs in order.
    pub packs: Vec<PackFacts>,
    /// Its granted claims.
    pub granted: i64,
    /// The largest serial among its claims; 0 when there is none.
    pub serial_max: i64,
    /// The last serial as the round remembers it.
    pub last_serial: u32,
    /// The end of its chain as the round remembers it.
    pub link: Link,
    /// Whether what was left of it went back to the pool.
    pub closed: bool,
}

/// The figures of a pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackFacts {
    /// The pack.
    pub pack: PackId,
    /// The face of one.
    pub face_fen: i64,
    /// All packs.
    pub stock: i64,
    /// Granted, by the pack's own count.
    pub issued: i64,
    /// Set aside, by the pack's own count.
    pub held: i64,
    /// Left, by the pack's own count.
    pub remaining: i64,
    /// Granted claims for it.
    pub claims_granted: i64,
    /// Held claims for it.
    pub claims_held: i64,
}

/// The facts of a snapshot (or of a transaction).
pub async fn facts(tx: &mut Tx) -> Result<LedgerFacts, Error> {
    let appropriation: Option<(i64,)> =
        tx.query("select appropriation_fen from campaign").fetch_optional().await?;
    let (transfers,): (i64,) = tx.query("select count(*) from ledger_transfer").fetch_one().await?;
    let accounts = accounts(tx).await?;
    let packs: Vec<PackRow> = tx
        .query(
            "select p.round_id, p.id, p.face_fen, p.stock, p.issued, p.held, p.remaining,
                    count(case when c.state = 'granted' then 1 end) as claims_granted,
                    count(case when c.state = 'held' then 1 end) as claims_held,
                    count(c.id) as claims, max(c.serial) as serial_max
             from pack p left join claim c on c.round_id = p.round_id and c.pack_id = p.id
             group by p.round_id, p.id, p.position, p.face_fen, p.stock, p.issued, p.held,
                      p.remaining
             order by p.round_id, p.position",
        )
        .fetch_all()
        .await?;
    let (claims,): (i64,) = tx.query("select count(*) from claim").fetch_one().await?;
    let rounds = read_all(tx).await?;
    Ok(LedgerFacts {
        appropriation_fen: appropriation.map_or(0, |(fen,)| fen),
        transfers,
        claims_astray: claims - packs.iter().map(|pack| pack.claims).sum::<i64>(),
        accounts,
        rounds: rounds.into_iter().map(|round| gather(round, &packs)).collect::<Result<_, _>>()?,
    })
}

fn gather(locked: LockedRound, rows: &[PackRow]) -> Result<RoundFacts, Error> {
    let LockedRound { round, last_serial, link, closed_at } = locked;
    let own: Vec<&PackRow> = rows.iter().filter(|row| row.round_id == round.id.as_str()).collect();
    Ok(RoundFacts {
        window: round.window,
        granted: own.iter().map(|row| row.claims_granted).sum(),
        serial_max: own.iter().filter_map(|row| row.serial_max).max().unwrap_or(0),
        packs: own.into_iter().map(PackRow::read).collect::<Result<_, _>>()?,
        round: round.id,
        last_serial,
        link,
        closed: closed_at.is_some(),
    })
}

#[derive(sqlx::FromRow)]
struct PackRow {
    round_id: String,
    id: String,
    face_fen: i64,
    stock: i64,
    issued: i64,
    held: i64,
    remaining: i64,
    claims_granted: i64,
    claims_held: i64,
    claims: i64,
    serial_max: Option<i64>,
}

impl PackRow {
    fn read(&self) -> Result<PackFacts, Error> {
        let place = Place { table: "pack", row: &self.id };
        Ok(PackFacts {
            pack: place.parse("id", &self.id)?,
            face_fen: self.face_fen,
            stock: self.stock,
            issued: self.issued,
            held: self.held,
            remaining: self.remaining,
            claims_granted: self.claims_granted,
            claims_held: self.claims_held,
        })
    }
}
