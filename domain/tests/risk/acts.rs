//! What the citizens do, from half an hour before the opening to the end of the week, in the order of time.

use domain::id::{AccountId, AssessmentId};
use domain::place::Position;
use domain::risk::{Act, Event, Origin, Sale, Tag};
use domain::time::{DAY_MS, Timestamp};

use crate::city::{Citizen, City, Kind, moved};
use crate::dice::Dice;

/// 2020-04-22 09:00 in Beijing.
pub(crate) const OPENS_MS: i64 = 1_587_517_200_000;
const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
/// Vouchers of a pack.
const VOUCHERS: i64 = 5;

/// An act that is going to happen; small, because there are very many.
pub(crate) struct Planned {
    at_ms: i64,
    pub(crate) person: u32,
    what: What,
}

enum What {
    SignIn,
    Claim,
    Sale { shop: u32, till: u8, above_fen: u32, reported: Option<Position> },
}

/// Everything that happens, in the order of time.
pub(crate) fn plan(city: &City, seed: u64) -> Vec<Planned> {
    let mut dice = Dice::new(seed ^ 0x5eed);
    let mut plan = Vec::with_capacity(city.citizens.len() * 7);
    // When a group whose members come one after another is through with the last one, and how it works.
    let mut rows: Vec<Option<Row>> = Vec::new();
    rows.resize_with(city.group_sizes.len(), || None);
    for (number, citizen) in city.citizens.iter().enumerate() {
        let person = u32::try_from(number).unwrap();
        let row = rows[citizen.group].get_or_insert_with(|| Row::of(citizen.kind, &mut dice));
        let (signs_in, claims) = row.next(&mut dice);
        plan.push(Planned { at_ms: signs_in, person, what: What::SignIn });
        plan.push(Planned { at_ms: claims, person, what: What::Claim });
        sales(city, citizen, person, &mut plan, &mut dice);
    }
    plan.sort_by_key(|planned| (planned.at_ms, planned.person));
    plan
}

/// How the members of a group come to their packs.
struct Row {
    begins: i64,
    /// From one member to the next; none where everybody comes by themselves.
    pause: Option<(i64, i64)>,
    /// From the sign-in to the claim.
    claim: (i64, i64),
    through: i64,
}

impl Row {
    fn of(kind: Kind, dice: &mut Dice) -> Self {
        // Some farms are patient: they wait like people. Those are hard to find, and are counted as what they are.
        let patient = dice.permille(60);
        let pause = match kind {
            Kind::DeviceFarm if patient => Some((15 * SECOND, 60 * SECOND)),
            Kind::DeviceFarm => Some((300, 3 * SECOND)),
            Kind::BareFarm => Some((50, 2 * SECOND)),
            Kind::Broker if patient => Some((14 * SECOND, 40 * SECOND)),
            Kind::Broker => Some((5 * SECOND, 11 * SECOND)),
            Kind::Village => Some((40 * SECOND, 150 * SECOND)),
            Kind::Family => Some((25 * SECOND, 20 * MINUTE)),
            Kind::Ring => Some((20 * SECOND, 90 * SECOND)),
            _ => None,
        };
        let claim = match kind {
            Kind::DeviceFarm | Kind::BareFarm => (60, 400),
            _ => (1_500, 20 * SECOND),
        };
        let begins = match kind {
            Kind::DeviceFarm | Kind::BareFarm | Kind::Broker => OPENS_MS + dice.range(0, 200),
            Kind::Ring => OPENS_MS + dice.range(0, 5 * MINUTE),
            _ => OPENS_MS + dice.tail(2 * SECOND),
        };
        Self { begins, pause, claim, through: begins }
    }

    /// When the next member signs in and claims.
    fn next(&mut self, dice: &mut Dice) -> (i64, i64) {
        let Some((least, most)) = self.pause else {
            // Signed in before the opening, pressing when it comes; or later, in one go.
            let early = OPENS_MS - dice.range(5 * SECOND, 30 * MINUTE);
            let presses = OPENS_MS + 120 + dice.tail(4 * SECOND);
            return if dice.permille(600) {
                (early, presses)
            } else {
                (presses, presses + dice.range(2 * SECOND, MINUTE))
            };
        };
        let signs_in = self.through.max(self.begins);
        let claims = signs_in + dice.range(self.claim.0, self.claim.1);
        self.through = signs_in + dice.range(least, most);
        (signs_in, claims)
    }
}

