//! Filling an empty database with a campaign (R21).

use domain::audit::{Act, Entry, Who};
use domain::campaign::Campaign;
use domain::ledger::{Account, Chain};
use domain::merchant::Mark;
use domain::plan::{Plan, PlanState, Version};
use domain::round::Round;
use domain::time::Timestamp;

use crate::audit;
use crate::db::Tx;
use crate::error::Error;
use crate::ledger::{self, SealedTransfer};
use crate::open::Store;
use crate::text::json;

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
        crate::round::insert(&mut tx, plan.rounds).await?;
        for round in plan.rounds {
            let version = first_version(round, plan.imported_at);
            crate::plan::record(&mut tx, &round.id, &version).await?;
        }
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

/// How the history of a round begins that its campaign's file brought.
fn first_version(round: &Round, at: Timestamp) -> Version {
    Version {
        number: round.version,
        act: domain::plan::Act::Import,
        state: PlanState::Approved,
        plan: Plan::of(round),
        paused: round.paused,
        stopped: round.stopped,
        mark: Mark {
            who: domain::merchant::Who::System("campaign-file".to_owned()),
            at,
            why: String::new(),
        },
    }
}

/// The accounts that a campaign has from its first day.
fn accounts(rounds: &[Round]) -> Vec<String> {
    let of_rounds = rounds
        .iter()
        .flat_map(|round| [Account::Stock(round.id.clone()), Account::Issued(round.id.clone())]);
    std::iter::once(Account::Pool).chain(of_rounds).map(|account| account.to_string()).collect()
}
