//! What a server does by itself, in the background: read what other servers changed, learn who is signed in, publish
//! the live stock, write down what was noted beside the desk, follow the database's clock, refuse held claims that
//! nobody decided in time, close rounds that are over, count the results, look at the ledger and record where its
//! chains end, and throw away what is kept for a while only: sessions, tries, words of appeals, who left long ago.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};
use std::time::Duration;

use domain::appeal::WORDS_KEPT_MS;
use domain::staff::TRIES_KEPT_MS;
use futures::FutureExt as _;
use store::PURGE_MAX;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::backend::closing::close_due;
use crate::backend::held::refuse_due;
use crate::backend::me::forget_persons;
use crate::board::REFRESH_EVERY;
use crate::hall::Hall;

/// How often the database is asked for its time.
const FOLLOW_EVERY: Duration = Duration::from_mins(1);
/// How often it is looked whether the machine slept or its clock was set.
const LOOK_AT_CLOCK_EVERY: Duration = Duration::from_secs(1);
/// How often the last uses of sessions and the acts seen beside the desk are written down: a few at a time, so that the
/// rush does not wait for them.
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How often it is looked whether the desk rests before the results are counted.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How long it must have rested.
const REST: Duration = Duration::from_secs(2);
/// How often it is looked at most, which takes a minute.
const LOOKS_MAX: u32 = 240;
/// How often rounds that are over are looked for.
const CLOSE_EVERY: Duration = Duration::from_secs(1);
/// How often what is kept for a while only is thrown away.
const PURGE_EVERY: Duration = Duration::from_mins(10);
/// How long it waits where it has found as many as it takes at once.
const PURGE_PAUSE: Duration = Duration::from_millis(100);
/// How often the audit record notes where the ledger's chains end, if they have grown.
const CHECKPOINT_EVERY: Duration = Duration::from_mins(10);
/// How long after its start a server records it for the first time.
const CHECKPOINT_AFTER: Duration = Duration::from_mins(1);
/// How long after a reading that failed what was seen before the start is read again.
const REFILL_AGAIN: Duration = Duration::from_secs(1);
/// How long after a count that broke the results are counted again.
const COUNT_AGAIN: Duration = Duration::from_mins(1);
/// How long it is kept that a session changed, in milliseconds by the database's clock: much longer than any server
/// takes to read it.
pub const CHANGES_KEPT_MS: i64 = 600_000;

/// Runs until the hall is gone.
pub async fn run(hall: Weak<Hall>) {
    let refreshing = every(&hall, REFRESH_EVERY, async |hall| {
        if let Err(error) = refresh(&hall).await {
            tracing::warn!(error = ?error, "what other servers may have changed could not be read");
        }
    });
    let learning = every(&hall, REFRESH_EVERY, async |hall| {
        if let Err(error) = hall.sessions.learn(&hall.own_store, hall.clock.system()).await {
            tracing::warn!(error = ?error, "who is signed in could not be read");
        }
    });
    let writing = every(&hall, WRITE_EVERY, async |hall| {
        if let Err(error) = hall.sessions.write_uses(&hall.own_store).await {
            tracing::warn!(error = ?error, "sessions' last uses could not be written down");
        }
    });
    let seeing = every(&hall, WRITE_EVERY, async |hall| {
        if let Err(error) = hall.screen.write(&hall.own_store).await {
            tracing::warn!(error = ?error, "what was seen beside the desk could not be written down");
        }
    });
    let closing = every(&hall, CLOSE_EVERY, async |hall| {
        if let Err(error) = refuse_due(&hall.store, &hall.clock).await {
            tracing::warn!(error = ?error, "held claims whose time is over could not be refused");
        }
        if let Err(error) = close_due(&hall.store, &hall.clock).await {
            tracing::warn!(error = ?error, "rounds that are over could not be closed");
        }
    });
    let following = every(&hall, FOLLOW_EVERY, async |hall| {
        if let Err(error) = hall.clock.follow(&hall.store).await {
            tracing::warn!(error = ?error, "the database did not tell its time");
        }
    });
    let looking = every(&hall, LOOK_AT_CLOCK_EVERY, async |hall| {
        if let Err(error) = hall.clock.follow_if_moved(&hall.store).await {
            tracing::warn!(error = ?error, "the machine's clock moved, and the database did not tell its time");
        }
    });
    let purging = every(&hall, PURGE_EVERY, async |hall| {
        if let Err(error) = purge(&hall).await {
            tracing::warn!(error = ?error, "what is kept for a while only could not be thrown away");
        }
    });
    let auditing = async {
        tokio::time::sleep(CHECKPOINT_AFTER).await;
        every(&hall, CHECKPOINT_EVERY, async |hall| {
            if let Err(error) = hall.store.write_checkpoint(hall.clock.campaign()).await {
                tracing::warn!(error = ?error, "where the ledger's chains end could not be recorded");
            }
            if let Err(error) = look_at_the_ledger(&hall).await {
                tracing::warn!(error = ?error, "the ledger could not be looked at");
            }
        })
        .await;
    };
    let reading = async { tokio::join!(refreshing, learning, refill(&hall), following, looking) };
    let written = async { tokio::join!(writing, seeing, closing, purging, auditing) };
    tokio::join!(publish(&hall), count(&hall), reading, written);
}

