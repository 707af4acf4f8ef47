//! Steering a round (R21): pausing at once, everything else proposed by one person and decided on by another. Each act
//! takes the planning lock, then the lock of the round, on which batches of claims wait their turn.

use app::failure::Failure;
use domain::audit;
use domain::id::{ProposalId, RoundId};
use domain::ledger::{Account, Transfer};
use domain::merchant::Mark;
use domain::plan::{Act, Plan, PlanState, Version};
use domain::round::Round;
use domain::round::change::{CannotChange, CannotDecide, Change, Proposal, Verdict};
use domain::staff::Login;
use store::Tx;
use store::claim::LockedRound;

use super::busy;
use super::plan::{begin, by, note, shown, write};
use crate::campaign_file::seal;
use crate::hall::Hall;

/// Why a round stayed as it is.
#[derive(Clone, Debug)]
pub enum Unchanged {
    /// The rules of the round say no.
    Rule(CannotChange),
    /// One of the kind waits already.
    Waits,
    /// The proposal cannot be decided on so.
    Decision(CannotDecide),
    /// No reason is given.
    NoReason,
}

/// What became of an act.
pub type Outcome = Result<Result<(), Unchanged>, Failure>;

/// Interrupts issuing: at once, by one person.
///
/// # Errors
/// When there is no such round, or the store does not answer.
pub async fn pause(hall: &Hall, who: &Login, id: &RoundId, why: &str) -> Outcome {
    let mut tx = begin(hall).await?;
    let locked = lock(&mut tx, id).await?;
    // Read after the lock: batches that were before are before.
    let mark = by(hall, who, why);
    if !domain::merchant::is_reason(&mark.why) {
        return Ok(Err(Unchanged::NoReason));
    }
    if let Err(cannot) = change(&mut tx, who, &locked, (&Change::Pause, mark)).await? {
        return Ok(Err(Unchanged::Rule(cannot)));
    }
    tx.commit().await.map_err(busy)?;
    shown(hall).await;
    Ok(Ok(()))
}

/// Proposes a change; nothing of the round changes yet.
///
/// # Errors
/// When there is no such round, or the store does not answer.
pub async fn propose(hall: &Hall, who: &Login, id: &RoundId, wanted: Change, why: &str) -> Outcome {
    if wanted.acts_at_once() {
        return Err(Failure::Forbidden);
    }
    let mut tx = begin(hall).await?;
    let locked = lock(&mut tx, id).await?;
    let mark = by(hall, who, why);
    if !domain::merchant::is_reason(&mark.why) {
        return Ok(Err(Unchanged::NoReason));
    }
    // What cannot be now is not worth another's time.
    let rounds = store::round::all(&mut tx).await.map_err(busy)?;
    if let Err(cannot) = locked.round.changed(&wanted, locked.instant(mark.at), &rounds) {
        return Ok(Err(Unchanged::Rule(cannot)));
    }
    let ms = u64::try_from(hall.clock.system().millis()).unwrap_or_default();
    let proposal = Proposal {
        id: ProposalId::mint(ms, hall.chance.bits()),
        round: id.clone(),
        change: wanted,
        proposed: mark,
        decided: None,
    };
    if !store::round::change::propose(&mut tx, &proposal).await.map_err(busy)? {
        return Ok(Err(Unchanged::Waits));
    }
    let (what, act) = (proposal.change.to_string(), proposed(&proposal.change));
    note(&mut tx, who, (act, id), (&what, &proposal.proposed)).await?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}

