//! What is remembered of persons, devices, address blocks and tills, and what is found in it.

use super::event::Event;
use super::window::{Distinct, Times};
use super::{Configuration, Finding, Reason};
use crate::id::{MerchantId, PersonId};
use crate::place::Position;

const HOUR_MS: i64 = 3_600_000;
/// A rhythm is a matter of a day.
const DAY_MS: i64 = 24 * HOUR_MS;
/// Requests are counted by this many milliseconds.
const PACE_MS: i64 = 10_000;
/// Distances below this many metres are no journey: receivers err, and a market is large.
const JOURNEY_M: f64 = 3_000.0;
/// A till that stands still is nothing strange within this many metres of its registered place, nor where it has none.
const AT_HOME_M: f64 = 1_000.0;
/// So many persons without a device token make a share of a block's persons worth looking at.
const BARE_MIN: i64 = 24;

/// Collects what was found, at the lines of a configuration.
pub(super) struct Look<'a> {
    pub(super) configuration: &'a Configuration,
    pub(super) findings: Vec<Finding>,
}

impl Look<'_> {
    /// Notes what was measured, where it counts.
    pub(super) fn at(&mut self, reason: Reason, measured: Option<i64>) {
        let found = measured.and_then(|measured| self.configuration.find(reason, measured));
        self.findings.extend(found);
    }
}

/// A person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    accounts: Distinct<1, { 12 * HOUR_MS }>,
    pace_from_ms: i64,
    pace: i64,
    place: Option<(Position, i64)>,
    /// The device of the last act that carried one; 0 for none.
    pub(super) device: u64,
    /// The address block of the last act that carried one; 0 for none.
    pub(super) network: u64,
    merchant: u64,
    at_merchant: i64,
}

impl Person {
    /// Notes an act of this person, and looks at it.
    pub(super) fn see(&mut self, event: &Event, look: &mut Look<'_>) {
        let now = event.at.millis();
        if let Some(account) = event.account {
            self.accounts.note(now, account.folded());
            look.at(Reason::ManyAccounts, Some(self.accounts.count()));
        }
        if let Some(device) = event.origin.device {
            self.device = device.number();
        }
        if let Some(network) = event.origin.network {
            self.network = network.number();
        }
        if event.sale.is_none() {
            if now - self.pace_from_ms >= PACE_MS {
                (self.pace_from_ms, self.pace) = (now, 0);
            }
            self.pace += 1;
            look.at(Reason::Hammering, Some(self.pace));
        }
    }

    /// Notes a sale to this person, and looks at where it was before and with whom.
    pub(super) fn buy(&mut self, event: &Event, look: &mut Look<'_>) {
        let Some(sale) = &event.sale else { return };
        let now = event.at.millis();
        let is_next = self.place.is_none_or(|(_, at)| at <= now);
        if let Some(here) = sale.reported.or(sale.registered).filter(|_| is_next) {
            let speed = self.place.and_then(|(there, at)| speed(there, here, now - at));
            look.at(Reason::ImpossibleSpeed, speed);
            self.place = Some((here, now));
        }
        let merchant = event.merchant.map_or(0, MerchantId::folded);
        self.at_merchant = if self.merchant == merchant { self.at_merchant + 1 } else { 1 };
        self.merchant = merchant;
        look.at(Reason::OneMerchantOnly, Some(self.at_merchant));
    }
}

/// Kilometres in an hour from one place to another; none where that is no journey.
fn speed(there: Position, here: Position, took_ms: i64) -> Option<i64> {
    let metres = there.distance_m(here);
    let seconds = took_ms.max(1_000) / 1_000;
    #[expect(clippy::cast_possible_truncation, reason = "the earth is forty million metres around")]
    let metres_whole = metres as i64;
    (metres >= JOURNEY_M).then(|| metres_whole * 36 / 10 / seconds)
}

/// A device.
#[derive(Clone, Debug, Default)]
pub(super) struct Device {
    persons: Distinct<4, { 12 * HOUR_MS }>,
    divisions: Distinct<1, { 12 * HOUR_MS }>,
    changes: Times,
    last: u64,
}

impl Device {
    /// Notes an act on this device, and looks at it.
    pub(super) fn see(&mut self, event: &Event, look: &mut Look<'_>) {
        let now = event.at.millis();
        let Some(person) = event.person.map(PersonId::folded) else { return };
        self.persons.note(now, person);
        if let Some(division) = event.division {
            self.divisions.note(now, u64::from(division));
        }
        if self.last != person {
            self.changes.note(now);
            self.last = person;
        }
        look.at(Reason::SharedDevice, Some(self.persons.count()));
        look.at(Reason::ScatteredHouseholds, Some(self.divisions.count()));
        look.at(Reason::HandsTooFast, self.changes.mean_ms(now, DAY_MS));
        look.at(Reason::Clockwork, self.changes.spread_permille(now, DAY_MS));
    }
}

/// An address block.
#[derive(Clone, Debug, Default)]
pub(super) struct Network {
    persons: Distinct<16, { HOUR_MS / 2 }>,
    bare: Distinct<16, { HOUR_MS / 2 }>,
}

impl Network {
    /// Notes an act from this block, and looks at it. What others do is held against nobody who carries a device token.
    pub(super) fn see(&mut self, event: &Event, look: &mut Look<'_>) {
        let now = event.at.millis();
        let Some(person) = event.person.map(PersonId::folded) else { return };
        self.persons.note(now, person);
        let persons = self.persons.count();
        look.at(Reason::SharedNetwork, Some(persons));
        if event.origin.device.is_none() {
            self.bare.note(now, person);
            let bare = self.bare.count();
            let share = (bare >= BARE_MIN).then(|| bare.min(persons) * 1_000 / persons.max(1));
            look.at(Reason::NetworkWithoutDevices, share);
        }
    }
}

/// A till.
#[derive(Clone, Debug, Default)]
pub(super) struct Till {
    sales: Times,
    reported: Option<Position>,
    same: i64,
}

impl Till {
    /// Notes a sale at this till, and looks at it.
    pub(super) fn see(&mut self, event: &Event, look: &mut Look<'_>) {
        let Some(sale) = &event.sale else { return };
        let now = event.at.millis();
        self.sales.note(now);
        look.at(Reason::TillTooFast, self.sales.mean_ms(now, HOUR_MS));
        let Some(reported) = sale.reported else { return };
        self.same = if self.reported == Some(reported) { self.same + 1 } else { 1 };
        self.reported = Some(reported);
        let off = sale.registered.map(|registered| registered.distance_m(reported));
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the earth is forty million metres around"
        )]
        look.at(Reason::FarFromTill, off.map(|metres| metres as i64));
        let is_away = off.is_some_and(|metres| metres > AT_HOME_M);
        look.at(Reason::FrozenPosition, is_away.then_some(self.same));
    }
}
