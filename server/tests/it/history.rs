//! Random histories against a model: claims, held claims and what the desk decides of them, redemptions, refunds,
//! payments, suspensions and moves of the clock. Every answer is the model's, and after every step every account, the
//! whole ledger and every settlement are in order.

mod model;

use domain::code::Step;
use domain::held::Ruling;
use domain::id::ClaimId;
use domain::merchant::Decision;
use domain::time::Timestamp;
use http::StatusCode;
use rstest::rstest;
use server::backend::closing::close_due;
use server::backend::held::refuse_due;
use server::backend::settlement::record_payment;

use crate::support::till::{Holder, TestTill, order_with};
use crate::support::{App, OPEN, On, number};
use model::{Ask, Model, Said};

const PERSONS: usize = 7;
/// How many histories there are, and of how many steps each; where the variable names another number, they are longer
/// as well (`make torture`).
const HISTORIES: u64 = 12;
const STEPS: usize = 60;
const STEPS_LONG: usize = 400;
const HISTORIES_VARIABLE: &str = "JINQUAN_TEST_HISTORIES";
/// In how many parts they run beside each other.
const PARTS: u64 = 4;

/// A small generator of random numbers: a history is named by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn every_history_is_the_models(
    #[values(On::Sqlite, On::Postgres)] on: On,
    #[values(0, 1, 2, 3)] part: u64,
) {
    #[expect(
        clippy::disallowed_methods,
        reason = "a test has no settings; its runner says how many"
    )]
    let asked = std::env::var(HISTORIES_VARIABLE).ok().map(|text| text.parse().unwrap());
    let steps = if asked.is_some() { STEPS_LONG } else { STEPS };
    let seeds = 1..=asked.unwrap_or(HISTORIES);
    let mut redemptions = 0;
    for seed in seeds.filter(|seed| seed % PARTS == part) {
        redemptions += history(on, seed, steps).await;
    }
    assert!(redemptions > 12, "too little happened: {redemptions} redemptions");
}

/// Gives how many redemptions there were. After three quarters of the steps the round ends; refunds and payments go on.
async fn history(on: On, seed: u64, steps: usize) -> usize {
    let app = App::open(on, OPEN).await;
    let mut tills = app.tills("dining").await;
    tills.truncate(2);
    tills.extend(app.tills("fuel").await.into_iter().take(1));
    let mut world = World {
        model: Model::new(tills.len(), OPEN.parse().unwrap()),
        holders: Vec::new(),
        came: 0,
        waiting: Vec::new(),
        ids: Vec::new(),
        keys: 0,
        dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        tills,
        app,
    };
    for person in 0..PERSONS {
        world.app.sign_in(&number(person), "main").await;
    }
    // Two have vouchers from the beginning, the others come when they come.
    world.grant().await;
    world.grant().await;
    for step in 0..steps {
        if step == steps * 3 / 4 {
            world.moved(ends_at().max(world.model.now)).await;
        }
        let did = world.step().await;
        world.compare(&format!("seed {seed}, step {step}: {did}")).await;
    }
    world.ids.len()
}

struct World {
    app: App,
    tills: Vec<TestTill>,
    model: Model,
    holders: Vec<Holder>,
    /// How many persons have claimed.
    came: usize,
    /// Claims that are held.
    waiting: Vec<Waiting>,
    /// The identifiers of the redemptions, in the model's order.
    ids: Vec<String>,
    keys: usize,
    dice: Dice,
}

/// Somebody whose claim is held.
struct Waiting {
    cookie: String,
    claim: ClaimId,
    decide_by: Timestamp,
}

impl World {
    async fn step(&mut self) -> String {
        match self.dice.below(22) {
            0 | 1 => self.claim().await,
            2..=9 => self.redeem().await,
            10..=13 => self.refund().await,
            14 | 15 => self.pay().await,
            16 => self.judge().await,
            17 | 18 => self.rule().await,
            _ => self.wait().await,
        }
    }

