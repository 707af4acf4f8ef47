//! A citizen claims a pack (R1 to R5). The order is: authenticate, replay by key, own claim, refusal. Memory may answer
//! only where it is certain that the person holds nothing.

use std::collections::HashSet;
use std::sync::Arc;

use app::failure::Failure;
use app::visitor::{Citizen, Visitor};
use domain::claim::{
    Choice, Claim, Desk, Holding, Kept, Request, Verdict, decide, refusal_of_stranger,
};
use domain::held::Screened;
use domain::id::{ClaimId, PackId, RequestKey, RoundId};
use domain::refusal::Refusal;
use domain::round::{PackChoice, Phase, Round};
use domain::time::{Timestamp, Window};

use super::busy;
use crate::clock::Now;
use crate::gate::{Asker, Entry, Place};
use crate::hall::Hall;
use crate::lane::Undecided;
use crate::lane::claim::{ClaimTicket, Settled};
use crate::measure;
use crate::screen::event::{self, Somebody};

/// What somebody asks for.
pub struct Asked<'a> {
    /// The pack that they name.
    pub pack: Option<&'a str>,
    /// The key of their request.
    pub key: RequestKey,
    /// When all of it had come. Whoever is decided without the desk is decided at that time: the clock is not looked at
    /// for each question about them.
    pub came: Now,
}

/// A claim that was granted or held, now or before.
pub struct Recorded {
    /// The claim.
    pub claim: Box<Claim>,
    /// Its round, as this server knows it now.
    pub round: Arc<Round>,
    /// The round's window when it was made; `None` where the same request was answered before.
    pub under: Option<Window>,
}

impl Recorded {
    /// Whether the same request was answered before.
    pub fn is_replayed(&self) -> bool {
        self.under.is_none()
    }

    /// The round as it was when the claim was made, from which its first answer follows, and every replay (R4): an
    /// extension may have moved the end since. Read where this server does not know it to be the same.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn round_then(&self, hall: &Hall) -> Result<Arc<Round>, Failure> {
        let Self { claim, round, under } = self;
        if *under == Some(round.window) {
            return Ok(round.clone());
        }
        let then = Box::pin(hall.citizens_store.version_of_claim(&round.id, claim.claimed_at));
        let then = then.await.map_err(busy)?;
        let then = then.map(|it| Arc::new(it.plan.round(round.id.clone(), it.number)));
        Ok(then.unwrap_or_else(|| round.clone()))
    }
}

/// Claims a pack of a round for whoever is signed in.
///
/// # Errors
/// [`Failure`] says which rule, field or circumstance.
pub async fn claim(
    hall: &Hall,
    visitor: &Visitor,
    round: &Arc<Round>,
    asked: Asked<'_>,
) -> Result<Recorded, Failure> {
    let Asked { pack, key, came } = asked;
    let citizen = visitor.citizen.as_ref().ok_or(Failure::refused(Refusal::NotSignedIn))?;
    hall.limits.claim(&citizen.person, came.real)?;
    let choice = match choose(round, pack) {
        Ok(choice) => choice,
        Err(failure) => {
            let known = Box::pin(unless_the_key_is_used(hall, citizen, round, &key, failure));
            return Err(known.await);
        }
    };
    let now = came.campaign;
    if let Some(refusal) = once_memory_knows(hall, citizen, round, &choice, now).await {
        hall.screen.count_refusal(&round.id, refusal, now);
        return settled(round, Settled::Refused(refusal, None), || now);
    }
    let request = request(hall, citizen, key, choice, came.real);
    if says_no(round, &request, now)
        && let Some(answer) = Box::pin(without_the_desk(hall, round, &request)).await?
    {
        if let Settled::Refused(refusal, _) = &answer {
            hall.screen.count_refusal(&round.id, *refusal, now);
        }
        return settled(round, answer, || now);
    }
    let somebody = Somebody::of(hall, visitor, citizen);
    let seen = event::claim(request.id.into(), round, somebody, came);
    let seen = Box::new(hall.screen.look(seen));
    let ticket = ClaimTicket { round: round.id.clone(), request, seen };
    let answer = through_the_gate(hall, visitor.ticket.as_deref(), ticket).await?;
    settled(round, answer, || hall.clock.campaign())
}

