//! The board: what this server knows of the campaign without asking the database. It is refreshed after every batch of
//! its own and, for what other servers did, several times a second. It shows; it never grants.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
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
#[derive(Clone, Default)]
pub struct Posted {
    /// The campaign, once one was imported.
    pub campaign: Option<Arc<Campaign>>,
    /// Its rounds, in order.
    pub rounds: Vec<Arc<Round>>,
    /// The number of the reading that it comes from.
    reading: u64,
}

/// The board.
#[derive(Default)]
pub struct Board {
    posted: ArcSwap<Posted>,
    /// How many readings have set out.
    readings: AtomicU64,
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

    /// Reads everything again. Afterwards the board is no older than the call.
    ///
    /// # Errors
    /// When the database does not answer; what hung before still hangs.
    pub async fn refresh(&self, store: &Store) -> Result<(), store::Error> {
        let reading = self.set_out();
        let campaign = match &self.posted.load().campaign {
            // A campaign is imported once and never changes.
            Some(campaign) => Some(campaign.clone()),
            None => store.campaign().await?.map(|stored| Arc::new(stored.campaign)),
        };
        self.post(reading, campaign, &store.rounds().await?);
        Ok(())
    }

    /// The number of a reading that sets out now.
    fn set_out(&self) -> u64 {
        self.readings.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Hangs up what a reading found, unless one that set out later is back already.
    fn post(&self, reading: u64, campaign: Option<Arc<Campaign>>, read: &[Round]) {
        self.posted.rcu(|before| {
            if before.reading > reading {
                return before.clone();
            }
            let rounds = read.iter().map(|round| Arc::new(newer(round, before))).collect();
            Arc::new(Posted { campaign: campaign.clone(), rounds, reading })
        });
    }

    /// Notes the stocks after a batch of this server's own, before anyone reads them back. `round` is what the batch
    /// was decided on: where the board shows it before or after another change, the next reading brings both.
    pub fn note(&self, round: &Round, stocks: &[Stock]) {
        self.posted.rcu(|before| Posted {
            campaign: before.campaign.clone(),
            reading: before.reading,
            rounds: before
                .rounds
                .iter()
                .map(|old| {
                    if !is_same(old, round) {
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
        current(&self.rounds, now).cloned()
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
/// came back after it must not put packs back. Between two changes of the round that somebody decides on, and while no
/// pack of a held claim comes back, what is taken only grows, and what is set aside only becomes granted.
fn newer(read: &Round, before: &Posted) -> Round {
    let mut round = read.clone();
    let known = before.rounds.iter().find(|known| is_same(known, read));
    let taken = |stock: Stock| (stock.issued + stock.held, stock.issued);
    for (pack, known) in round.packs.iter_mut().zip(known.iter().flat_map(|known| &known.packs)) {
        if taken(known.stock) > taken(pack.stock) {
            pack.stock = known.stock;
        }
    }
    round
}

/// Whether both are the same round between the same two changes, so that their stocks can be compared.
fn is_same(one: &Round, other: &Round) -> bool {
    let label = |round: &Round| (round.version, round.returned);
    one.id == other.id && label(one) == label(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign_file::CampaignFile;
    use crate::demo;

    fn rounds() -> Vec<Round> {
        CampaignFile::parse(demo::CAMPAIGN).unwrap().rounds
    }

    #[test]
    fn a_reading_that_comes_back_late_takes_nothing_down() {
        let board = Board::default();
        let (early, late) = (board.set_out(), board.set_out());
        board.post(late, None, &rounds());
        board.post(early, None, &[]);
        assert_eq!(board.posted().rounds.len(), rounds().len());
    }

    #[test]
    fn a_reading_puts_no_pack_back_that_this_server_gave() {
        let board = Board::default();
        let reading = board.set_out();
        board.post(reading, None, &rounds());
        let set_out_before_the_batch = board.set_out();
        let round = rounds().remove(0);
        let mut given = round.packs[0].stock;
        given.issued += 1;
        board.note(&round, &[given]);
        board.post(set_out_before_the_batch, None, &rounds());
        assert_eq!(board.posted().rounds[0].packs[0].stock, given);
    }

    #[test]
    fn a_note_that_comes_after_a_pack_came_back_takes_it_from_nobody() {
        let board = Board::default();
        let decided_on = rounds().remove(0);
        let mut given = decided_on.packs[0].stock;
        (given.issued, given.held) = (1, 1);
        let mut later = rounds();
        later[0].returned = 1;
        later[0].packs[0].stock.issued = 1;
        board.post(board.set_out(), None, &later);
        board.note(&decided_on, &[given]);
        assert_eq!(board.posted().rounds[0].packs[0].stock, later[0].packs[0].stock);
    }
}