    async fn claim(&mut self) -> String {
        if self.came >= PERSONS || !self.model.is_open() {
            return "nobody is left to claim".to_owned();
        }
        if self.dice.below(2) == 0 {
            self.grant().await;
            return "claim".to_owned();
        }
        let (cookie, claim, answer) = self.app.held(self.came).await;
        let decide_by = answer.json()["decide_by"].as_str().unwrap().parse().unwrap();
        self.came += 1;
        self.waiting.push(Waiting { cookie, claim, decide_by });
        "a claim that is held".to_owned()
    }

    async fn grant(&mut self) {
        self.holders.push(self.app.holder(self.came).await);
        self.came += 1;
        self.model.claim();
    }

    /// The desk decides a claim that waits.
    async fn rule(&mut self) -> String {
        if self.waiting.is_empty() {
            return "no claim waits".to_owned();
        }
        let place = self.dice.below(self.waiting.len());
        let Waiting { cookie, claim, .. } = self.waiting.swap_remove(place);
        let ruling = Ruling::ALL[self.dice.below(2)];
        assert_eq!(self.app.ruled(&[claim], ruling).await.decided, 1);
        let own = self.app.own(&cookie, claim).await;
        let vouchers: Vec<String> = own["vouchers"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["id"].as_str().unwrap().to_owned())
            .collect();
        if ruling == Ruling::Grant {
            self.holders.push(Holder { cookie, vouchers });
            self.model.claim();
        } else {
            assert_eq!((own["state"].as_str(), vouchers.len()), (Some("refused"), 0));
        }
        format!("{ruling:?} {claim}")
    }

    async fn redeem(&mut self) -> String {
        if self.holders.is_empty() {
            return "nobody has a voucher".to_owned();
        }
        let person = self.dice.below(self.holders.len());
        let (slot, till) = (self.dice.below(5), self.dice.below(self.tills.len()));
        let order_fen = [5_000, 4_500, 4_499, 30_000][self.dice.below(4)];
        self.keys += usize::from(self.dice.below(6) > 0);
        let ask = Ask { person, slot, till, order_fen, key: self.keys };
        let voucher = self.holders[person].vouchers[slot].parse().unwrap();
        let payload = self.app.hall.keys.payload(voucher, Step::at(self.model.now)).to_string();
        let body = order_with(&payload, &serde_json::json!({ "order_fen": order_fen }));
        let key = format!("key-{}", ask.key);
        let answer = self.app.redeem(&self.tills[till], &key, &body).await;
        let said = match answer.status {
            StatusCode::CREATED => {
                let receipt = answer.json();
                let id = receipt["id"].as_str().unwrap().to_owned();
                let replayed = answer.headers.contains_key("idempotent-replayed");
                let known = self.ids.iter().position(|it| *it == id);
                assert_eq!(known.is_some(), replayed, "{receipt}");
                if known.is_none() {
                    self.ids.push(id);
                }
                Said::Yes(known.unwrap_or(self.ids.len() - 1))
            }
            _ => Said::No(answer.code()),
        };
        let expected = self.model.redeem(&ask, &body.to_string());
        assert_eq!(said, expected, "{ask:?} at {}", self.model.now);
        format!("{ask:?}")
    }

    async fn refund(&mut self) -> String {
        if self.ids.is_empty() {
            return "nothing to refund".to_owned();
        }
        let sale = self.dice.below(self.ids.len());
        let own = self.model.sales[sale].till;
        let till = if self.dice.below(8) == 0 { self.dice.below(self.tills.len()) } else { own };
        let left = self.model.sales[sale].to_pay - self.model.sales[sale].refunded;
        let fen = [left, left, 700, left + 1][self.dice.below(4)].max(1);
        let key = self.dice.below(3);
        let name = format!("refund-{key}");
        let answer = self.app.refund(&self.tills[till], &self.ids[sale], &name, fen).await;
        let said = match answer.status {
            StatusCode::CREATED => {
                let returned = answer.json()["voucher_returned"].as_bool().unwrap();
                Said::Yes(usize::from(returned))
            }
            _ => Said::No(answer.code()),
        };
        let expected = self.model.refund(sale, till, key, fen);
        assert_eq!(said, expected, "refund {fen} of {sale} at {}", self.model.now);
        format!("refund {fen} of {sale} by {till} with {key}")
    }

