//! Appeals (R19): what a person says against risk control, and what the desk answers.

use app::failure::Failure;
use app::visitor::Visitor;
use domain::appeal::{Answer, Appeal, AppealState, CannotAppeal, check};
use domain::audit::{Act, Entry, Who};
use domain::claim::{Claim, ClaimState, Kept};
use domain::held::Ruling;
use domain::id::{AppealId, ClaimId, PackId, PersonId, RoundId};
use domain::merchant::{Mark, is_reason};
use domain::risk;
use domain::round::LimitPer;
use domain::time::Timestamp;

use super::wallet::signed_in;
use super::{busy, held};
use crate::hall::Hall;

/// What a person can say something against: one for each round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The round.
    pub round: RoundId,
    /// The claim that is held or was refused; none where there never was one.
    pub claim: Option<ClaimId>,
    /// When it happened.
    pub at: Timestamp,
    /// Until when it is decided, while it is held.
    pub decide_by: Option<Timestamp>,
}

/// Why an appeal stayed as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// It is answered already.
    Answered,
    /// No reason is given.
    NoReason,
}

/// The person's appeals, and what can be appealed against.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn own(hall: &Hall, visitor: &Visitor) -> Result<(Vec<Appeal>, Vec<Ground>), Failure> {
    let citizen = signed_in(visitor)?;
    let appeals = hall.citizens_store.appeals_of(&citizen.person).await.map_err(busy)?;
    Ok((appeals, grounds(hall, &citizen.person).await?))
}

/// What the person was held or refused for, unless a pack of the same limit is theirs (R1), the latest first.
async fn grounds(hall: &Hall, person: &PersonId) -> Result<Vec<Ground>, Failure> {
    let claims = hall.citizens_store.claims_of(person).await.map_err(busy)?;
    let mut grounds: Vec<Ground> = Vec::new();
    for claim in &claims {
        let stands = match claim.kept() {
            Kept::Pack => claim.state == ClaimState::Held,
            Kept::Refusal => true,
            Kept::Key => false,
        };
        let is_new = !grounds.iter().any(|known| known.round == claim.round);
        if stands && is_new && !has_pack(hall, &claims, &claim.round, Some(&claim.choice.pack)) {
            grounds.push(Ground {
                round: claim.round.clone(),
                claim: Some(claim.id),
                at: claim.claimed_at,
                decide_by: claim.decide_by.filter(|_| claim.state == ClaimState::Held),
            });
        }
    }
    for kept in hall.citizens_store.assessments_of(person).await.map_err(busy)? {
        let refused =
            kept.act == risk::Act::Claim && kept.assessment.enforced == risk::Verdict::Refuse;
        let Some(round) = kept.round.filter(|_| refused) else { continue };
        let is_new = !grounds.iter().any(|known| known.round == round);
        if is_new && !has_pack(hall, &claims, &round, None) {
            grounds.push(Ground { round, claim: None, at: kept.at, decide_by: None });
        }
    }
    grounds.sort_by_key(|ground| std::cmp::Reverse(ground.at));
    Ok(grounds)
}

/// Whether the person has all that the round's limit gives (R1): a pack of the round, or that pack. Of whom was refused
/// without a claim nobody knows which pack it was, so they have all only with every pack.
fn has_pack(hall: &Hall, claims: &[Claim], round: &RoundId, pack: Option<&PackId>) -> bool {
    let granted = |pack: &PackId| {
        let mut granted = claims.iter().filter(|claim| claim.is_granted());
        granted.any(|claim| claim.round == *round && claim.choice.pack == *pack)
    };
    match hall.board.round(round).filter(|round| round.limit_per == LimitPer::Pack) {
        Some(_) if let Some(pack) = pack => granted(pack),
        Some(round) => round.packs.iter().all(|pack| granted(&pack.id)),
        None => claims.iter().any(|claim| claim.round == *round && claim.is_granted()),
    }
}

/// Files an appeal about a round.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn file(
    hall: &Hall,
    visitor: &Visitor,
    round: &RoundId,
    words: &str,
) -> Result<Result<(), CannotAppeal>, Failure> {
    let citizen = signed_in(visitor)?;
    let ground = grounds(hall, &citizen.person).await?.into_iter().find(|it| it.round == *round);
    let mut tx = hall.citizens_store.begin().await.map_err(busy)?;
    let earlier = store::appeal::in_round(&mut tx, &citizen.person, round).await.map_err(busy)?;
    let words = match check(words, ground.is_some(), &earlier) {
        Ok(words) => words,
        Err(cannot) => return Ok(Err(cannot)),
    };
    let ms = u64::try_from(hall.clock.system().millis()).unwrap_or_default();
    let appeal = Appeal {
        id: AppealId::mint(ms, hall.chance.bits()),
        person: citizen.person,
        round: round.clone(),
        claim: ground.and_then(|ground| ground.claim),
        words,
        filed_at: hall.clock.campaign(),
        state: AppealState::Open,
        answered: None,
    };
    match store::appeal::file(&mut tx, &appeal).await {
        // The same form twice at once: one of them waits now.
        Err(store::Error::Taken) => return Ok(Err(CannotAppeal::Waits)),
        filed => filed.map_err(busy)?,
    }
    tx.commit().await.map_err(busy)?;
    metrics::counter!("jinquan_appeals_filed_total").increment(1);
    Ok(Ok(()))
}

/// Answers an appeal. Where it is upheld, what the person still waits for in the round is granted in the same
/// transaction; where they were refused, they may claim again.
///
/// # Errors
/// When there is no such appeal, or the store does not answer.
pub async fn answer(
    hall: &Hall,
    who: &Who,
    id: &AppealId,
    answer: Answer,
    why: &str,
) -> Result<Result<(), Unanswered>, Failure> {
    if !is_reason(why) {
        return Ok(Err(Unanswered::NoReason));
    }
    let found = hall.store.appeal(id).await.map_err(busy)?.ok_or(Failure::NotFound)?;
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let locked = store::claim::lock_round(&mut tx, &found.round).await.map_err(busy)?;
    let locked = locked.ok_or(Failure::NotFound)?;
    let appeal = store::appeal::lock(&mut tx, id).await.map_err(busy)?.ok_or(Failure::NotFound)?;
    if appeal.state != AppealState::Open {
        return Ok(Err(Unanswered::Answered));
    }
    if answer == Answer::Uphold {
        // One appeal is about everything that the person has in the round. What is decided or over by now stays so.
        let own = [appeal.person];
        let own = store::claim::holdings(&mut tx, &found.round, &own).await.map_err(busy)?;
        let own: Vec<ClaimId> = own.iter().map(|holding| holding.id).collect();
        let ruling = (Ruling::Grant, why);
        held::in_round(&mut tx, &hall.clock, &locked, who, &own, ruling).await.map_err(busy)?;
    }
    let now = locked.instant(hall.clock.campaign());
    let mark = Mark { who: who.into(), at: now, why: why.trim().to_owned() };
    store::appeal::answer(&mut tx, id, answer.state(), &mark).await.map_err(busy)?;
    let act = match answer {
        Answer::Uphold => Act::AppealUpheld,
        Answer::Dismiss => Act::AppealDismissed,
    };
    let subject = format!("appeal:{id}");
    let entry = Entry { at: now, who: who.clone(), act, subject, detail: mark.why };
    store::audit::record(&mut tx, &entry).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    super::plan::shown(hall).await;
    Ok(Ok(()))
}
