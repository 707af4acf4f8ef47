//! R14, R15: what is left of a round goes back to the pool, to the fen and once: late, twice, by several servers, and
//! whatever ends the process in between.

mod campaigns;
#[cfg(feature = "fail-points")]
mod killed;

use std::sync::Arc;
use std::time::Duration;

use domain::closing::Rest;
use rstest::rstest;
use server::backend::closing::{close, close_due};

use crate::clock::{an_hour_ahead, real};
use crate::support::till::order;
use crate::support::{App, Database, OPEN, On, campaign_of, size};

/// The end of round 1, exclusive.
const END: &str = "2020-04-29T00:00:00+08:00";
/// All the money of the shipped campaign.
const APPROPRIATION: i64 = 1_500_000_000;

/// A small generator of random numbers: a run is named by its seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }

    /// Whether something happens that happens so many times in a hundred.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }
}

impl App {
    async fn close_due(&self) -> Vec<Rest> {
        let closed = close_due(&self.hall.store, &self.hall.clock).await.unwrap();
        closed.into_iter().map(|(_, closed)| closed.rest).collect()
    }
}

fn total(rests: &[Rest]) -> i64 {
    rests.iter().map(|rest| rest.total().unwrap().fen()).sum()
}

/// Round 1 at a tenth of its size: 6,000 packs, of which 4,123 are claimed, a random 63 % of the vouchers used, and
/// some of the sales refunded before the end and some after it. `TEST_ROUND_PACKS=60000` gives it its own size: 41,237
/// claims and 130,000 redemptions, a minute and a half on each engine.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r15_the_pool_grows_by_exactly_the_rest(#[values(On::Sqlite, On::Postgres)] on: On) {
    let packs = u32::try_from(size("TEST_ROUND_PACKS", 6_000)).unwrap();
    let claimed = u32::try_from(u64::from(packs) * 41_237 / 60_000).unwrap();
    let app = App::with(on, OPEN, &campaign_of(packs)).await;
    let tills = app.bulk_tills().await;
    let round = "r1".parse().unwrap();
    let vouchers = app.bulk_claim(&round, 0..usize::try_from(claimed).unwrap()).await;
    assert_eq!(vouchers.len(), 5 * usize::try_from(claimed).unwrap());
    let (packs, claimed) = (i64::from(packs), i64::from(claimed));
    let mut dice = Dice(0x5eed);
    let used: Vec<_> = vouchers.iter().filter(|_| dice.percent(63)).cloned().collect();
    let sales = app.bulk_redeem(&tills, &used).await;
    assert_eq!(sales.len(), used.len());
    let early: Vec<_> = sales.iter().filter(|_| dice.percent(2)).cloned().collect();
    app.bulk_refund(&early).await;
    app.set_campaign("2020-04-28T23:59:59.999+08:00");
    assert_eq!(app.close_due().await, [], "it is not over");
    let before = app.account("pool").await;
    assert_eq!(before, APPROPRIATION - packs * 5_000);

    // Between the end and the closing the money waits, and the ledger says for what.
    app.set_campaign(END);
    let gone = i64::try_from(sales.len() - early.len()).unwrap() * 1_000;
    let closed_at_once = app.close_due().await;
    let after = app.account("pool").await;
    assert_eq!(after - before, packs * 5_000 - gone);
    if let [rest] = closed_at_once.as_slice() {
        // The background of the server may have come first.
        assert_eq!(rest.unclaimed.fen(), (packs - claimed) * 5_000);
        assert_eq!(rest.unused.fen(), claimed * 5_000 - gone);
    }
    assert_eq!((app.account("stock:r1").await, app.account("issued:r1").await), (0, 0));

    // A refund after the end goes to the pool, closed or not; the other vouchers stay used.
    let is_early = |id| early.iter().any(|sale| sale.id == id);
    let late: Vec<_> = sales.iter().filter(|it| !is_early(it.id)).take(500).cloned().collect();
    app.bulk_refund(&late).await;
    assert_eq!(app.account("pool").await - after, 500 * 1_000);
    assert_eq!(app.close_due().await, [], "once");
    app.in_order().await;
    let mut owed = 0;
    for (name, fen) in app.hall.store.accounts().await.unwrap() {
        owed += if name.starts_with("payable:") { fen } else { 0 };
    }
    assert_eq!(owed + app.account("pool").await, APPROPRIATION);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_a_closing_that_is_late_is_pending_and_in_order(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.holder(1).await;
    // The clock of whoever verifies is past the end, and no server has closed the round.
    let end: domain::time::Timestamp = END.parse().unwrap();
    let report = server::ledger::verify(&app.hall.store, end, |_| ()).await.unwrap();
    assert!(report.ok, "{:#?}", report.problems);
    assert_eq!(report.closing_pending, ["r1"]);
    app.set_campaign("2020-06-30T00:00:00+08:00");
    app.close_due().await;
    let report = server::ledger::verify(&app.hall.store, end, |_| ()).await.unwrap();
    assert!(report.ok && report.closing_pending.is_empty(), "{report:#?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_a_closing_without_its_money_is_a_problem(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.side_door("update round set closed_at = closes_at").await;
    let end: domain::time::Timestamp = END.parse().unwrap();
    let report = server::ledger::verify(&app.hall.store, end, |_| ()).await.unwrap();
    assert!(!report.ok && report.problems[0].contains("stock:r1"), "{report:#?}");
}

/// A closing cannot be undone: a clock that says that it is time is held against the database's first.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_a_closing_follows_the_databases_clock_first(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    let end: domain::time::Timestamp = END.parse().unwrap();
    let clock = an_hour_ahead("2020-04-28T23:30:00+08:00");
    assert!(clock.campaign() > end, "by what it knows the round is over");
    assert_eq!(close_due(&app.hall.store, &clock).await.unwrap(), []);
    assert!(clock.campaign() < end);
    clock.set_campaign_offset(end.millis_since(real()) + 60_000);
    assert_eq!(close_due(&app.hall.store, &clock).await.unwrap().len(), 1, "now it is");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn held_claims_are_refused_before_the_money_goes(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(3)).await;
    app.holder(1).await;
    let held = "insert into claim select '01HEADAAAAAAAAAAAAAAAAAAAA', round_id, pack_id, \
                '01PERSNAAAAAAAAAAAAAAAAAAA', account_id, 'other', pack_named, limit_key, 'held', 'held', null, \
                claimed_at, claimed_at, null from claim";
    app.side_door(held).await;
    app.side_door("update pack set held = 1, remaining = remaining - 1").await;
    app.set_campaign(END);
    app.close_due().await;
    let pool = app.account("pool").await;
    assert_eq!(pool, APPROPRIATION, "all three packs are back");
    let rounds = app.hall.store.rounds().await.unwrap();
    let stock = rounds[0].packs[0].stock;
    assert_eq!((stock.issued, stock.held, stock.remaining()), (1, 0, 2));
    app.in_order().await;
}

