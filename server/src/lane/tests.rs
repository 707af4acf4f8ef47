//! The lane's pace, and who goes before whom.

use std::time::Duration;

use tokio::sync::Semaphore;

use super::*;

/// A batch that began when the last one ended.
fn done(pace: &Pace, count: usize, took_us: u64) -> Done {
    let began = pace.born + Duration::from_micros(pace.ended_us.load(Ordering::Relaxed));
    Done { count, came: Some(pace.born), began, ended: began + Duration::from_micros(took_us) }
}

#[test]
fn the_wait_follows_the_pace_of_late() {
    let pace = Pace::default();
    assert_eq!(pace.wait_ms(10_000), 0, "nothing is known yet");
    pace.note(&done(&pace, 1, 20_000));
    assert_eq!(pace.wait_ms(1), 20, "one batch");
    assert_eq!(pace.wait_ms(BATCH_MAX), 20, "one batch");
    assert_eq!(pace.wait_ms(10 * BATCH_MAX), 200);
    assert_eq!(pace.undecided(10 * BATCH_MAX).retry_after_ms, 500, "never sooner");
    assert_eq!(pace.undecided(100 * BATCH_MAX).retry_after_ms, 2_000);
    for _ in 0..100 {
        pace.note(&done(&pace, 1, 1_000_000));
    }
    assert!(pace.wait_ms(1) > Bounds::of_people(1).wait_max_ms);
    assert_eq!(pace.undecided(100 * BATCH_MAX).retry_after_ms, 15_000, "never later");
}

#[test]
fn the_rate_is_that_of_full_batches_without_a_rest_between() {
    let pace = Pace::default();
    assert_eq!(pace.each_ns(), UNKNOWN_EACH_NS);
    pace.note(&done(&pace, 1, 5_000));
    assert_eq!(
        pace.each_ns(),
        5_000_000 / BATCH_MAX as u64,
        "a batch of one says what a full one takes"
    );
    pace.note(&done(&pace, BATCH_MAX, 20_480));
    assert_eq!(pace.each_ns(), 40_000);
    pace.note(&done(&pace, BATCH_MAX - 1, 60_000));
    assert_eq!(pace.each_ns(), 40_000, "a smaller batch says nothing");
    // Ten milliseconds between two batches, in which people waited, count.
    let next = done(&pace, BATCH_MAX, 10_240);
    let later = Duration::from_micros(10_240);
    pace.note(&Done { began: next.began + later, ended: next.ended + later, ..next });
    assert_eq!(pace.each_ns(), 40_000);
    // A rest does not.
    let next = done(&pace, BATCH_MAX, 20_480);
    let (began, ended) = (next.began + 100 * later, next.ended + 100 * later);
    pace.note(&Done { came: Some(began), began, ended, ..next });
    assert_eq!(pace.each_ns(), 40_000);
}

/// A desk that settles a batch for each permit that it is given.
struct Played(Arc<Semaphore>);

impl Job for Played {
    type Request = ();
    type Answer = ();

    const NAME: &'static str = "played";
    const MID_ANSWER: Option<&'static str> = None;

    async fn settle(&self, batch: Vec<()>) -> Result<Vec<()>, Undecided> {
        self.0.acquire().await.unwrap().forget();
        Ok(batch)
    }
}

#[tokio::test]
async fn a_till_goes_before_every_citizen_who_waits() {
    const CITIZENS: usize = 3 * BATCH_MAX;
    let (tills_turn, citizens_turn) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let jobs = (Played(tills_turn.clone()), Played(citizens_turn.clone()));
    let bounds = Bounds::of_people(8_192);
    let (tills, citizens) = Lane::open_after(bounds, bounds, move || jobs).unwrap();
    let mut crowd: Vec<_> = (0..CITIZENS).map(|_| Box::pin(citizens.submit_in_turn(()))).collect();
    for one in &mut crowd {
        assert!(futures::poll!(one).is_pending());
    }
    // At most one batch of citizens is at the desk when the till comes.
    let mut till = Box::pin(tills.submit(()));
    assert!(futures::poll!(&mut till).is_pending());
    citizens_turn.add_permits(1);
    tills_turn.add_permits(1);
    assert_eq!(till.await, Ok(()));
    let mut served = 0;
    for one in &mut crowd {
        served += usize::from(futures::poll!(one).is_ready());
    }
    assert!(served <= BATCH_MAX, "{served} citizens went before the till");
}

/// A desk that says how many were in each batch.
struct Counts;

impl Job for Counts {
    type Request = ();
    type Answer = usize;

    const NAME: &'static str = "counts";

    async fn settle(&self, batch: Vec<()>) -> Result<Vec<usize>, Undecided> {
        Ok(vec![batch.len(); batch.len()])
    }
}

#[tokio::test]
async fn people_on_several_runtimes_are_all_answered() {
    let lane = Lane::open(Counts, Bounds::of_people(64));
    let lane = Arc::new(lane);
    let elsewhere = |lane: Arc<Lane<Counts>>| {
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async move {
                let ways = (0..10).map(|_| lane.submit(()));
                futures::future::join_all(ways).await
            })
        })
    };
    let threads = [elsewhere(lane.clone()), elsewhere(lane.clone())];
    let here = futures::future::join_all((0..10).map(|_| lane.submit(()))).await;
    let there = tokio::task::spawn_blocking(|| threads.map(|thread| thread.join().unwrap()));
    let all = there.await.unwrap().into_iter().flatten().chain(here);
    let all: Vec<usize> = all.map(Result::unwrap).collect();
    assert_eq!(all.len(), 30);
    assert!(all.iter().all(|count| (1..=30).contains(count)));
}
