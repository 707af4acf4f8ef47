//! Plans of rounds (R15, R17, R21): written by operators, approved or returned by a second person. Each act takes the
//! planning lock, decides with `domain::plan`, and writes a version with who, when and why.

use app::failure::Failure;
use domain::audit::{self, Entry};
use domain::id::RoundId;
use domain::ledger::{Account, Transfer};
use domain::merchant::{Mark, Who};
use domain::plan::{Act, CannotStep, Plan, PlanState, Planned, Version};
use domain::round::Round;
use domain::staff::Login;
use store::Tx;

use super::busy;
use super::merchant::mark;
use crate::campaign_file::seal;
use crate::hall::Hall;

/// The most plans and rounds of one campaign, abandoned ones among them.
const PLANS_MAX: u32 = 500;

/// Why an act on a plan did not happen.
#[derive(Clone, Debug)]
pub enum Stayed {
    /// Somebody else was quicker: the newest version, and everything since the one that was looked at.
    Changed(Vec<Version>),
    /// The rules say no.
    Rule(CannotStep),
}

/// What became of an act.
pub type Outcome<T> = Result<Result<T, Stayed>, Failure>;

/// A plan or round with its history.
pub struct Story {
    /// Its identifier.
    pub id: RoundId,
    /// Its versions, the newest first; at least one.
    pub versions: Vec<Version>,
}

impl Story {
    /// The newest version.
    ///
    /// # Errors
    /// When there is none.
    pub fn newest(&self) -> Result<&Version, Failure> {
        self.versions.first().ok_or(Failure::NotFound)
    }

    /// Whether that person has a hand in the plan.
    pub fn is_written_by(&self, who: &Who) -> bool {
        self.versions.iter().any(|version| version.act.writes() && version.mark.who == *who)
    }
}

/// The history of a plan or round.
///
/// # Errors
/// When there is none, or the store does not answer.
pub async fn story(hall: &Hall, id: &RoundId) -> Result<Story, Failure> {
    let versions = hall.store.versions(id).await.map_err(busy)?;
    if versions.is_empty() {
        return Err(Failure::NotFound);
    }
    Ok(Story { id: id.clone(), versions })
}

/// Begins a plan; its identifier is the next free one.
///
/// # Errors
/// When the store does not answer, or there are too many plans.
pub async fn create(hall: &Hall, who: &Login, plan: Plan, why: String) -> Result<RoundId, Failure> {
    let mut tx = begin(hall).await?;
    let count = store::plan::count(&mut tx).await.map_err(busy)?;
    let id = free_id(&mut tx, count).await?;
    let version = Version {
        number: 1,
        act: Act::Create,
        state: PlanState::Draft,
        plan,
        paused: false,
        stopped: false,
        mark: by(hall, who, &why),
    };
    write(&mut tx, who, &id, &version).await?;
    tx.commit().await.map_err(busy)?;
    Ok(id)
}

/// Writes another content, on the version that was looked at.
///
/// # Errors
/// When there is no such plan, or the store does not answer.
pub async fn edit(
    hall: &Hall,
    who: &Login,
    id: &RoundId,
    seen: i64,
    (plan, why): (Plan, String),
) -> Outcome<()> {
    let mut tx = begin(hall).await?;
    let planned = match unchanged(&mut tx, hall, id, seen).await? {
        Ok(planned) => planned,
        Err(stayed) => return Ok(Err(stayed)),
    };
    let version = match planned.edit(plan, by(hall, who, &why)) {
        Ok(version) => version,
        Err(cannot) => return Ok(Err(Stayed::Rule(cannot))),
    };
    write(&mut tx, who, id, &version).await?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}

/// Submits, returns or abandons a plan, on the version that was looked at.
///
/// # Errors
/// `Forbidden` for an own act; when there is no such plan, or the store does not answer.
pub async fn step(
    hall: &Hall,
    who: &Login,
    id: &RoundId,
    seen: i64,
    (act, why): (Act, String),
) -> Outcome<()> {
    let mut tx = begin(hall).await?;
    let planned = match unchanged(&mut tx, hall, id, seen).await? {
        Ok(planned) => planned,
        Err(stayed) => return Ok(Err(stayed)),
    };
    let version = match planned.step(act, by(hall, who, &why)) {
        Ok(version) => version,
        Err(cannot) => return no(cannot),
    };
    write(&mut tx, who, id, &version).await?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}

/// Approves a plan: in one transaction its money leaves the pool, the round and its packs come to be, and the version
/// says so (R14, R15). This server shows it at once, the others within a moment.
///
/// # Errors
/// `Forbidden` for an own act; when there is no such plan, or the store does not answer.
pub async fn approve(
    hall: &Hall,
    who: &Login,
    id: &RoundId,
    seen: i64,
    why: String,
) -> Outcome<()> {
    let mut tx = begin(hall).await?;
    let planned = match unchanged(&mut tx, hall, id, seen).await? {
        Ok(planned) => planned,
        Err(stayed) => return Ok(Err(stayed)),
    };
    let rounds = store::round::all(&mut tx).await.map_err(busy)?;
    // Rounds before accounts: nobody else can hold the lock of a round that there is not.
    let of_round = [Account::Stock(id.clone()), Account::Issued(id.clone())];
    let accounts = of_round.into_iter().chain([Account::Pool]);
    let balances = store::ledger::lock_accounts(&mut tx, accounts).await.map_err(busy)?;
    let pool = balances.get(&Account::Pool).copied().unwrap_or_default();
    let approval = by(hall, who, &why);
    let now = approval.at;
    let (round, version) = match planned.approve(approval, now, &rounds, pool) {
        Ok(approved) => approved,
        Err(cannot) => return no(cannot),
    };
    open(&mut tx, who, &round, &version).await?;
    tx.commit().await.map_err(busy)?;
    shown(hall).await;
    Ok(Ok(()))
}

