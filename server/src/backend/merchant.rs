//! Merchants: whoever is signed in asks to take part with a business and manages it; the city decides (R16, R17). Each
//! act locks the merchant, decides with `domain`, and writes with a record of who, when and why.

use app::failure::Failure;
use app::visitor::Visitor;
use domain::audit::{self, Entry};
use domain::id::MerchantId;
use domain::merchant::application::{Application, Fault, Field};
use domain::merchant::place::CannotPlace;
use domain::merchant::{CannotDecide, Decision, Mark, Merchant, MerchantState, Who};
use domain::money::Amount;
use domain::risk::{self, Kept};
use store::Tx;
use store::merchant::{Act, Applied};

use super::busy;
use super::wallet::signed_in;
use crate::hall::Hall;
use crate::screen::event::{self, Somebody};

/// What became of an application.
#[derive(Debug)]
pub enum Filed {
    /// It waits for the review.
    Done,
    /// Each field that is wrong.
    Faulty(Vec<(Field, Fault)>),
    /// Risk control refuses it: nothing is kept but the assessment.
    Barred,
}

/// The merchant that the visitor manages, if there is one.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn own(hall: &Hall, visitor: &Visitor) -> Result<Option<Merchant>, Failure> {
    let citizen = signed_in(visitor)?;
    hall.store.merchant_of(&citizen.person).await.map_err(busy)
}

/// Asks to take part, or asks again after a refusal. A second application while one is open changes nothing.
///
/// # Errors
/// When nobody is signed in, there is no campaign, or the store does not answer.
pub async fn apply(
    hall: &Hall,
    visitor: &Visitor,
    application: &Application,
) -> Result<Filed, Failure> {
    let citizen = signed_in(visitor)?;
    let campaign = hall.board.posted().campaign.clone().ok_or(Failure::NotFound)?;
    let profile = match application.check(&campaign) {
        Ok(profile) => profile,
        Err(faults) => return Ok(Filed::Faulty(faults)),
    };
    let mark = mark(hall, Who::Person(citizen.person), String::new());
    let before = own(hall, visitor).await?;
    if before.as_ref().is_some_and(|before| before.state != MerchantState::Refused) {
        // The first application stands; the page shows it.
        return Ok(Filed::Done);
    }
    let ms = u64::try_from(hall.clock.system().millis()).unwrap_or_default();
    let id = before.as_ref().map_or_else(|| MerchantId::mint(ms, hall.chance.bits()), |it| it.id);
    // The city looks at every application anyway, and sees what stood out of one that is held.
    let seen = hall.screen.note(event::application(hall, id, Somebody::of(hall, visitor, citizen)));
    if seen.enforced == risk::Verdict::Refuse {
        return Ok(Filed::Barred);
    }
    let applied = if let Some(before) = before {
        let mut tx = hall.store.begin().await.map_err(busy)?;
        let before = lock(&mut tx, &before.id).await?;
        let again = before.apply_again(profile, mark).map_err(|_| Failure::Forbidden)?;
        if store::merchant::is_code_taken(&mut tx, &again).await.map_err(busy)? {
            Applied::CodeTaken
        } else {
            store::merchant::record(&mut tx, &again, "apply_again").await.map_err(busy)?;
            tx.commit().await.map_err(busy)?;
            Applied::Done
        }
    } else {
        let merchant = Merchant::apply(id, Some(citizen.person), profile, mark);
        hall.store.apply(&merchant).await.map_err(busy)?
    };
    Ok(match applied {
        // The first application stands; the page shows it.
        Applied::Done | Applied::ManagerTaken => Filed::Done,
        Applied::CodeTaken => Filed::Faulty(vec![(Field::CreditCode, Fault::Taken)]),
    })
}

/// A merchant as the review sees it.
pub struct Reviewed {
    /// The merchant.
    pub merchant: Merchant,
    /// Why it is on the list of dishonest subjects, if it is.
    pub listed: Option<String>,
    /// What was done to it, the newest first.
    pub acts: Vec<Act>,
    /// What it is owed now.
    pub owed: Amount,
    /// Who holds the money now, if somebody does.
    pub hold: Option<Mark>,
    /// What risk control says of the last application, where it wants it looked at.
    pub flagged: Option<Kept>,
}

/// One merchant with all that the review needs.
///
/// # Errors
/// When there is no such merchant, or the store does not answer.
pub async fn review(hall: &Hall, id: &MerchantId) -> Result<Reviewed, Failure> {
    let merchant = hall.store.merchant(id).await.map_err(busy)?.ok_or(Failure::NotFound)?;
    let code = merchant.profile.credit_code.as_str();
    let listed = hall.store.dishonest_reason(code).await.map_err(busy)?;
    let acts = hall.store.merchant_acts(id).await.map_err(busy)?;
    let owed = hall.store.owed(id).await.map_err(busy)?;
    let hold = super::settlement::held(&hall.store, id).await.map_err(busy)?;
    let flagged = flagged(hall, &merchant).await?;
    Ok(Reviewed { merchant, listed, acts, owed, hold, flagged })
}