/// A server whose clock is behind cannot redeem, grant or return what another server has closed.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_slow_clock_meets_a_closed_round(#[values(On::Sqlite, On::Postgres)] on: On) {
    let slow = App::open(on, OPEN).await;
    let till = slow.tills("dining").await.remove(0);
    let holder = slow.holder(1).await;
    let stranger = slow.sign_in(&crate::support::number(2), "main").await;
    let (code, _) = slow.code(&holder, 0).await;
    let sold = slow.redeemed(&till, "sold", &order(&code)).await;
    slow.set_campaign("2020-04-28T23:59:59.900+08:00");
    slow.refresh().await;
    let (code, _) = slow.code(&holder, 1).await;
    let fast = App::on(slow.database.clone(), END, 8_192).await;
    fast.close_due().await;
    let pool = fast.account("pool").await;
    assert_eq!(slow.redeem(&till, "late", &order(&code)).await.code(), "voucher_lapsed");
    assert_eq!(slow.claim(&stranger, "late", "{}").await.code(), "round_closed");
    let refund = slow.refund(&till, &sold, "late", 4_000).await.json();
    assert_eq!(refund["code"], "refund_exceeds_order", "{refund}");
    let refund = slow.refund(&till, &sold, "late", 3_500).await.json();
    assert_eq!(refund["voucher_returned"], false, "{refund}");
    assert_eq!(slow.account("pool").await - pool, 1_000);
    slow.in_order().await;
}

/// Three servers try a thousand times each, and most tries are ended at a random moment: a task that is dropped in the
/// middle leaves what a killed server leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_closings_on_three_servers_move_the_money_once() {
    let first = App::open(On::Postgres, OPEN).await;
    for person in 0..5 {
        first.holder(person).await;
    }
    let database: Arc<Database> = first.database.clone();
    let mut apps = vec![first];
    for _ in 0..2 {
        apps.push(App::on(database.clone(), OPEN, 8_192).await);
    }
    let apps: Vec<Arc<App>> = apps.into_iter().map(Arc::new).collect();
    for app in &apps {
        app.set_campaign(END);
    }
    let mut tries = tokio::task::JoinSet::new();
    for (seed, app) in (1_u64..).zip(apps.clone()) {
        tries.spawn(async move {
            let (mut dice, mut moved) = (Dice(seed << 20), 0);
            let round = "r1".parse().unwrap();
            for _ in 0..1_000 {
                let patience = Duration::from_micros(dice.below(6_000) as u64);
                let trying = close(&app.hall.store, &app.hall.clock, &round);
                if let Ok(closed) = tokio::time::timeout(patience, trying).await {
                    moved += usize::from(closed.unwrap().is_some());
                }
            }
            moved
        });
    }
    let moved: usize = tries.join_all().await.into_iter().sum();
    assert!(moved <= 1, "closed {moved} times");
    assert_eq!(total(&apps[0].close_due().await), 0);
    assert_eq!(apps[0].account("pool").await, APPROPRIATION);
    apps[0].in_order().await;
}
