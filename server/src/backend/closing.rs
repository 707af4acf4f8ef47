//! The closing of rounds (R14, R15). Every server tries, every second and from its start on; the round's lock and its
//! mark in the database make one closing of all the tries, whenever they come.

use domain::audit::{Act, Entry, Who};
use domain::closing::{Rest, is_due};
use domain::id::RoundId;
use domain::ledger::{Account, Chain, Reason, Transfer};
use domain::money::Amount;
use store::Store;

use crate::campaign_file::seal;
use crate::clock::Clock;
use crate::fault;

/// What a closing did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What went back to the pool.
    pub rest: Rest,
    /// Held claims that nobody had decided, and that are refused now.
    pub refused: u64,
}

/// Closes every round that is over; gives those that this call closed. One that cannot be closed keeps no other open.
///
/// # Errors
/// The first of what went wrong. What is closed by then stays closed.
pub async fn close_due(
    store: &Store,
    clock: &Clock,
) -> Result<Vec<(RoundId, Closed)>, store::Error> {
    let mut closed = Vec::new();
    let mut fault = None;
    let due = store.rounds_to_close(clock.campaign()).await?;
    if !due.is_empty() {
        // A closing cannot be undone, and the machine's clock may have been set since it was last held against the
        // database's: each round is looked at again by what is known now.
        clock.follow(store).await?;
    }
    for round in due {
        let done = match close(store, clock, &round).await {
            Ok(done) => done,
            Err(error) => {
                tracing::warn!(round.id = %round, error = ?error, "a round that is over could not be closed");
                fault.get_or_insert(error);
                continue;
            }
        };
        if let Some(done) = done {
            let (unclaimed, unused) = (done.rest.unclaimed.fen(), done.rest.unused.fen());
            tracing::info!(
                round.id = %round, unclaimed_fen = unclaimed, unused_fen = unused, held = done.refused,
                "a round was closed"
            );
            metrics::counter!("jinquan_rounds_closed_total").increment(1);
            closed.push((round, done));
        }
    }
    fault.map_or(Ok(closed), Err)
}

/// Closes a round, if it is over and not closed: `None` where there is nothing to do.
///
/// # Errors
/// When the database does not answer: then it is closed or it is not, and the next try finds out.
pub async fn close(
    store: &Store,
    clock: &Clock,
    round: &RoundId,
) -> Result<Option<Closed>, store::Error> {
    let mut tx = store.begin().await?;
    let Some(locked) = store::claim::lock_round(&mut tx, round).await? else { return Ok(None) };
    // Read after the lock, as for every act: the round may have been extended meanwhile (R21).
    let now = clock.campaign();
    if locked.closed_at.is_some() || !is_due(locked.round.window, now) {
        tx.rollback().await?;
        return Ok(None);
    }
    // The money of a held pack is in stock: refused first, it goes back with the unclaimed ones.
    let is_held = locked.round.packs.iter().any(|pack| pack.stock.held > 0);
    let refused = if is_held { store::closing::refuse_held(&mut tx, round, now).await? } else { 0 };
    let (stock, issued) = (Account::Stock(round.clone()), Account::Issued(round.clone()));
    let accounts = [stock.clone(), issued.clone(), Account::Pool];
    let held = store::ledger::lock_accounts(&mut tx, accounts).await?;
    let holds = |account| held.get(account).copied().unwrap_or(Amount::ZERO);
    let rest = Rest { unclaimed: holds(&stock), unused: holds(&issued) };
    let postings = rest.postings(round);
    let transfer = (!postings.is_empty()).then(|| {
        // No digest: the acts behind the rest are settled by their own transfers.
        let chain = Chain::Round(round.clone());
        seal(Transfer::batch(Reason::Closing, chain, now, postings, [0; 32], locked.link))
    });
    store::closing::record(&mut tx, round, now, transfer.as_ref()).await?;
    let entry = Entry {
        at: now,
        who: Who::Product,
        act: Act::RoundClosed,
        subject: format!("round:{round}"),
        detail: format!("unclaimed {}, unused {}", rest.unclaimed, rest.unused),
    };
    store::audit::record(&mut tx, &entry).await?;
    // Everything is written, nothing is durable: none of it may be left.
    fault::point("closing-before-commit");
    tx.commit().await?;
    // Everything is durable, nobody knows: the next try must find it.
    fault::point("closing-after-commit");
    Ok(Some(Closed { rest, refused }))
}
