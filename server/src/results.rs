//! The campaign's results as they were counted last. They are sums over whole tables, so a request never asks for
//! them: the background counts, seldom enough that counting is a small part of the time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use arc_swap::ArcSwapOption;
use domain::ledger::Account;
use domain::money::Amount;
use domain::pack::Pack;
use domain::results::{Curve, Results, RoundResult};
use domain::round::Round;
use domain::time::Timestamp;
use store::{Store, Tx};
use tokio::time::Instant;

use crate::hall::Hall;

/// The shortest time between two counts.
const PAUSE_MIN: Duration = Duration::from_secs(5);
/// The longest.
const PAUSE_MAX: Duration = Duration::from_mins(10);
/// After a count there is a pause of so many times as long as it took.
const PAUSE_TIMES: u32 = 100;

/// What was counted last.
#[derive(Default)]
pub struct ResultsBoard {
    counted: ArcSwapOption<Results>,
    count: AtomicU64,
}

impl ResultsBoard {
    /// What was counted last; `None` before the first time.
    pub fn latest(&self) -> Option<Arc<Results>> {
        self.counted.load_full()
    }

    /// How many counts there were: what is made of the results is good as long as this stays.
    pub fn number(&self) -> u64 {
        self.count.load(Ordering::Acquire)
    }

    /// Counts now.
    ///
    /// # Errors
    /// When the database does not answer; then the last count stays.
    pub async fn refresh(&self, hall: &Hall) -> Result<(), store::Error> {
        let now = hall.clock.campaign();
        let results = count(&hall.store, now, self.latest().as_deref()).await?;
        self.counted.store(Some(Arc::new(results)));
        self.count.fetch_add(1, Ordering::Release);
        Ok(())
    }

    /// Counts now, and says how long to wait until the next time.
    pub async fn refresh_and_rest(&self, hall: &Hall) -> Duration {
        let began = Instant::now();
        if let Err(error) = self.refresh(hall).await {
            tracing::warn!(error = ?error, "the results could not be counted");
        }
        let took = began.elapsed();
        metrics::gauge!("jinquan_results_count_seconds").set(took.as_secs_f64());
        (took * PAUSE_TIMES).clamp(PAUSE_MIN, PAUSE_MAX)
    }
}

async fn count(
    store: &Store,
    now: Timestamp,
    before: Option<&Results>,
) -> Result<Results, store::Error> {
    // Imported once, and never changed.
    let campaign = store.campaign().await?;
    // One instant for everything that is counted and summed.
    let mut tx = store.snapshot().await?;
    let rounds = store::round::rounds(&mut tx).await?;
    let accounts = store::ledger::accounts(&mut tx).await?;
    let mut results = Vec::with_capacity(rounds.len());
    let redeemed = store::results::rounds(&mut tx).await?;
    let rolled_over = store::results::rolled_over(&mut tx).await?;
    let closed = store::results::closed_rounds(&mut tx).await?;
    for round in rounds {
        let claimed = round.packs.iter().map(|pack| pack.stock.issued).sum();
        let curve = curve(&mut tx, &round, claimed, now, before).await?;
        let id = round.id.as_str();
        let tally = redeemed.get(id).copied().unwrap_or_default();
        let is_closed = closed.contains(id);
        results.push(RoundResult {
            stopped: round.stopped,
            stock: round.stock(),
            claimed,
            budget: face(&round, |pack| pack.stock.total),
            issued: face(&round, |pack| pack.stock.issued),
            redeemed: tally.redeemed,
            sales: tally.sales,
            rolled_over: is_closed.then(|| rolled_over.get(id).copied().unwrap_or_default()),
            curve,
            window: round.window,
            name: round.name,
            round: round.id,
        });
    }
    let pool = accounts.into_iter().find(|(name, _)| *name == Account::Pool.to_string());
    Ok(Results {
        counted_at: now,
        appropriation: campaign.map(|it| it.campaign.appropriation).unwrap_or_default(),
        pool: pool.and_then(|(_, fen)| Amount::from_fen(fen)).unwrap_or_default(),
        cells: store::results::cells(&mut tx).await?,
        rounds: results,
        entrances: store::results::entrances(&mut tx).await?,
        history: store::history::history(&mut tx).await?,
    })
}

/// How the packs went; as it was counted before, where nothing was claimed since.
async fn curve(
    tx: &mut Tx,
    round: &Round,
    claimed: u32,
    now: Timestamp,
    before: Option<&Results>,
) -> Result<Curve, store::Error> {
    if claimed == 0 || round.window.opens_at() > now {
        return Ok(Curve::default());
    }
    let known = before.and_then(|it| it.rounds.iter().find(|it| it.round == round.id));
    match known.filter(|it| it.window == round.window && it.curve.total() == claimed) {
        Some(known) => Ok(known.curve.clone()),
        None => store::results::curve(tx, &round.id, round.window.opens_at()).await,
    }
}

/// The faces of so many of each pack.
fn face(round: &Round, count: impl Fn(&Pack) -> u32) -> Amount {
    let sum = round
        .packs
        .iter()
        .try_fold(Amount::ZERO, |sum, pack| sum.plus(pack.face()?.times(i64::from(count(pack)))?));
    sum.unwrap_or(Amount::MAX)
}
