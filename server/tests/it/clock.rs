//! What time it is: setting a machine's clock opens and closes no round, and the database's clock is followed.

use domain::time::Timestamp;
use rstest::rstest;
use server::clock::{Clock, Hands};

use crate::support::{App, OPEN, On};

const HOUR_MS: i64 = 3_600_000;

/// The campaign clock of a machine that was an hour ahead when it started, and was set right since. It is `campaign`,
/// and this clock says an hour more until it follows a database's.
pub(crate) fn an_hour_ahead(campaign: &str) -> Clock {
    let (real, campaign): (_, Timestamp) = (real(), campaign.parse().unwrap());
    let hands = Hands::at(real.plus_millis(HOUR_MS));
    let clock = Clock::shown_by(hands.clone());
    clock.set_campaign_offset(campaign.millis_since(real));
    hands.set_wall(real);
    clock
}

/// What time it really is, here and at the database's.
pub(crate) fn real() -> Timestamp {
    Clock::machine(0).real()
}

/// Whether two times are the same but for what a test takes.
fn about(one: Timestamp, other: Timestamp) -> bool {
    one.millis_since(other).abs() < HOUR_MS / 2
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r5_setting_a_machines_clock_moves_no_round(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let began = real();
    for hours in [-1, 1] {
        let hands = Hands::at(began);
        let clock = Clock::shown_by(hands.clone());
        clock.follow(&app.hall.store).await.unwrap();
        let before = clock.now();
        let set = began.plus_millis(hours * HOUR_MS);
        hands.set_wall(set);
        assert_eq!((clock.now(), clock.system()), (before, set), "the campaign goes on as it did");
        hands.pass(1_500);
        assert_eq!(clock.campaign(), before.campaign.plus_millis(1_500));
        clock.follow_if_moved(&app.hall.store).await.unwrap();
        assert!(about(clock.campaign(), began), "nor does looking at it change that");
        clock.follow(&app.hall.store).await.unwrap();
        // SQLite has no other clock: what stands for a while is believed.
        let is = if matches!(on, On::Sqlite) { set } else { began };
        assert!(about(clock.campaign(), is), "{hours} {:?}", clock.campaign());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_slept_asks_the_database_at_once() {
    let app = App::open(On::Postgres, OPEN).await;
    let (now, slept_at) = (real(), real().plus_millis(-HOUR_MS));
    let hands = Hands::at(slept_at);
    let clock = Clock::shown_by(hands.clone());
    clock.follow_if_moved(&app.hall.store).await.unwrap();
    assert_eq!(clock.campaign(), slept_at, "nothing tells it to ask");
    // It wakes: the wall clock knows, and the monotonic one has stood still.
    hands.set_wall(now);
    assert_eq!(clock.campaign(), slept_at, "late, which does no harm");
    clock.follow_if_moved(&app.hall.store).await.unwrap();
    assert!(about(clock.campaign(), now), "{:?}", clock.campaign());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_a_test_sets_follows_nobody(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    let clock = Clock::standing(OPEN.parse().unwrap());
    clock.follow(&app.hall.store).await.unwrap();
    assert_eq!(clock.campaign(), OPEN.parse().unwrap());
}