/// What is kept of the last application of a merchant that waits for the review, if risk control held it.
async fn flagged(hall: &Hall, merchant: &Merchant) -> Result<Option<Kept>, Failure> {
    let Some(manager) = merchant.manager.filter(|_| merchant.state == MerchantState::Applied)
    else {
        return Ok(None);
    };
    let mut kept = hall.store.assessments_of(&manager).await.map_err(busy)?.into_iter();
    Ok(kept.find(|it| {
        let is_of_this = it.act == risk::Act::Application && it.merchant == Some(merchant.id);
        is_of_this && it.at >= merchant.mark.at && it.assessment.enforced == risk::Verdict::Hold
    }))
}

/// What somebody of the city decides.
pub struct Ruling {
    /// The decision.
    pub decision: Decision,
    /// The version of the merchant that was looked at.
    pub version: i64,
    /// Why.
    pub why: String,
}

/// Where somebody of the city says that a merchant is.
pub struct Placing {
    /// The position as it was written.
    pub position: String,
    /// The version of the merchant that was looked at.
    pub version: i64,
    /// Why.
    pub why: String,
}

/// Why a decision was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undecidable {
    /// The merchant has changed since it was looked at.
    Changed,
    /// The rules say no.
    Rule(CannotDecide),
    /// The place is not registered.
    Place(CannotPlace),
}

/// Decides on a merchant (R16, R17): what counts is the list and the state at this instant, not what the page showed.
///
/// # Errors
/// When there is no such merchant, or the store does not answer.
pub async fn decide(
    hall: &Hall,
    who: &audit::Who,
    id: &MerchantId,
    ruling: Ruling,
) -> Result<Result<(), Undecidable>, Failure> {
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let locked = store::dishonest::lock_merchant(&mut tx, id).await.map_err(busy)?;
    let (merchant, listed) = locked.ok_or(Failure::NotFound)?;
    if merchant.version != ruling.version {
        return Ok(Err(Undecidable::Changed));
    }
    let mark = mark(hall, who.into(), ruling.why.trim().to_owned());
    let entry = Entry {
        at: mark.at,
        who: who.clone(),
        act: ruling.decision.into(),
        subject: format!("merchant:{id}"),
        detail: mark.why.clone(),
    };
    let decided = match merchant.decide(ruling.decision, listed, mark) {
        Ok(decided) => decided,
        Err(cannot) => return Ok(Err(Undecidable::Rule(cannot))),
    };
    store::merchant::record(&mut tx, &decided, ruling.decision.code()).await.map_err(busy)?;
    store::audit::record(&mut tx, &entry).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}

/// Registers the place of a merchant, with who, when and why (R11, R17).
///
/// # Errors
/// When there is no such merchant or no campaign, or the store does not answer.
pub async fn place(
    hall: &Hall,
    who: &audit::Who,
    id: &MerchantId,
    placing: &Placing,
) -> Result<Result<(), Undecidable>, Failure> {
    let campaign = hall.board.posted().campaign.clone().ok_or(Failure::NotFound)?;
    let mut tx = hall.store.begin().await.map_err(busy)?;
    let merchant = lock(&mut tx, id).await?;
    if merchant.version != placing.version {
        return Ok(Err(Undecidable::Changed));
    }
    let (placed, position) = match merchant.placed(&placing.position, &campaign, &placing.why) {
        Ok(placed) => placed,
        Err(cannot) => return Ok(Err(Undecidable::Place(cannot))),
    };
    let mark = mark(hall, who.into(), format!("{position} {}", placing.why.trim()));
    let entry = Entry {
        at: mark.at,
        who: who.clone(),
        act: audit::Act::MerchantPlaced,
        subject: format!("merchant:{id}"),
        detail: mark.why.clone(),
    };
    store::merchant::record_by(&mut tx, &placed, "place", &mark).await.map_err(busy)?;
    store::audit::record(&mut tx, &entry).await.map_err(busy)?;
    tx.commit().await.map_err(busy)?;
    Ok(Ok(()))
}

/// The merchant, which nobody else changes until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, id: &MerchantId) -> Result<Merchant, Failure> {
    store::merchant::lock(tx, id).await.map_err(busy)?.ok_or(Failure::NotFound)
}

/// Who does something now.
pub(super) fn mark(hall: &Hall, who: Who, why: String) -> Mark {
    Mark { who, at: hall.clock.campaign(), why }
}
