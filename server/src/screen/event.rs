//! Acts of the product as risk control sees them.

use app::visitor::{Citizen, Visitor};
use domain::id::{AccountId, AssessmentId, MerchantId, PersonId};
use domain::place::Position;
use domain::redemption::desk::Request;
use domain::redemption::{Price, Redemption, Scene};
use domain::refund::Refund;
use domain::risk::{Act, Event, Origin, Sale};
use domain::round::{RealNameLevel, Round};
use domain::time::Timestamp;

use crate::clock::Now;
use crate::hall::Hall;
use crate::screen::origin::origin;

/// Somebody who does something in person.
#[derive(Clone, Copy)]
pub struct Somebody<'a> {
    /// The natural person.
    pub person: PersonId,
    /// The account.
    pub account: AccountId,
    /// How surely the person is known.
    pub real_name_level: RealNameLevel,
    /// The division of registration.
    pub division: &'a str,
    /// Whence the request comes.
    pub origin: Origin,
}

impl<'a> Somebody<'a> {
    /// Whoever is signed in.
    pub fn of(hall: &Hall, visitor: &Visitor, citizen: &'a Citizen) -> Self {
        Self {
            person: citizen.person,
            account: citizen.account,
            real_name_level: citizen.standing.real_name_level,
            division: &citizen.standing.division,
            origin: origin(hall, visitor),
        }
    }
}

/// A sign-in.
pub fn sign_in(hall: &Hall, somebody: Somebody<'_>) -> Event {
    let now = hall.clock.now();
    personal(mint(hall, now.real), Act::SignIn, somebody, now)
}

/// An application of a business.
pub fn application(hall: &Hall, merchant: MerchantId, somebody: Somebody<'_>) -> Event {
    // A business may apply again under its own number, so the assessment has one of its own.
    let now = hall.clock.now();
    let event = personal(mint(hall, now.real), Act::Application, somebody, now);
    Event { merchant: Some(merchant), ..event }
}

/// A claim of a pack of a round.
pub fn claim(id: AssessmentId, round: &Round, somebody: Somebody<'_>, came: Now) -> Event {
    let event = personal(id, Act::Claim, somebody, came);
    let open_for_ms = event.at.millis_since(round.window.opens_at());
    Event { round: Some(round.id.clone()), open_for_ms: Some(open_for_ms), ..event }
}

fn mint(hall: &Hall, now: Timestamp) -> AssessmentId {
    AssessmentId::mint(u64::try_from(now.millis()).unwrap_or_default(), hall.chance.bits())
}

/// An act of somebody at `now`.
fn personal(id: AssessmentId, act: Act, somebody: Somebody<'_>, now: Now) -> Event {
    // Accounts carry the real time of their making, whatever the campaign's clock says.
    let made = Timestamp::from_millis(i64::try_from(somebody.account.made_at_ms()).unwrap_or(0));
    Event {
        person: Some(somebody.person),
        account: Some(somebody.account),
        origin: somebody.origin,
        real_name_level: Some(somebody.real_name_level.0),
        division: somebody.division.parse().ok(),
        account_age_ms: Some(now.real.millis_since(made)),
        ..Event::new(id, act, now.campaign)
    }
}

/// A redemption that is asked for; `registered` is the place of its till. None where no voucher is presented.
pub fn sale(request: &Request, registered: Option<Position>, now: Timestamp) -> Option<Event> {
    let presented = request.presented.as_ref()?;
    let order = &request.order;
    let plain = Price::without_voucher(order.order, order.merchant_coupon);
    // Online nobody stands anywhere, whatever the shop's system says.
    let in_store = |_: &Position| order.scene == Scene::InStore;
    let sale = Sale {
        till: request.actor.till,
        above_minimum_fen: plain.to_pay.fen() - presented.minimum_spend.fen(),
        reported: order.position.filter(in_store),
        registered: registered.filter(in_store),
        refund: false,
    };
    Some(Event {
        person: Some(presented.person),
        round: Some(presented.round.clone()),
        merchant: Some(request.actor.merchant),
        sale: Some(sale),
        ..Event::new(request.id.into(), Act::Redemption, now)
    })
}

/// A refund of everything that was paid.
pub fn refund(refund: &Refund, redemption: &Redemption) -> Event {
    let sale = Sale {
        till: redemption.actor.till,
        above_minimum_fen: 0,
        reported: None,
        registered: None,
        refund: true,
    };
    Event {
        person: Some(redemption.person),
        round: Some(redemption.round.clone()),
        merchant: Some(redemption.actor.merchant),
        sale: Some(sale),
        ..Event::new(refund.id.into(), Act::Redemption, refund.refunded_at)
    }
}