/// Reads again what other servers may have changed. What cannot be read keeps nothing else from being read.
///
/// # Errors
/// The first of what went wrong: what could not be read stays as it was.
pub async fn refresh(hall: &Hall) -> Result<(), store::Error> {
    let store = &hall.own_store;
    let sessions = hall.sessions.refresh(store, hall.clock.system()).await;
    let screen = hall.screen.refresh(store).await;
    let board = hall.board.refresh(store).await;
    let memory = hall.memory.refresh(store, &hall.board.posted().rounds).await;
    sessions.and(screen).and(board).and(memory)
}

/// Reads what was seen before the start, until that has succeeded once: risk control would know nothing of the last
/// day.
async fn refill(hall: &Weak<Hall>) {
    while let Some(hall) = hall.upgrade().filter(|hall| !*hall.stopping.borrow()) {
        match hall.screen.refill(&hall.own_store, hall.clock.campaign()).await {
            Ok(()) => return,
            Err(error) => {
                tracing::warn!(error = ?error, "what was seen before the start could not be read");
            }
        }
        drop(hall);
        tokio::time::sleep(REFILL_AGAIN).await;
    }
}

/// Tells the live stock, until the hall is gone.
async fn publish(hall: &Weak<Hall>) {
    let mut turn = Instant::now();
    loop {
        let pause = {
            let Some(hall) = hall.upgrade() else { return };
            if *hall.stopping.borrow() {
                hall.live.close();
                return;
            }
            turned(async { hall.live.publish(&hall.board.posted().rounds, hall.clock.campaign()) })
                .await;
            hall.live.pause()
        };
        // A turn that comes late, because others are at work, does not put off those after it, as long as it is not
        // their own turn that is past.
        turn = (turn + pause).max(Instant::now() - pause);
        tokio::time::sleep_until(turn).await;
    }
}

/// Counts the results, until the hall is gone.
async fn count(hall: &Weak<Hall>) {
    loop {
        let pause = {
            let Some(hall) = hall.upgrade() else { return };
            if *hall.stopping.borrow() {
                return;
            }
            turned(hall.results.refresh_and_rest(&hall)).await.unwrap_or(COUNT_AGAIN)
        };
        tokio::time::sleep(pause).await;
        until_the_desk_rests(hall).await;
    }
}

/// Waits until nobody has claimed for a while, and not for ever: counting a rush reads every claim of it on the core
/// that it needs.
async fn until_the_desk_rests(hall: &Weak<Hall>) {
    until_rested(LOOK_EVERY, || hall.upgrade().map(|hall| hall.claims.rests_for())).await;
}

/// `rests_for` says how long the desk has rested; `None` ends it.
async fn until_rested(look_every: Duration, rests_for: impl Fn() -> Option<Duration>) {
    let mut looks = interval(look_every);
    for _ in 0..LOOKS_MAX {
        looks.tick().await;
        if rests_for().is_none_or(|rested| rested >= REST) {
            return;
        }
    }
}