/// Decides on a proposal. A confirmation makes the change in the same transaction, or nothing happens.
///
/// # Errors
/// `Forbidden` for an own proposal; when there is no such one, or the store does not answer.
pub async fn decide(
    hall: &Hall,
    who: &Login,
    (id, proposal): (&RoundId, &ProposalId),
    verdict: Verdict,
    why: &str,
) -> Outcome {
    let mut tx = begin(hall).await?;
    let locked = lock(&mut tx, id).await?;
    let found = store::round::change::lock(&mut tx, proposal).await.map_err(busy)?;
    let found = found.filter(|found| found.round == *id).ok_or(Failure::NotFound)?;
    let mark = by(hall, who, why);
    let decided = match found.decide(verdict, mark.clone()) {
        Ok(decided) => decided,
        Err(CannotDecide::OwnAct | CannotDecide::NotOwn) => return Err(Failure::Forbidden),
        Err(cannot) => return Ok(Err(Unchanged::Decision(cannot))),
    };
    store::round::change::decide(&mut tx, &decided.id, verdict, &mark).await.map_err(busy)?;
    if verdict != Verdict::Confirmed {
        let what = decided.change.to_string();
        note(&mut tx, who, (unmade(verdict, &decided.change), id), (&what, &mark)).await?;
    } else if let Err(cannot) = change(&mut tx, who, &locked, (&decided.change, mark)).await? {
        return Ok(Err(Unchanged::Rule(cannot)));
    }
    tx.commit().await.map_err(busy)?;
    shown(hall).await;
    Ok(Ok(()))
}

/// Makes a change under the round's lock: the round, its money, its version.
async fn change(
    tx: &mut Tx,
    who: &Login,
    locked: &LockedRound,
    (wanted, mark): (&Change, Mark),
) -> Result<Result<(), CannotChange>, Failure> {
    let before = &locked.round;
    let rounds = store::round::all(tx).await.map_err(busy)?;
    let after = match before.changed(wanted, locked.instant(mark.at), &rounds) {
        Ok(after) => after,
        Err(cannot) => return Ok(Err(cannot)),
    };
    store::round::record(tx, before, &after).await.map_err(busy)?;
    if matches!(wanted, Change::AddPacks { .. })
        && let Err(cannot) = pay(tx, locked, wanted, &mark).await?
    {
        return Ok(Err(cannot));
    }
    write(tx, who, &before.id, &version(&after, wanted, mark)).await?;
    Ok(Ok(()))
}

/// Takes what a change costs from the pool (R15).
async fn pay(
    tx: &mut Tx,
    locked: &LockedRound,
    wanted: &Change,
    mark: &Mark,
) -> Result<Result<(), CannotChange>, Failure> {
    let id = &locked.round.id;
    let needs = locked.round.price_of(wanted).ok_or(Failure::Unknown)?;
    let accounts = [Account::Pool, Account::Stock(id.clone())];
    let balances = store::ledger::lock_accounts(tx, accounts).await.map_err(busy)?;
    let holds = balances.get(&Account::Pool).copied().unwrap_or_default();
    if holds < needs {
        return Ok(Err(CannotChange::PoolShort { needs, holds }));
    }
    let transfer = seal(Transfer::addition(mark.at, id, needs, locked.link));
    store::round::set_aside(tx, id, &transfer).await.map_err(busy)?;
    Ok(Ok(()))
}

/// The line of the record that says that a change is proposed.
const fn proposed(change: &Change) -> audit::Act {
    match change {
        Change::Pause => audit::Act::RoundPaused,
        Change::Resume => audit::Act::ResumeRequested,
        Change::Stop => audit::Act::StopRequested,
        Change::Extend { .. } => audit::Act::ExtendRequested,
        Change::AddPacks { .. } => audit::Act::AddPacksRequested,
    }
}

/// The line that says that nothing comes of it.
const fn unmade(verdict: Verdict, change: &Change) -> audit::Act {
    match (verdict, change) {
        (Verdict::Withdrawn, _) | (_, Change::Pause) => audit::Act::ProposalWithdrawn,
        (_, Change::Resume) => audit::Act::ResumeDeclined,
        (_, Change::Stop) => audit::Act::StopDeclined,
        (_, Change::Extend { .. }) => audit::Act::ExtendDeclined,
        (_, Change::AddPacks { .. }) => audit::Act::AddPacksDeclined,
    }
}

fn version(after: &Round, wanted: &Change, mark: Mark) -> Version {
    Version {
        number: after.version,
        act: Act::of(wanted),
        state: PlanState::Approved,
        plan: Plan::of(after),
        paused: after.paused,
        stopped: after.stopped,
        mark,
    }
}

async fn lock(tx: &mut Tx, id: &RoundId) -> Result<LockedRound, Failure> {
    store::claim::lock_round(tx, id).await.map_err(busy)?.ok_or(Failure::NotFound)
}
