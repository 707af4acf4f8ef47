//! Held claims (R19): the desk grants or refuses them, and what nobody decided in time is refused by whichever server
//! comes first. The round's lock makes one order of the desk, the deadline and the closing.

use std::collections::{BTreeMap, BTreeSet};

use app::failure::Failure;
use domain::audit::{Act, Entry, Who};
use domain::claim::{Claim, ClaimState};
use domain::held::{CannotRule, Ruling, check};
use domain::id::{ClaimId, RoundId};
use domain::ledger::Account;
use domain::merchant::{Mark, is_reason};
use domain::pack::Stock;
use domain::time::Timestamp;
use store::claim::LockedRound;
use store::held::HeldGrant;
use store::{Store, Tx};

use super::busy;
use crate::campaign_file::seal;
use crate::clock::Clock;
use crate::fault;
use crate::hall::Hall;
use crate::lane::claim::grant_transfer;

/// The most claims that are decided at once, or refused in one transaction: the round waits for it.
pub const AT_ONCE_MAX: usize = 100;

/// What became of claims that were ruled on together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ruled {
    /// How many were decided so.
    pub decided: usize,
    /// Those that were not, each with the reason.
    pub left: Vec<(ClaimId, CannotRule)>,
}

/// Rules on claims, all of them with one reason. Each that can still be decided is; claims that are not there are left
/// out.
///
/// # Errors
/// When the store does not answer. What was decided of an earlier round by then stays decided.
pub async fn rule(
    hall: &Hall,
    who: &Who,
    claims: &[ClaimId],
    ruling: Ruling,
    why: &str,
) -> Result<Ruled, Failure> {
    let mut ruled = Ruled::default();
    if !is_reason(why) {
        ruled.left.extend(claims.iter().map(|claim| (*claim, CannotRule::NoReason)));
        return Ok(ruled);
    }
    let mut by_round = BTreeMap::<RoundId, Vec<ClaimId>>::new();
    let named: BTreeSet<&ClaimId> = claims.iter().take(AT_ONCE_MAX).collect();
    for id in named {
        if let Some(claim) = hall.store.claim(id).await.map_err(busy)? {
            by_round.entry(claim.round).or_default().push(*id);
        }
    }
    for (round, ids) in by_round {
        let mut tx = hall.store.begin().await.map_err(busy)?;
        let locked = store::claim::lock_round(&mut tx, &round).await.map_err(busy)?;
        let locked = locked.ok_or(Failure::NotFound)?;
        let (decided, left) = in_round(&mut tx, &hall.clock, &locked, who, &ids, (ruling, why))
            .await
            .map_err(busy)?;
        // Everything is written, nothing is durable: none of it may be left.
        fault::point("held-before-commit");
        tx.commit().await.map_err(busy)?;
        // Everything is durable, nobody knows.
        fault::point("held-after-commit");
        ruled.decided += decided;
        ruled.left.extend(left);
    }
    super::plan::shown(hall).await;
    Ok(ruled)
}

/// Rules on claims of a round that is locked; gives how many were decided and what stands in the way of the others.
///
/// # Errors
/// When the database does not answer.
pub async fn in_round(
    tx: &mut Tx,
    clock: &Clock,
    locked: &LockedRound,
    who: &Who,
    ids: &[ClaimId],
    (ruling, why): (Ruling, &str),
) -> Result<(usize, Vec<(ClaimId, CannotRule)>), store::Error> {
    // Read after the lock: the deadline and the closing come before or after.
    let now = locked.instant(clock.campaign());
    let mut claims = store::held::claims(tx, &locked.round.id, ids).await?;
    // First come, first served, also at the desk (R2): identifiers carry the time.
    claims.sort_by_key(|claim| (claim.claimed_at, claim.id));
    let mut left = Vec::new();
    claims.retain(|claim| match check(claim, now) {
        Ok(()) => true,
        Err(cannot) => {
            left.push((claim.id, cannot));
            false
        }
    });
    if claims.is_empty() {
        return Ok((0, left));
    }
    match ruling {
        Ruling::Grant => grant(tx, locked, &mut claims, now).await?,
        Ruling::Refuse => refuse(tx, locked, &claims, now).await?,
    }
    for claim in &claims {
        let mark = Mark { who: who.into(), at: now, why: why.trim().to_owned() };
        store::held::record_decision(tx, &claim.id, ruling, &mark).await?;
        let act = match ruling {
            Ruling::Grant => Act::HeldGranted,
            Ruling::Refuse => Act::HeldRefused,
        };
        let subject = format!("claim:{}", claim.id);
        let entry = Entry { at: now, who: who.clone(), act, subject, detail: mark.why };
        store::audit::record(tx, &entry).await?;
    }
    metrics::counter!("jinquan_held_decided_total", "ruling" => ruling.code())
        .increment(claims.len() as u64);
    Ok((claims.len(), left))
}