/// Whether the accounts hold the appropriation together and none is below zero. `jinquan ledger verify` looks at more,
/// and takes longer.
async fn look_at_the_ledger(hall: &Hall) -> Result<(), store::Error> {
    let Some(campaign) = hall.board.posted().campaign.clone() else { return Ok(()) };
    let accounts = hall.store.accounts().await?;
    let total: i64 = accounts.iter().map(|(_, fen)| fen).sum();
    let none_below_zero = accounts.iter().all(|(_, fen)| *fen >= 0);
    let in_order = total == campaign.appropriation.fen() && none_below_zero;
    if !in_order {
        tracing::error!("the accounts do not hold the appropriation: run jinquan ledger verify");
    }
    metrics::gauge!("jinquan_ledger_in_order").set(if in_order { 1.0 } else { 0.0 });
    let at = hall.clock.system().millis() / domain::time::SECOND_MS;
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit into a float")]
    metrics::gauge!("jinquan_ledger_checked_timestamp_seconds").set(at as f64);
    Ok(())
}

async fn purge(hall: &Hall) -> Result<(), store::Error> {
    let now = hall.clock.system();
    hall.gate.forget_old(now.millis());
    let tried = now.plus_millis(-TRIES_KEPT_MS);
    until_few(|| hall.store.purge_sessions(now)).await?;
    until_few(|| hall.store.purge_staff(now, tried)).await?;
    until_few(|| hall.store.purge_used(now)).await?;
    hall.store.forget_changes(CHANGES_KEPT_MS).await?;
    hall.store.forget_words(hall.clock.campaign().plus_millis(-WORDS_KEPT_MS)).await?;
    forget_persons(hall).await
}

/// Purges again and again while it finds as many rows as it may take at once, with pauses in which others write.
async fn until_few<P>(purge: impl Fn() -> P) -> Result<(), store::Error>
where
    P: Future<Output = Result<u64, store::Error>>,
{
    while purge().await? >= PURGE_MAX {
        tokio::time::sleep(PURGE_PAUSE).await;
    }
    Ok(())
}

async fn every(hall: &Weak<Hall>, period: Duration, act: impl AsyncFn(Arc<Hall>)) {
    let mut ticks = interval(period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let Some(hall) = hall.upgrade() else { return };
        if *hall.stopping.borrow() {
            return;
        }
        turned(act(hall)).await;
    }
}

/// What a turn gave. A defect in one ends neither the turns after it nor those of everything else: `None`.
async fn turned<T>(turn: impl Future<Output = T>) -> Option<T> {
    let turned = AssertUnwindSafe(turn).catch_unwind().await;
    turned.map_err(|_| metrics::counter!("jinquan_panics_total").increment(1)).ok()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use super::*;

    /// How often it is looked, where the desk has rested so many seconds at each look and for long afterwards.
    async fn looks(rested: &[u64]) -> usize {
        let looks = Cell::new(0);
        let look = || {
            let look = looks.replace(looks.get() + 1);
            Some(Duration::from_secs(rested.get(look).copied().unwrap_or(60)))
        };
        until_rested(Duration::from_millis(1), look).await;
        looks.get()
    }

    #[tokio::test]
    async fn a_defect_in_one_turn_is_given_up_by_itself() {
        assert_eq!(turned(async { 1 }).await, Some(1));
        let defect = turned(async { assert!(std::hint::black_box(false), "a defect") });
        assert_eq!(defect.await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_backlog_is_thrown_away_as_a_whole() {
        let left = Cell::new(2_500);
        let purge = || {
            let purged = left.get().min(PURGE_MAX);
            left.set(left.get() - purged);
            ready(Ok(purged))
        };
        until_few(purge).await.unwrap();
        assert_eq!(left.get(), 0);
    }

    #[tokio::test]
    async fn counting_waits_for_the_desk_but_not_for_ever() {
        assert_eq!(looks(&[]).await, 1);
        assert_eq!(looks(&[0, 1, 0, 1]).await, 5);
        assert_eq!(looks(&[1; 1_000]).await, LOOKS_MAX as usize);
    }
}