    async fn pay(&mut self) -> String {
        let till = self.dice.below(self.tills.len());
        let days = i64::try_from(self.dice.below(3)).unwrap() + 1;
        let day = self.model.now.beijing_day().plus_days(-days);
        let merchant = self.tills[till].merchant.parse().unwrap();
        let (store, now) = (&self.app.hall.store, self.model.now);
        let paid = record_payment(store, merchant, day, "B", now).await;
        let paid = paid.map(|recorded| recorded.payment.payout.fen()).unwrap_or_default();
        assert_eq!(paid, self.model.pay(till, day), "payment of {day} to {till}");
        format!("pay {till} for {day}: {paid}")
    }

    async fn judge(&mut self) -> String {
        let till = self.dice.below(self.tills.len());
        if !self.model.suspended[till] && self.dice.below(3) > 0 {
            return "nobody is judged".to_owned();
        }
        let suspended = &mut self.model.suspended[till];
        *suspended = !*suspended;
        let decision = if *suspended { Decision::Suspend } else { Decision::Lift };
        self.app.decide(&self.tills[till], decision).await;
        format!("{decision:?} {till}")
    }

    async fn wait(&mut self) -> String {
        let ms = [1_000, 61_000, 3_607_000, 14_411_000, 43_201_000][self.dice.below(5)];
        self.moved(self.model.now.plus_millis(ms)).await;
        format!("wait {ms} ms")
    }

    async fn moved(&mut self, now: Timestamp) {
        self.model.now = now;
        self.app.set_campaign(&now.to_string());
        // The background would do it within a second.
        refuse_due(&self.app.hall.store, &self.app.hall.clock).await.unwrap();
        self.waiting.retain(|it| it.decide_by > now);
        self.app.refresh().await;
        if !self.model.is_open() {
            // The background would do it within a second.
            close_due(&self.app.hall.store, &self.app.hall.clock).await.unwrap();
            self.model.close();
        }
    }

    /// Invariants 1 to 3 and 5 of docs/ARCHITECTURE.md, as the store and the pages show them.
    async fn compare(&self, place: &str) {
        for (kind, of_merchants) in [("payable", &self.model.payable), ("paid", &self.model.paid)] {
            for (till, fen) in self.tills.iter().zip(of_merchants) {
                let holds = self.app.account(&format!("{kind}:{}", till.merchant)).await;
                assert_eq!(holds, *fen, "{place}: {kind}");
            }
        }
        let round = self.app.get("/api/v1/rounds/r1", "").await.json();
        let gone = u64::try_from(self.holders.len() + self.waiting.len()).unwrap();
        assert_eq!(round["remaining"].as_u64(), Some(60_000 - gone), "{place}: invariant 1");
        let (issued, pool) = (self.app.account("issued:r1").await, self.app.account("pool").await);
        assert_eq!((issued, pool), (self.model.issued, self.model.pool), "{place}");
        for (person, holder) in self.holders.iter().enumerate() {
            let wallet = self.app.get("/api/v1/wallet", &holder.cookie).await.json();
            let vouchers = wallet["claims"][0]["vouchers"].as_array().unwrap();
            for (slot, voucher) in vouchers.iter().enumerate() {
                assert_eq!(voucher["state"], self.model.state(person, slot), "{place}");
            }
        }
        self.app.in_order().await;
    }
}

/// The end of round 1.
fn ends_at() -> Timestamp {
    "2020-04-29T00:00:00+08:00".parse().unwrap()
}
