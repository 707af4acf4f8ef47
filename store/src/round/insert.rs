//! New rounds: of a campaign's file, or of a plan that was approved.

use domain::round::Round;
use serde::Serialize;

use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::text::{code, json};

const INSERT_ROUNDS: Sql = json_rows!(
    "insert into round (id, position, name, opens_at, closes_at, budget_fen, limit_per,
                        refund_policy, use_order, real_name_level, audience, paused, stopped,
                        version, notes, last_serial, chain_sequence, chain_hash)
     select t.id, t.position + (select count(*) from round), t.name, t.opens_at, t.closes_at, t.budget_fen, t.limit_per,
            t.refund_policy, t.use_order, t.real_name_level, t.audience, t.paused, t.stopped,
            t.version, t.notes, 0, 0, $2
     from",
    [
        id text, position bigint, name text, opens_at bigint, closes_at bigint, budget_fen bigint,
        limit_per text, refund_policy text, use_order text, real_name_level bigint, audience text,
        paused bigint, stopped bigint, version bigint, notes text
    ],
    "where true"
);

const INSERT_PACKS: Sql = json_rows!(
    "insert into pack (round_id, id, position, name, stock, issued, held, remaining, content,
                       face_fen)
     select t.round_id, t.id, t.position, t.name, t.stock, 0, 0, t.stock, t.content, t.face_fen
     from",
    [
        round_id text, id text, position bigint, name text, stock bigint, content text,
        face_fen bigint
    ],
    "where true"
);

/// Adds rounds with their packs, behind those that there are.
pub(crate) async fn insert(tx: &mut Tx, rounds: &[Round]) -> Result<(), Error> {
    let texts = rounds.iter().enumerate().map(|(position, round)| RoundText::of(position, round));
    let texts: Vec<RoundText<'_>> = texts.collect::<Result<_, _>>()?;
    tx.query(INSERT_ROUNDS).bind(json(&texts)?).bind(vec![0_u8; 32]).execute().await?;
    let mut packs = Vec::new();
    for round in rounds {
        for (position, pack) in round.packs.iter().enumerate() {
            let face = pack.face().ok_or_else(|| Error::broken("a pack's face is no amount"))?;
            packs.push(PackText {
                round_id: round.id.as_str(),
                id: pack.id.as_str(),
                position,
                name: json(&pack.name)?,
                stock: pack.stock.total,
                content: json(&pack.vouchers)?,
                face_fen: face.fen(),
            });
        }
    }
    tx.query(INSERT_PACKS).bind(json(&packs)?).execute().await?;
    Ok(())
}

#[derive(Serialize)]
struct RoundText<'a> {
    id: &'a str,
    position: usize,
    name: String,
    opens_at: i64,
    closes_at: i64,
    budget_fen: i64,
    limit_per: String,
    refund_policy: String,
    use_order: String,
    real_name_level: u8,
    audience: String,
    paused: u8,
    stopped: u8,
    version: i64,
    notes: String,
}

impl<'a> RoundText<'a> {
    fn of(position: usize, round: &'a Round) -> Result<Self, Error> {
        Ok(Self {
            id: round.id.as_str(),
            position,
            name: json(&round.name)?,
            opens_at: round.window.opens_at().millis(),
            closes_at: round.window.closes_at().millis(),
            budget_fen: round.budget.fen(),
            limit_per: code(&round.limit_per)?,
            refund_policy: code(&round.refund_policy)?,
            use_order: code(&round.use_order)?,
            real_name_level: round.real_name_level.0,
            audience: json(&round.audience)?,
            paused: u8::from(round.paused),
            stopped: u8::from(round.stopped),
            version: round.version,
            notes: json(&round.notes)?,
        })
    }
}

#[derive(Serialize)]
struct PackText<'a> {
    round_id: &'a str,
    id: &'a str,
    position: usize,
    name: String,
    stock: u32,
    content: String,
    face_fen: i64,
}