/// Grants claims: each gets the next serial, and the faces move from stock to issued by one transfer of the round's
/// chain (R14, R20).
async fn grant(
    tx: &mut Tx,
    locked: &LockedRound,
    claims: &mut [Claim],
    now: Timestamp,
) -> Result<(), store::Error> {
    let round = &locked.round;
    let mut last_serial = locked.last_serial;
    for claim in claims.iter_mut() {
        last_serial += 1;
        claim.serial = Some(last_serial);
        claim.state = ClaimState::Granted;
        claim.decided_at = Some(now);
    }
    let stocks = stocks(locked, claims, Stock::grant_held)?;
    let accounts = [Account::Stock(round.id.clone()), Account::Issued(round.id.clone())];
    store::ledger::lock_accounts(tx, accounts).await?;
    let transfer = seal(grant_transfer(round, now, claims, locked.link)?);
    let granted = HeldGrant { round, claims, stocks: &stocks, last_serial, transfer: &transfer };
    store::held::grant(tx, &granted).await
}

async fn refuse(
    tx: &mut Tx,
    locked: &LockedRound,
    claims: &[Claim],
    now: Timestamp,
) -> Result<(), store::Error> {
    let stocks = stocks(locked, claims, Stock::release)?;
    store::held::refuse(tx, &locked.round, claims, &stocks, now).await
}

/// The stock of each pack of the round after that happened to one for each claim.
fn stocks(
    locked: &LockedRound,
    claims: &[Claim],
    happens: impl Fn(Stock) -> Option<Stock>,
) -> Result<Vec<Stock>, store::Error> {
    let broken = || store::Error::Broken("a held claim has no pack set aside".to_owned());
    let mut stocks: Vec<Stock> = locked.round.packs.iter().map(|pack| pack.stock).collect();
    for claim in claims {
        let place = locked.round.position_of(&claim.choice.pack).ok_or_else(broken)?;
        stocks[place] = happens(stocks[place]).ok_or_else(broken)?;
    }
    Ok(stocks)
}

/// Refuses every held claim whose time is over; gives how many this call refused. A round where that cannot be done
/// keeps those of no other waiting.
///
/// # Errors
/// The first of what went wrong. What is refused by then stays refused.
pub async fn refuse_due(store: &Store, clock: &Clock) -> Result<usize, store::Error> {
    let mut refused = 0;
    let mut fault = None;
    let due = store.rounds_with_lapsed(clock.campaign()).await?;
    if !due.is_empty() {
        // As for a closing: what is refused stays so.
        clock.follow(store).await?;
    }
    for round in due {
        loop {
            let some = refuse_some(store, clock, &round).await.unwrap_or_else(|error| {
                tracing::warn!(round.id = %round, error = ?error, "held claims could not be refused");
                fault.get_or_insert(error);
                0
            });
            refused += some;
            if some < AT_ONCE_MAX {
                break;
            }
        }
    }
    fault.map_or(Ok(refused), Err)
}

async fn refuse_some(store: &Store, clock: &Clock, round: &RoundId) -> Result<usize, store::Error> {
    let mut tx = store.begin().await?;
    let Some(locked) = store::claim::lock_round(&mut tx, round).await? else { return Ok(0) };
    let now = locked.instant(clock.campaign());
    let limit = u32::try_from(AT_ONCE_MAX).unwrap_or(u32::MAX);
    let claims = store::held::lapsed(&mut tx, round, now, limit).await?;
    if claims.is_empty() {
        tx.rollback().await?;
        return Ok(0);
    }
    refuse(&mut tx, &locked, &claims, now).await?;
    let entry = Entry {
        at: now,
        who: Who::Product,
        act: Act::HeldLapsed,
        subject: format!("round:{round}"),
        detail: format!("claims {}", claims.len()),
    };
    store::audit::record(&mut tx, &entry).await?;
    fault::point("lapse-before-commit");
    tx.commit().await?;
    fault::point("lapse-after-commit");
    tracing::info!(round.id = %round, claims = claims.len(), "held claims were refused: nobody decided in time");
    metrics::counter!("jinquan_held_lapsed_total").increment(claims.len() as u64);
    Ok(claims.len())
}