/// The desk's answer, once it is the person's turn.
async fn through_the_gate(
    hall: &Hall,
    shown: Option<&str>,
    ticket: ClaimTicket,
) -> Result<Settled, Failure> {
    let (person, round) = (ticket.request.person, ticket.round.clone());
    let asker = Asker { person, round: &round, ticket: shown };
    let now_ms = || hall.clock.system().millis();
    let later = |place: Place| Err(place.failure(&hall.keys, asker));
    let entry = hall.gate.enter(&hall.keys, asker, hall.claims.state(), now_ms());
    if let Entry::Later(place) = entry {
        measure::busy(measure::Busy::Line);
        return later(place);
    }
    match hall.claims.submit_in_turn(ticket).await {
        Ok(answer) => {
            hall.gate.decided(&person);
            Ok(answer)
        }
        // The lane has counted it. A place is told as it is now: the batch may have taken long.
        Err(Undecided { retry_after_ms }) => later(match entry {
            Entry::Early(place) if place.due_ms > now_ms() => place.at(now_ms()),
            Entry::ByRoom if hall.claims.is_full() => {
                hall.gate.book(asker, hall.claims.state(), now_ms())
            }
            _ => hall.gate.again(asker, retry_after_ms, now_ms()),
        }),
    }
}

/// What is said of a round that there is not: whoever has not agreed to what a claim cannot do without is told that
/// first, as of any other round.
pub fn no_such_round(visitor: &Visitor) -> Failure {
    let consented = visitor.citizen.as_ref().is_none_or(|citizen| citizen.standing.consented);
    let refusal = if consented { Refusal::RoundNotFound } else { Refusal::ConsentRequired };
    Failure::refused(refusal)
}

/// What is said to somebody who has a place in the line and came before their time, or who has none while the sockets
/// wait, as long as the round gives packs: it can be said before anything else is read of what they ask.
pub fn still_waits(
    hall: &Hall,
    visitor: &Visitor,
    round: &RoundId,
    now: Timestamp,
) -> Option<Failure> {
    let citizen = visitor.citizen.as_ref()?;
    let asker = Asker { person: citizen.person, round, ticket: visitor.ticket.as_deref() };
    let now_ms = now.millis();
    let desk = hall.claims.state();
    let waits = hall.gate.waits(&hall.keys, asker, desk, now_ms);
    if waits.is_none() && !hall.gate.is_unread() {
        return None;
    }
    if hall.board.round(round)?.phase(hall.clock.campaign()) != Phase::Open {
        return None;
    }
    let place = waits.or_else(|| match hall.gate.enter(&hall.keys, asker, desk, now_ms) {
        Entry::Later(place) => Some(place),
        Entry::InTurn | Entry::ByRoom | Entry::Early(_) => None,
    })?;
    measure::busy(measure::Busy::Line);
    Some(place.failure(&hall.keys, asker))
}

fn choose(round: &Round, named: Option<&str>) -> Result<Choice, Failure> {
    // A text that cannot be a name names no pack of this round.
    let name: Option<PackId> = named.map(str::parse).transpose().map_err(|_| Failure::NotFound)?;
    let pack = round.choose(name.as_ref()).map_err(|problem| match problem {
        PackChoice::Missing => Failure::invalid("pack", problem.to_string()),
        PackChoice::Unknown => Failure::NotFound,
    })?;
    Ok(Choice { pack: pack.id.clone(), named: named.is_some() })
}

/// A key that has had its effect was used with another body than this one, whatever is wrong with this one.
async fn unless_the_key_is_used(
    hall: &Hall,
    citizen: &Citizen,
    round: &Round,
    key: &RequestKey,
    failure: Failure,
) -> Failure {
    match hall.citizens_store.claim_by_key(&citizen.account, &round.id, key).await {
        Ok(Some(_)) => Failure::refused(Refusal::RequestKeyReused),
        Ok(None) => failure,
        Err(error) => busy(error),
    }
}

fn request(
    hall: &Hall,
    citizen: &Citizen,
    key: RequestKey,
    choice: Choice,
    came: Timestamp,
) -> Request {
    let ms = u64::try_from(came.millis()).unwrap_or_default();
    Request {
        id: ClaimId::mint(ms, hall.chance.bits()),
        person: citizen.person,
        account: citizen.account,
        key,
        choice,
        standing: citizen.standing.clone(),
    }
}