/// The round with its money.
async fn open(tx: &mut Tx, who: &Login, round: &Round, version: &Version) -> Result<(), Failure> {
    let cost = round.cost().ok_or(Failure::Unknown)?;
    store::round::add(tx, round).await.map_err(busy)?;
    let transfer = seal(Transfer::approval(version.mark.at, &round.id, cost));
    store::round::set_aside(tx, &round.id, &transfer).await.map_err(busy)?;
    write(tx, who, &round.id, version).await
}

/// Reads the board again after an act, so that this server's own next page shows it.
pub(super) async fn shown(hall: &Hall) {
    if let Err(error) = crate::upkeep::refresh(hall).await {
        // It is done; the background reads it within a moment.
        tracing::warn!(error = ?error, "the board could not be refreshed after an act");
    }
}

/// A transaction of planning.
pub(super) async fn begin(hall: &Hall) -> Result<Tx, Failure> {
    let mut tx = hall.store.begin().await.map_err(busy)?;
    store::round::lock_planning(&mut tx).await.map_err(busy)?;
    Ok(tx)
}

/// Writes a version, with its line in the record of what staff does: the last lock of the transaction.
pub(super) async fn write(
    tx: &mut Tx,
    who: &Login,
    id: &RoundId,
    version: &Version,
) -> Result<(), Failure> {
    store::plan::record(tx, id, version).await.map_err(busy)?;
    let Some(act) = recorded(version.act) else { return Ok(()) };
    let what = format!("version {}", version.number);
    note(tx, who, (act, id), (&what, &version.mark)).await
}

/// Writes a line of the record.
pub(super) async fn note(
    tx: &mut Tx,
    who: &Login,
    (act, round): (audit::Act, &RoundId),
    (what, mark): (&str, &Mark),
) -> Result<(), Failure> {
    let entry = Entry {
        at: mark.at,
        who: audit::Who::Staff(who.clone()),
        act,
        subject: format!("round:{round}"),
        detail: if mark.why.is_empty() { what.to_owned() } else { format!("{what}: {}", mark.why) },
    };
    store::audit::record(tx, &entry).await.map_err(busy)
}

/// The line that a version has in the record; none where it is the product's own, which has its own.
const fn recorded(act: Act) -> Option<audit::Act> {
    Some(match act {
        Act::Import | Act::Shift => return None,
        Act::Create | Act::Edit => audit::Act::PlanWritten,
        Act::Submit => audit::Act::PlanSubmitted,
        Act::Return => audit::Act::PlanReturned,
        Act::Approve => audit::Act::PlanApproved,
        Act::Abandon => audit::Act::PlanAbandoned,
        Act::Pause => audit::Act::RoundPaused,
        Act::Resume => audit::Act::ResumeConfirmed,
        Act::Stop => audit::Act::StopConfirmed,
        Act::Extend => audit::Act::ExtendConfirmed,
        Act::AddPacks => audit::Act::AddPacksConfirmed,
    })
}

/// The plan, if it is still the version that was looked at.
async fn unchanged(
    tx: &mut Tx,
    hall: &Hall,
    id: &RoundId,
    seen: i64,
) -> Result<Result<Planned, Stayed>, Failure> {
    let planned = store::plan::planned(tx, id).await.map_err(busy)?.ok_or(Failure::NotFound)?;
    if planned.newest.number == seen {
        return Ok(Ok(planned));
    }
    let versions = hall.store.versions(id).await.map_err(busy)?;
    let since = versions.into_iter().take_while(|version| version.number >= seen).collect();
    Ok(Err(Stayed::Changed(since)))
}

/// An own act is no matter of the plan: it is forbidden.
fn no<T>(cannot: CannotStep) -> Outcome<T> {
    match cannot {
        CannotStep::OwnAct => Err(Failure::Forbidden),
        other => Ok(Err(Stayed::Rule(other))),
    }
}

/// The first free name of the row `r1`, `r2`, …
async fn free_id(tx: &mut Tx, count: u32) -> Result<RoundId, Failure> {
    for number in count + 1..=PLANS_MAX {
        let id = format!("r{number}").parse().map_err(|_| Failure::Unknown)?;
        if !store::plan::is_taken(tx, &id).await.map_err(busy)? {
            return Ok(id);
        }
    }
    Err(Failure::Unknown)
}

/// Who of the staff it is, as a history says it.
pub fn staff(login: &Login) -> Who {
    Who::Staff(login.to_string())
}

/// Who does something now, and why.
pub(super) fn by(hall: &Hall, who: &Login, why: &str) -> Mark {
    mark(hall, staff(who), why.trim().to_owned())
}