/// When and where the vouchers of a person are used.
fn sales(city: &City, citizen: &Citizen, person: u32, plan: &mut Vec<Planned>, dice: &mut Dice) {
    let honest = city.shops.len() - city.dirty;
    let home = city.dirty + (citizen.group * 31 + 7) % honest;
    for voucher in 0..VOUCHERS {
        let day = OPENS_MS + voucher * DAY_MS + 2 * HOUR;
        let any = city.dirty + dice.below(honest);
        let at_day = day + dice.range(0, 10 * HOUR);
        let just = dice.permille(180);
        let (at_ms, shop, just) = match citizen.kind {
            Kind::Village => (at_day, home, just),
            Kind::Regular => (at_day, home, dice.permille(500)),
            Kind::Bystander if voucher < 2 => (at_day, citizen.group % city.dirty.max(1), just),
            Kind::Ring => (day + dice.range(0, 8 * HOUR), city.shop_of(citizen.group), true),
            Kind::NightRing => {
                let midnight = OPENS_MS + (voucher + 1) * DAY_MS - 7 * HOUR;
                let turn = i64::try_from(citizen.place_in_group).unwrap() * 5 * SECOND;
                (midnight + turn + dice.range(0, 2 * SECOND), city.shop_of(citizen.group), true)
            }
            Kind::Forger => {
                let shop = city.shop_of(citizen.group);
                (day + dice.range(0, 4 * HOUR), shop, dice.permille(900))
            }
            Kind::Cyclist if voucher % 2 == 1 => continue,
            // Not every bought pack is used the same day, and where it is resold nobody sees it in these figures.
            _ => (at_day, any, just),
        };
        sell(city, person, (at_ms, shop, just), plan, dice);
        match citizen.kind {
            Kind::Cyclist => {
                // The next district, at the pace of a bicycle.
                let next = city.dirty + (shop - city.dirty + 1) % honest;
                let metres = city.shops[shop].place.distance_m(city.shops[next].place);
                #[expect(clippy::cast_possible_truncation, reason = "metres of one city")]
                let took = metres as i64 * 3_600 / dice.range(12, 25);
                sell(city, person, (at_ms + took + MINUTE, next, just), plan, dice);
            }
            Kind::Forger if dice.permille(500) => {
                // The holder buys as well, far away, at the same time.
                let far = city.dirty + (shop + 2) % honest;
                sell(
                    city,
                    person,
                    (at_ms + dice.range(2 * MINUTE, 8 * MINUTE), far, just),
                    plan,
                    dice,
                );
            }
            _ => {}
        }
    }
}

fn sell(
    city: &City,
    person: u32,
    (at_ms, shop, just): (i64, usize, bool),
    plan: &mut Vec<Planned>,
    dice: &mut Dice,
) {
    let stands = &city.shops[shop];
    let kind = city.citizens[person as usize].kind;
    let reported = match kind {
        // Set to one spot in the city, whatever the till really is.
        Kind::Forger if shop < city.dirty => {
            let spot = (stands.place.latitude_micro() + 90_000, stands.place.longitude_micro());
            Position::from_micro(spot.0, spot.1).ok()
        }
        _ if stands.measures => Some(moved(stands.place, 150, dice)),
        _ => stands.set_to,
    };
    let above_fen = if just { dice.range(0, 150) } else { dice.tail(4_000) + 201 };
    let what = What::Sale {
        shop: u32::try_from(shop).unwrap(),
        till: u8::try_from(dice.below(stands.tills.len())).unwrap(),
        above_fen: u32::try_from(above_fen).unwrap(),
        reported,
    };
    plan.push(Planned { at_ms, person, what });
}

impl Planned {
    /// The act as the product would see it.
    pub(crate) fn event(&self, city: &City) -> Event {
        let citizen = &city.citizens[self.person as usize];
        let id = AssessmentId::mint(self.at_ms.unsigned_abs(), u128::from(self.person));
        let at = Timestamp::from_millis(self.at_ms);
        let mut event = Event::new(id, Act::SignIn, at);
        event.person = Some(citizen.id);
        match &self.what {
            What::Sale { shop, till, above_fen, reported } => {
                let shop = &city.shops[*shop as usize];
                event.act = Act::Redemption;
                event.merchant = Some(shop.id);
                event.sale = Some(Sale {
                    till: shop.tills[usize::from(*till)],
                    above_minimum_fen: i64::from(*above_fen),
                    reported: *reported,
                    registered: Some(shop.place),
                    refund: false,
                });
                return event;
            }
            What::Claim => {
                event.act = Act::Claim;
                event.open_for_ms = Some(self.at_ms - OPENS_MS);
            }
            What::SignIn => {}
        }
        event.account = Some(AccountId::mint(1, u128::from(self.person) + 1));
        event.origin =
            Origin { device: citizen.device.map(Tag::of), network: citizen.network.map(Tag::of) };
        event.real_name_level = Some(3);
        event.division = Some(citizen.division);
        // Everybody's account is new on the first day.
        event.account_age_ms = Some(5 * MINUTE);
        event
    }
}
