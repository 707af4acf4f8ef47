//! What the landing page says to the person who looks at it.

use std::sync::Arc;

use app::act::answer::Said;
use app::failure::Failure;
use app::page::landing::{HeldPack, LandingModel, Own, OwnPack, WaitingPlace};
use app::visitor::{Citizen, Visitor};
use domain::claim::{Claim, ClaimState, Kept, limit_key};
use domain::refusal::Refusal;
use domain::round::Round;

use super::busy;
use crate::gate::Asker;
use crate::hall::Hall;

/// The landing page's model; `None` while no campaign was imported.
///
/// # Errors
/// When the store does not answer.
pub async fn landing(
    hall: &Hall,
    visitor: &Visitor,
    answer: Option<Said>,
) -> Result<Option<LandingModel>, Failure> {
    let Some(model) = of_everybody(hall) else { return Ok(None) };
    let own = match &visitor.citizen {
        Some(citizen) => {
            let waiting = waiting(hall, citizen, visitor.ticket.as_deref(), &model.round);
            Some(Own { waiting, ..own(hall, citizen, &model.round).await? })
        }
        None => None,
    };
    Ok(Some(LandingModel { own, answer, ..model }))
}

/// The person's place in the line, if they have one.
fn waiting(
    hall: &Hall,
    citizen: &Citizen,
    ticket: Option<&str>,
    round: &Round,
) -> Option<WaitingPlace> {
    let asker = Asker { person: citizen.person, round: &round.id, ticket };
    let place = hall.gate.place_of(&hall.keys, asker, hall.clock.system().millis())?;
    Some(WaitingPlace { place: place.place, seconds: place.retry_after_ms.div_ceil(1_000) })
}

/// What it says to everybody; `None` while no campaign was imported.
pub fn of_everybody(hall: &Hall) -> Option<LandingModel> {
    let posted = hall.board.posted();
    let now = hall.clock.campaign();
    let (campaign, round) = (posted.campaign.clone()?, posted.current(now)?);
    Some(LandingModel {
        campaign,
        next_opens_at: posted.next_opening(&round),
        round,
        now,
        jitter_s: hall.chance.bytes::<1>()[0] % 4,
        own: None,
        answer: None,
    })
}

async fn own(hall: &Hall, citizen: &Citizen, round: &Arc<Round>) -> Result<Own, Failure> {
    let claims = hall.citizens_store.claims_of(&citizen.person).await.map_err(busy)?;
    let packs = round.packs.iter().map(|pack| {
        let limit = limit_key(round, &pack.id);
        let against = |claim: &&Claim| {
            claim.kept() == Kept::Pack
                && claim.round == round.id
                && limit_key(round, &claim.choice.pack) == limit
        };
        let held = claims.iter().find(against).map(|claim| HeldPack {
            claim: claim.id,
            serial: claim.serial,
            decide_by: claim.decide_by.filter(|_| claim.state == ClaimState::Held),
            this_pack: claim.choice.pack == pack.id,
            other_account: claim.account != citizen.account,
        });
        let nothing = claims.iter().filter(|claim| {
            (&claim.round, &claim.choice.pack, claim.state)
                == (&round.id, &pack.id, ClaimState::Refused)
        });
        let attempt = nothing.count();
        let form_key = hall.keys.form_key(&citizen.session, &round.id, &pack.id, attempt);
        let form_key = form_key.map_err(|_| Failure::Unknown)?.as_str().to_owned();
        Ok(OwnPack { pack: pack.id.clone(), form_key, held })
    });
    Ok(Own {
        packs: packs.collect::<Result<_, Failure>>()?,
        refusal: standing_refusal(citizen, round, &claims),
        waiting: None,
    })
}

/// What keeps this person from claiming although the round may be open.
fn standing_refusal(citizen: &Citizen, round: &Round, claims: &[Claim]) -> Option<Refusal> {
    let standing = &citizen.standing;
    if !standing.real_name_level.meets(round.real_name_level) {
        Some(Refusal::RealNameRequired)
    } else if !standing.consented {
        Some(Refusal::ConsentRequired)
    } else if !round
        .audience
        .admits(&standing.division, claims.iter().any(|claim| claim.kept() == Kept::Pack))
    {
        Some(Refusal::NotInAudience)
    } else {
        None
    }
}
