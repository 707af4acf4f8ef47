//! A batch of redemptions, drawn so that its requests get into each other's way.

use std::collections::{HashMap, HashSet};

use domain::campaign::{Accepts, Any, Campaign};
use domain::code::Step;
use domain::id::{
    ClaimId, MerchantId, PersonId, RedemptionId, RequestKey, RoundId, TillId, VoucherId,
};
use domain::merchant::MerchantState;
use domain::place::{Polygon, Position};
use domain::redemption::desk::{Recorded, Request, Shop, TillDesk, Verdict, decide};
use domain::redemption::{Order, Presented, Scene};
use domain::risk;
use domain::till::Actor;
use domain::time::{Timestamp, Window};
use proptest::prelude::*;

use crate::any::{at, fen, name, window};

/// A quarter of an hour into the step that begins at 900 s.
pub(crate) const NOW_MS: i64 = 915_000;

#[derive(Clone, Debug)]
pub(crate) struct TillScene {
    pub(crate) now: Timestamp,
    pub(crate) windows: HashMap<RoundId, Window>,
    pub(crate) campaign: Campaign,
    pub(crate) shops: HashMap<TillId, Shop>,
    pub(crate) recorded: Vec<Recorded>,
    pub(crate) used: HashSet<VoucherId>,
    pub(crate) met: HashSet<(PersonId, MerchantId)>,
    pub(crate) requests: Vec<Request>,
    pub(crate) flagged: HashMap<RedemptionId, risk::Verdict>,
}

impl TillScene {
    pub(crate) fn decide(&self) -> Vec<Verdict> {
        let desk = TillDesk {
            now: self.now,
            windows: &self.windows,
            campaign: &self.campaign,
            shops: &self.shops,
            recorded: &self.recorded,
            used: &self.used,
            met_today: &self.met,
            flagged: &self.flagged,
        };
        decide(&desk, &self.requests)
    }
}

fn position(degrees: f64) -> Position {
    Position::from_degrees(degrees, degrees).expect("a position")
}

/// A city between 0 and 10 degrees.
fn campaign() -> Campaign {
    let corner = |lat: f64, lon: f64| Position::from_degrees(lat, lon).expect("a position");
    let ring = vec![corner(0.0, 0.0), corner(10.0, 0.0), corner(10.0, 10.0), corner(0.0, 10.0)];
    Campaign {
        id: "c".parse().expect("an identifier"),
        city: name("城"),
        slogan: name("城"),
        theme: name("城"),
        appropriation: fen(1_000_000),
        organiser: name("城"),
        hotline: "12345".to_owned(),
        remark: None,
        kinds: Vec::new(),
        categories: Vec::new(),
        districts: Vec::new(),
        boundary: Some(Polygon::new(ring).expect("an outline")),
    }
}

pub(crate) fn voucher(number: u8) -> VoucherId {
    VoucherId { claim: ClaimId::mint(3, u128::from(number) + 1), slot: 1 }
}

fn till(number: u8) -> Actor {
    // Two tills of each merchant.
    let (till, merchant) = (u128::from(number) + 1, u128::from(number / 2) + 1);
    Actor { till: TillId::mint(8, till), merchant: MerchantId::mint(7, merchant) }
}

fn shop(number: u8, state: u8) -> (TillId, Shop) {
    let state = match state {
        0 => MerchantState::Applied,
        1 => MerchantState::Refused,
        2 => MerchantState::Suspended,
        _ => MerchantState::Approved,
    };
    let category = if number < 4 { "dining" } else { "fuel" }.parse().expect("an identifier");
    let place =
        if number == 5 { Some(position(20.0)) } else { (number != 1).then(|| position(5.0)) };
    (till(number).till, Shop { state, category, place })
}

prop_compose! {
    fn presented()(
        number in 0..6_u8,
        back in prop_oneof![6 => 0..2_i64, 1 => -2..0_i64, 1 => 2..30_i64],
        round in prop_oneof![6 => Just("r1"), 1 => Just("r0"), 1 => Just("r9")],
        only_fuel in prop_oneof![4 => Just(false), 1 => Just(true)],
    ) -> Presented {
        let accepts = if only_fuel {
            Accepts::Categories(vec!["fuel".parse().expect("an identifier")])
        } else {
            Accepts::Any(Any::Any)
        };
        Presented {
            voucher: voucher(number),
            step: Step::from_number(Step::at(at(NOW_MS)).number() - back),
            // Three persons with two vouchers each.
            person: crate::any::person(number / 2),
            holder: "王*".to_owned(),
            round: round.parse().expect("an identifier"),
            kind: "general".parse().expect("an identifier"),
            accepts,
            face: fen(1_000),
            minimum_spend: fen(4_000),
        }
    }
}

prop_compose! {
    fn requests()(
        till_number in 0..7_u8,
        key in 0..12_u8,
        body in 0..2_u8,
        presented in prop::option::weighted(0.9, presented()),
        order in prop_oneof![4 => Just(5_000_i64), 1 => 0..6_000_i64],
        coupon in prop_oneof![3 => Just(0_i64), 1 => 0..2_000_i64],
        away in prop_oneof![5 => Just(None), 1 => Just(Some(5.0)), 1 => Just(Some(50.0))],
    ) -> Request {
        Request {
            id: RedemptionId::mint(0, 0),
            actor: till(till_number),
            key: format!("k{key}").parse::<RequestKey>().expect("a key"),
            body: [body; 32],
            presented,
            order: Order {
                code: String::new(),
                order: fen(order),
                merchant_coupon: fen(coupon),
                scene: Scene::InStore,
                position: away.map(position),
                reference: None,
            },
        }
    }
}

prop_compose! {
    pub(crate) fn till_scenes()(
        mut requests in prop::collection::vec(requests(), 1..24),
        states in prop::array::uniform6(0..20_u8),
        used in prop::collection::hash_set(0..6_u8, 0..2),
        met in prop::collection::hash_set((0..3_u8, 0..3_u8), 0..2),
        recorded in prop::collection::hash_set((0..6_u8, 0..12_u8), 0..3),
        said in prop::collection::vec(prop::sample::select(vec![
            risk::Verdict::Allow, risk::Verdict::Allow, risk::Verdict::Hold, risk::Verdict::Refuse,
        ]), 24),
    ) -> TillScene {
        for (place, request) in requests.iter_mut().enumerate() {
            request.id = RedemptionId::mint(9, u128::try_from(place).expect("a small number") + 1);
        }
        let shops = states.into_iter().zip(0..6_u8).map(|(state, number)| shop(number, state));
        let past = |(place, (number, key)): (usize, (u8, u8))| Recorded {
            till: till(number).till,
            key: format!("k{key}").parse().expect("a key"),
            body: [0; 32],
            id: RedemptionId::mint(5, u128::try_from(place).expect("a small number") + 1),
        };
        TillScene {
            now: at(NOW_MS),
            windows: HashMap::from([
                ("r1".parse().expect("an identifier"), window(800_000, 5_000_000)),
                ("r0".parse().expect("an identifier"), window(100_000, 800_000)),
            ]),
            campaign: campaign(),
            shops: shops.collect(),
            recorded: recorded.into_iter().enumerate().map(past).collect(),
            used: used.into_iter().map(voucher).collect(),
            met: met.into_iter().map(|(person, merchant)| {
                (crate::any::person(person), till(merchant * 2).merchant)
            }).collect(),
            flagged: requests.iter().zip(said).map(|(request, said)| (request.id, said)).collect(),
            requests,
        }
    }
}
