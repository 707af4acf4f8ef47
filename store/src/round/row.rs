//! A round and its packs as they stand in their tables.

use domain::pack::{Pack, Stock};
use domain::round::{RealNameLevel, Round};
use domain::time::{Timestamp, Window};

use super::LockedRound;
use crate::error::Error;
use crate::text::Place;
use domain::ledger::Link;

#[derive(sqlx::FromRow)]
pub(super) struct RoundRow {
    pub(super) id: String,
    name: String,
    opens_at: i64,
    closes_at: i64,
    budget_fen: i64,
    limit_per: String,
    refund_policy: String,
    use_order: String,
    real_name_level: i64,
    audience: String,
    paused: i64,
    stopped: i64,
    version: i64,
    returned: i64,
    notes: String,
    last_serial: i64,
    chain_sequence: i64,
    chain_hash: Vec<u8>,
    closed_at: Option<i64>,
}

#[derive(Clone, sqlx::FromRow)]
pub(super) struct PackRow {
    pub(super) round_id: String,
    pack_id: String,
    pack_name: String,
    stock: i64,
    issued: i64,
    held: i64,
    content: String,
}

/// A pack with its round.
#[derive(sqlx::FromRow)]
pub(super) struct PackOfRound {
    #[sqlx(flatten)]
    pub(super) round: RoundRow,
    #[sqlx(flatten)]
    pub(super) pack: PackRow,
}

pub(super) fn assemble(row: RoundRow, packs: Vec<PackRow>) -> Result<LockedRound, Error> {
    let id = row.id;
    let place = Place { table: "round", row: &id };
    let (opens_at, closes_at) =
        (Timestamp::from_millis(row.opens_at), Timestamp::from_millis(row.closes_at));
    let round = Round {
        id: place.parse("id", &id)?,
        name: place.json("name", &row.name)?,
        window: Window::new(opens_at, closes_at).ok_or_else(|| place.corrupt("closes_at"))?,
        budget: place.amount("budget_fen", row.budget_fen)?,
        limit_per: place.code("limit_per", row.limit_per)?,
        refund_policy: place.code("refund_policy", row.refund_policy)?,
        use_order: place.code("use_order", row.use_order)?,
        real_name_level: RealNameLevel(place.number("real_name_level", row.real_name_level)?),
        audience: place.json("audience", &row.audience)?,
        packs: packs.into_iter().map(pack).collect::<Result<_, _>>()?,
        notes: place.json("notes", &row.notes)?,
        paused: row.paused != 0,
        stopped: row.stopped != 0,
        version: row.version,
        returned: place.number("returned", row.returned)?,
    };
    let hash = place.digest("chain_hash", row.chain_hash)?;
    Ok(LockedRound {
        round,
        last_serial: place.number("last_serial", row.last_serial)?,
        link: Link { sequence: row.chain_sequence, hash },
        closed_at: row.closed_at.map(Timestamp::from_millis),
    })
}

fn pack(row: PackRow) -> Result<Pack, Error> {
    let place = Place { table: "pack", row: &row.pack_id };
    Ok(Pack {
        id: place.parse("id", &row.pack_id)?,
        name: place.json("name", &row.pack_name)?,
        stock: Stock {
            total: place.number("stock", row.stock)?,
            issued: place.number("issued", row.issued)?,
            held: place.number("held", row.held)?,
        },
        vouchers: place.json("content", &row.content)?,
    })
}
