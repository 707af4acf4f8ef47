//! Batches to decide, drawn at random: a round with a history, a moment, and requests of a few persons who get into one
//! another's way as often as possible.

use std::collections::HashSet;

use domain::audience::Audience;
use domain::claim::{
    Choice, Decision, Desk, Holding, Kept, Request, Standing, Verdict, decide, limit_key,
};
use domain::held::Screened;
use domain::id::{ClaimId, PersonId};
use domain::pack::Stock;
use domain::risk;
use domain::round::{LimitPer, RealNameLevel, Round};
use domain::time::Timestamp;
use proptest::prelude::*;

use crate::any::{account, at, pack, person, round, window};

const PERSONS: u8 = 5;
const DIVISIONS: [&str; 3] = ["140502", "140581", "110101"];

/// A batch with everything that surrounds it.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) round: Round,
    pub(crate) now: Timestamp,
    pub(crate) last_serial: u32,
    pub(crate) holdings: Vec<Holding>,
    pub(crate) with_pack: HashSet<PersonId>,
    pub(crate) requests: Vec<Request>,
    pub(crate) screened: Screened,
}

impl Scene {
    pub(crate) fn decide(&self) -> Decision {
        let desk = Desk {
            round: &self.round,
            now: self.now,
            last_serial: self.last_serial,
            holdings: &self.holdings,
            with_pack_in_campaign: &self.with_pack,
            screened: &self.screened,
        };
        decide(&desk, &self.requests)
    }

    /// What the next batch finds when this one was decided so and written down.
    pub(crate) fn after(&self, decision: &Decision, requests: Vec<Request>) -> Self {
        let mut next = Self { last_serial: decision.last_serial, requests, ..self.clone() };
        for (pack, stock) in next.round.packs.iter_mut().zip(&decision.stocks) {
            pack.stock = *stock;
        }
        for request in self.recorded(decision) {
            next.with_pack.insert(request.person);
            next.holdings.push(Holding {
                id: request.id,
                person: request.person,
                account: request.account,
                key: request.key.clone(),
                choice: request.choice.clone(),
                kept: Kept::Pack,
            });
        }
        next
    }

    /// The requests that were granted or held, in order.
    pub(crate) fn recorded<'a>(&'a self, decision: &'a Decision) -> Vec<&'a Request> {
        let pairs = self.requests.iter().zip(&decision.verdicts);
        let recorded = pairs.filter(|(_, verdict)| {
            matches!(verdict, Verdict::Granted { .. } | Verdict::Held { .. })
        });
        recorded.map(|(request, _)| request).collect()
    }

    /// The requests that were granted, with their serials, in order.
    pub(crate) fn granted<'a>(&'a self, decision: &'a Decision) -> Vec<(&'a Request, u32)> {
        let pairs = self.requests.iter().zip(&decision.verdicts);
        pairs
            .filter_map(|(request, verdict)| match verdict {
                Verdict::Granted { serial } => Some((request, *serial)),
                _ => None,
            })
            .collect()
    }
}

/// What one person asks.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    person: u8,
    account: u8,
    key: u8,
    pack: usize,
    named: bool,
    level: u8,
    consented: bool,
    division: usize,
}

impl Ask {
    fn request(&self, place: usize, packs: usize) -> Request {
        let place = u64::try_from(place).expect("a small number");
        Request {
            id: ClaimId::mint(2, u128::from(place)),
            person: person(self.person),
            account: account(self.person, self.account),
            key: format!("key-{}", self.key).parse().expect("a key"),
            choice: Choice { pack: pack_id(self.pack % packs), named: self.named },
            standing: Standing {
                real_name_level: RealNameLevel(self.level),
                consented: self.consented,
                division: DIVISIONS[self.division].into(),
            },
        }
    }
}

fn pack_id(place: usize) -> domain::id::PackId {
    format!("p{place}").parse().expect("an identifier")
}

prop_compose! {
    fn asks()(
        person in 0..PERSONS,
        account in 0..2_u8,
        key in 0..3_u8,
        pack in 0..3_usize,
        named in any::<bool>(),
        level in prop_oneof![6 => Just(3_u8), 1 => 0..3_u8],
        consented in prop::bool::weighted(0.9),
        division in 0..3_usize,
    ) -> Ask {
        Ask { person, account, key, pack, named, level, consented, division }
    }
}

fn audiences() -> impl Strategy<Value = Audience> {
    let districts = prop_oneof![
        4 => Just(Vec::new()),
        1 => Just(vec!["1405".to_owned()]),
        1 => Just(vec!["140502".to_owned(), "11".to_owned()]),
    ];
    (districts, prop::bool::weighted(0.3))
        .prop_map(|(districts, without_pack_only)| Audience { districts, without_pack_only })
}