/// What memory says, once it has been loaded where the round has just sold out.
async fn once_memory_knows(
    hall: &Hall,
    citizen: &Citizen,
    round: &Round,
    choice: &Choice,
    now: Timestamp,
) -> Option<Refusal> {
    let refusal = from_memory(hall, citizen, round, choice, now);
    if refusal.is_some() || round.phase(now) != Phase::SoldOut || hall.memory.knows(round) {
        return refusal;
    }
    Box::pin(hall.memory.learn(&hall.own_store, round)).await;
    from_memory(hall, citizen, round, choice, now)
}

/// What is certain without asking anybody: before the opening nobody holds anything, so the clock alone decides; once
/// the round is sold out, memory may know that the person holds nothing. This is what most of a rush is told.
fn from_memory(
    hall: &Hall,
    citizen: &Citizen,
    round: &Round,
    choice: &Choice,
    now: Timestamp,
) -> Option<Refusal> {
    let is_certain = match round.phase(now) {
        Phase::Upcoming => true,
        Phase::SoldOut => {
            !round.audience.without_pack_only && hall.memory.is_stranger(round, &citizen.person)
        }
        _ => false,
    };
    let position = is_certain.then(|| round.position_of(&choice.pack)).flatten()?;
    refusal_of_stranger(round, position, now, &citizen.standing)
}

/// Whether the round says no to everybody who holds nothing.
fn says_no(round: &Round, request: &Request, now: Timestamp) -> bool {
    let sold_out = round
        .position_of(&request.choice.pack)
        .is_some_and(|place| round.packs[place].stock.remaining() == 0);
    sold_out || round.phase(now) != Phase::Open
}

/// The answer of a round that says no, which needs no place in the queue: one indexed read says who holds something.
/// `None`: the desk decides.
async fn without_the_desk(
    hall: &Hall,
    round: &Arc<Round>,
    request: &Request,
) -> Result<Option<Settled>, Failure> {
    let now = hall.clock.campaign();
    let claims = hall.citizens_store.claims_of(&request.person).await.map_err(busy)?;
    let here: Vec<&Claim> = claims.iter().filter(|claim| claim.round == round.id).collect();
    let holdings: Vec<Holding> = here.iter().map(|claim| holding(claim)).collect();
    let with_pack = claims.iter().any(|claim| claim.kept() == Kept::Pack);
    match decided(round, now, request, &holdings, with_pack) {
        // The board was behind: a pack came back meanwhile. The desk knows, and it alone knows of appeals.
        Verdict::Granted { .. }
        | Verdict::Held { .. }
        | Verdict::Refused(Refusal::RefusedByRisk, _) => Ok(None),
        Verdict::Refused(refusal, claim) => Ok(Some(Settled::Refused(refusal, claim))),
        Verdict::Replayed(id) => Ok(here
            .into_iter()
            .find(|claim| claim.id == id)
            .map(|claim| Settled::Recorded { claim: Box::new(claim.clone()), under: None })),
    }
}

fn decided(
    round: &Round,
    now: Timestamp,
    request: &Request,
    holdings: &[Holding],
    with_pack: bool,
) -> Verdict {
    let with_pack_in_campaign: HashSet<_> =
        with_pack.then_some(request.person).into_iter().collect();
    let desk = Desk {
        round,
        now,
        last_serial: 0,
        holdings,
        with_pack_in_campaign: &with_pack_in_campaign,
        screened: &Screened::default(),
    };
    let decision = decide(&desk, std::slice::from_ref(request));
    decision.verdicts.into_iter().next().unwrap_or(Verdict::Refused(Refusal::SoldOut, None))
}

fn holding(claim: &Claim) -> Holding {
    Holding {
        id: claim.id,
        person: claim.person,
        account: claim.account,
        key: claim.key.clone(),
        choice: claim.choice.clone(),
        kept: claim.kept(),
    }
}

fn settled(
    round: &Arc<Round>,
    answer: Settled,
    now: impl Fn() -> Timestamp,
) -> Result<Recorded, Failure> {
    match answer {
        Settled::Recorded { claim, under } => {
            let recorded = Recorded { claim, round: round.clone(), under };
            if recorded.is_replayed() {
                measure::claim_replayed();
            }
            Ok(recorded)
        }
        Settled::Refused(refusal, claim) => {
            measure::refused(refusal);
            let retry_after_ms = (refusal == Refusal::NotOpenYet).then(|| {
                let wait = round.window.opens_at().millis_since(now());
                u32::try_from(wait.max(0)).unwrap_or(u32::MAX)
            });
            Err(Failure::Refused { refusal, claim, retry_after_ms })
        }
    }
}
