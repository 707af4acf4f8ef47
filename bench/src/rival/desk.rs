//! What the naive and the Redis rival have in common: the product's tables, its session, and its way to write a claim.
//! They differ from the product in how many claims a transaction holds and in when they answer.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use domain::claim::Request;
use domain::id::{ClaimId, RequestKey, RoundId};
use domain::round::Round;
use http::HeaderMap;
use server::board::Board;
use server::chance::Chance;
use server::clock::Clock;
use server::lane::claim::{ClaimJob, ClaimTicket};
use server::session::{Session, required_consents, token_hash};
use store::Store;

/// A desk on a database.
pub(super) struct Desk {
    pub(super) store: Arc<Store>,
    pub(super) round: Arc<Round>,
    clock: Clock,
    chance: Chance,
}

impl Desk {
    /// Opens the database; the campaign clock stands in the middle of the round.
    pub(super) async fn open(database: &str) -> Result<(Self, ClaimJob)> {
        let store = Arc::new(Store::open(database).await?);
        let board = Arc::new(Board::default());
        board.refresh(&store).await?;
        let round = board.posted().rounds.first().cloned().context("no round")?;
        let clock = Clock::machine(0);
        let middle = round.window.opens_at().plus_millis(3_600_000);
        clock.set_campaign_offset(middle.millis_since(clock.system()));
        let job = ClaimJob::new(store.clone(), clock.clone(), board, Arc::default());
        Ok((Self { store, round, clock, chance: Chance::default() }, job))
    }

    /// Who asks for what: one read, as a textbook would. `None`: nobody is signed in.
    pub(super) async fn request(
        &self,
        headers: &HeaderMap,
        key: RequestKey,
    ) -> Result<Option<ClaimTicket>> {
        let Some(hash) = token_hash(headers, false) else { return Ok(None) };
        let now = self.clock.system();
        let row = self.store.session(&hash, now, &required_consents()).await?;
        let Some(row) = row else { return Ok(None) };
        let citizen = Session::of(hash, row).citizen;
        let ms = u64::try_from(now.millis())?;
        let pack = self.round.choose(None).map_err(|_| anyhow::anyhow!("several packs"))?;
        let request = Request {
            id: ClaimId::mint(ms, self.chance.bits()),
            person: citizen.person,
            account: citizen.account,
            key,
            choice: domain::claim::Choice { pack: pack.id.clone(), named: false },
            standing: citizen.standing.clone(),
        };
        Ok(Some(ClaimTicket::unseen(self.round.id.clone(), request, self.now())))
    }

    /// The campaign clock.
    pub(super) fn now(&self) -> domain::time::Timestamp {
        self.clock.campaign()
    }

    /// The one round that a rival knows.
    pub(super) fn is_here(&self, round: &str) -> bool {
        round.parse::<RoundId>().is_ok_and(|round| round == self.round.id)
    }
}
