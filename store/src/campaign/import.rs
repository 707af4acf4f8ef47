//! Filling an empty database with a campaign (R21).

use domain::audit::{Act, Entry, Who};
use domain::campaign::Campaign;
use domain::ledger::{Account, Chain};
use domain::round::Round;
use domain::time::Timestamp;
use serde::Serialize;

use crate::audit;
use crate::db::{Sql, Tx, json_rows};
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::open::Store;
use crate::text::{code, json};

/// What an import writes.
#[derive(Clone, Debug)]
pub struct ImportPlan<'a> {
    /// The campaign.
    pub campaign: &'a Campaign,
    /// The checksum of the file.
    pub checksum: &'a str,
    /// The rounds in order.
    pub rounds: &'a [Round],
    /// The appropriation and the approvals, in the order in which they happen.
    pub transfers: Vec<SealedTransfer>,
    /// When.
    pub imported_at: Timestamp,
    /// Who imports it, for the audit record.
    pub who: Who,
}

/// What an import did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Imported {
    /// The database was empty and now holds the campaign.
    Done,
    /// It held the same file already.
    Unchanged,
    /// It holds another file; nothing was changed.
    Different,
}

const INSERT_ROUNDS: Sql = json_rows!(
    "insert into round (id, position, name, opens_at, closes_at, budget_fen, limit_per,
                        refund_policy, use_order, real_name_level, audience, paused, stopped,
                        version, last_serial, chain_sequence, chain_hash)
     select t.id, t.position, t.name, t.opens_at, t.closes_at, t.budget_fen, t.limit_per,
            t.refund_policy, t.use_order, t.real_name_level, t.audience, t.paused, t.stopped,
            t.version, 0, 0, $2
     from",
    [
        id text, position bigint, name text, opens_at bigint, closes_at bigint, budget_fen bigint,
        limit_per text, refund_policy text, use_order text, real_name_level bigint, audience text,
        paused bigint, stopped bigint, version bigint
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

impl Store {
    /// Fills an empty database, in one transaction. Of several importers at once one does it.
    pub async fn import(&self, plan: &ImportPlan<'_>) -> Result<Imported, Error> {
        let mut tx = self.begin().await?;
        // Another importer that is under way is waited for here.
        if !claim_place(&mut tx, plan).await? {
            let (checksum,): (String,) =
                tx.query("select checksum from campaign where id = 1").fetch_one().await?;
            let same = checksum == plan.checksum;
            return Ok(if same { Imported::Unchanged } else { Imported::Different });
        }
        insert_rounds(&mut tx, plan.rounds).await?;
        ledger::open_accounts(&mut tx, &accounts(plan.rounds)).await?;
        for sealed in &plan.transfers {
            if let Chain::Round(round) = &sealed.transfer.chain {
                ledger::continue_chain(&mut tx, round, sealed).await?;
            }
            ledger::post(&mut tx, sealed).await?;
        }
        audit::record(&mut tx, &plan.entry()).await?;
        tx.commit().await?;
        Ok(Imported::Done)
    }
}

impl ImportPlan<'_> {
    fn entry(&self) -> Entry {
        Entry {
            at: self.imported_at,
            who: self.who.clone(),
            act: Act::CampaignImported,
            subject: format!("campaign:{}", self.campaign.id),
            detail: format!("sha-256 {}, rounds {}", self.checksum, self.rounds.len()),
        }
    }
}

/// The one row of the campaign; `false` when it is taken.
async fn claim_place(tx: &mut Tx, plan: &ImportPlan<'_>) -> Result<bool, Error> {
    let inserted = tx
        .query(
            "insert into campaign (id, slug, checksum, document, appropriation_fen, imported_at)
             values (1, $1, $2, $3, $4, $5) on conflict do nothing",
        )
        .bind(plan.campaign.id.to_string())
        .bind(plan.checksum.to_owned())
        .bind(json(plan.campaign)?)
        .bind(plan.campaign.appropriation.fen())
        .bind(plan.imported_at.millis())
        .execute()
        .await?;
    Ok(inserted == 1)
}

async fn insert_rounds(tx: &mut Tx, rounds: &[Round]) -> Result<(), Error> {
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

/// The accounts that a campaign has from its first day.
fn accounts(rounds: &[Round]) -> Vec<String> {
    let of_rounds = rounds
        .iter()
        .flat_map(|round| [Account::Stock(round.id.clone()), Account::Issued(round.id.clone())]);
    std::iter::once(Account::Pool).chain(of_rounds).map(|account| account.to_string()).collect()
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