/// A round before its first claim, with its window from 100 to 200.
fn rounds() -> impl Strategy<Value = Round> {
    let packs = prop::collection::vec(0..4_u32, 1..4);
    let limit_per = prop_oneof![Just(LimitPer::Round), Just(LimitPer::Pack)];
    let flags = (prop::bool::weighted(0.1), prop::bool::weighted(0.05));
    (packs, limit_per, prop::sample::select(vec![0, 0, 2, 3]), audiences(), flags).prop_map(
        |(left, limit_per, level, audience, (paused, stopped))| {
            let packs = left
                .iter()
                .enumerate()
                .map(|(place, left)| pack(&format!("p{place}"), Stock::full(*left)));
            Round {
                limit_per,
                real_name_level: RealNameLevel(level),
                audience,
                notes: Vec::new(),
                paused,
                stopped,
                ..round(window(100, 200), packs.collect())
            }
        },
    )
}

/// What became of a claim of the history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Past {
    Granted,
    Held,
    Refused,
    Lapsed,
}

impl Past {
    fn kept(self) -> Kept {
        match self {
            Self::Granted | Self::Held => Kept::Pack,
            Self::Refused => Kept::Refusal,
            Self::Lapsed => Kept::Key,
        }
    }
}

fn pasts() -> impl Strategy<Value = Past> {
    prop_oneof![
        6 => Just(Past::Granted),
        2 => Just(Past::Held),
        1 => Just(Past::Refused),
        1 => Just(Past::Lapsed),
    ]
}

/// What risk control says: mostly nothing.
fn screens(requests: usize) -> impl Strategy<Value = (Vec<risk::Verdict>, u8, i64)> {
    let one = prop_oneof![
        8 => Just(risk::Verdict::Allow),
        2 => Just(risk::Verdict::Hold),
        1 => Just(risk::Verdict::Refuse),
    ];
    let cleared = prop_oneof![3 => Just(0_u8), 1 => 0..32_u8];
    (prop::collection::vec(one, requests), cleared, 1..150_i64)
}

/// Lets the history happen: each claim that R1 and the keys allow is there already, granted, set aside, or refused.
/// Every pack's stock grows with it, so that as much is left as was drawn.
fn remember(round: &mut Round, history: &[(Ask, Past)]) -> (Vec<Holding>, u32) {
    let (mut holdings, mut last_serial) = (Vec::<Holding>::new(), 0);
    let count = round.packs.len();
    for (place, (ask, past)) in history.iter().enumerate() {
        let Request { person, account, key, choice, .. } = ask.request(place, count);
        let limit = limit_key(round, &choice.pack);
        let taken = holdings.iter().any(|other| {
            (other.kept == Kept::Pack
                && other.person == person
                && limit_key(round, &other.choice.pack) == limit)
                || (other.account == account && other.key == key)
        });
        if taken {
            continue;
        }
        let stock = &mut round.packs[ask.pack % count].stock;
        match past {
            Past::Granted => {
                stock.total += 1;
                stock.issued += 1;
                last_serial += 1;
            }
            Past::Held => {
                stock.total += 1;
                stock.held += 1;
            }
            Past::Refused | Past::Lapsed => {}
        }
        let id = ClaimId::mint(1, u128::try_from(place).expect("a small number"));
        holdings.push(Holding { id, person, account, key, choice, kept: past.kept() });
    }
    (holdings, last_serial)
}

/// A batch in a round that has a history, at any moment of it.
pub(crate) fn scenes() -> impl Strategy<Value = Scene> {
    let moments =
        prop_oneof![8 => 100..200_i64, 1 => Just(99_i64), 1 => Just(200_i64), 1 => Just(199_i64)];
    let history = prop::collection::vec((asks(), pasts()), 0..6);
    let batch = prop::collection::vec(asks(), 0..14);
    let batch = batch.prop_flat_map(|batch| {
        let screens = screens(batch.len());
        (Just(batch), screens)
    });
    (rounds(), moments, history, batch, 0..32_u8).prop_map(
        |(mut round, now, history, (batch, (verdicts, cleared, hold_ms)), elsewhere)| {
            let (holdings, last_serial) = remember(&mut round, &history);
            let others = (0..PERSONS).filter(|number| elsewhere >> number & 1 == 1).map(person);
            let holders = holdings.iter().filter(|holding| holding.kept == Kept::Pack);
            let with_pack = holders.map(|holding| holding.person).chain(others).collect();
            let packs = round.packs.len();
            let requests: Vec<Request> =
                batch.iter().enumerate().map(|(place, ask)| ask.request(place, packs)).collect();
            let said =
                requests.iter().zip(verdicts).map(|(request, verdict)| (request.id, verdict));
            let cleared = (0..PERSONS).filter(|number| cleared >> number & 1 == 1).map(person);
            let screened =
                Screened { flagged: said.collect(), cleared: cleared.collect(), hold_ms };
            Scene { round, now: at(now), last_serial, holdings, with_pack, requests, screened }
        },
    )
}
