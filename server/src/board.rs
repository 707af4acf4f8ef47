//! The board: what this server knows of the campaign without asking the database. It is refreshed after every batch of
//! its own and, for what other servers did, several times a second. It shows; it never grants.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use app::island::live::{LivePack, LiveStock};
use arc_swap::ArcSwap;
use domain::campaign::Campaign;
use domain::id::RoundId;
use domain::pack::Stock;
use domain::round::{Round, current};
use domain::time::Timestamp;
use store::Store;

/// How often the rounds are read again: what another server changed is known here within this time and a little more.
pub const REFRESH_EVERY: Duration = Duration::from_millis(400);

/// What hangs on the board at one moment.
#[derive(Default)]
pub struct Posted {
    /// The campaign, once one was imported.
    pub campaign: Option<Arc<Campaign>>,
    /// Its rounds, in order.
    pub rounds: Vec<Arc<Round>>,
}

/// The board.
#[derive(Default)]
pub struct Board {
    posted: ArcSwap<Posted>,
}

impl Board {
    /// What hangs on it now.
    pub fn posted(&self) -> Arc<Posted> {
        self.posted.load_full()
    }

    /// A round.
    pub fn round(&self, id: &RoundId) -> Option<Arc<Round>> {
        self.posted.load().rounds.iter().find(|round| round.id == *id).cloned()
    }

    /// Reads everything again.
    ///
    /// # Errors
    /// When the database does not answer; what hung before still hangs.
    pub async fn refresh(&self, store: &Store) -> Result<(), store::Error> {
        let campaign = match &self.posted.load().campaign {
            // A campaign is imported once and never changes.
            Some(campaign) => Some(campaign.clone()),
            None => store.campaign().await?.map(|stored| Arc::new(stored.campaign)),
        };
        let read = store.rounds().await?;
        self.posted.rcu(|before| {
            let rounds = read.iter().map(|round| Arc::new(newer(round, before))).collect();
            Posted { campaign: campaign.clone(), rounds }
        });
        Ok(())
    }

    /// Notes the stocks after a batch of this server's own, before anyone reads them back.
    pub fn note(&self, round: &RoundId, stocks: &[Stock]) {
        self.posted.rcu(|before| Posted {
            campaign: before.campaign.clone(),
            rounds: before
                .rounds
                .iter()
                .map(|old| {
                    if old.id != *round {
                        return old.clone();
                    }
                    let mut noted = Round::clone(old);
                    for (pack, stock) in noted.packs.iter_mut().zip(stocks) {
                        pack.stock = *stock;
                    }
                    Arc::new(newer(&noted, before))
                })
                .collect(),
        });
    }
}

impl Posted {
    /// The round whose window contains `now`, else the next, else the last (R7).
    pub fn current(&self, now: Timestamp) -> Option<Arc<Round>> {
        let rounds: Vec<Round> = self.rounds.iter().map(|round| Round::clone(round)).collect();
        let id = current(&rounds, now)?.id.clone();
        self.rounds.iter().find(|round| round.id == id).cloned()
    }

    /// When the first round after `round` opens, if one is planned.
    pub fn next_opening(&self, round: &Round) -> Option<Timestamp> {
        let opens = self.rounds.iter().map(|other| other.window.opens_at());
        opens.filter(|opens_at| *opens_at >= round.window.closes_at()).min()
    }

    /// The rounds by their identifiers.
    pub fn by_id(&self) -> HashMap<&RoundId, &Arc<Round>> {
        self.rounds.iter().map(|round| (&round.id, round)).collect()
    }
}

/// What is left of a round, at `now`.
pub fn live(round: &Round, now: Timestamp) -> LiveStock {
    LiveStock {
        remaining: round.remaining(),
        phase: round.phase(now),
        server_time: now,
        packs: round
            .packs
            .iter()
            .map(|pack| LivePack { id: pack.id.clone(), remaining: pack.stock.remaining() })
            .collect(),
    }
}

/// `read`, unless the board already knows a later stock of the same version: a read that set out before a batch and
/// came back after it must not put packs back. Within a version grants only grow.
fn newer(read: &Round, before: &Posted) -> Round {
    let mut round = read.clone();
    let known =
        before.rounds.iter().find(|known| known.id == read.id && known.version == read.version);
    for (pack, known) in round.packs.iter_mut().zip(known.iter().flat_map(|known| &known.packs)) {
        if known.stock.issued > pack.stock.issued {
            pack.stock = known.stock;
        }
    }
    round
}
