//! Who goes before whom, and that everybody is answered.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Semaphore;

use super::*;

/// A desk that settles a batch for each permit that it is given.
struct Played(Arc<Semaphore>);

impl Job for Played {
    type Request = ();
    type Answer = ();

    const NAME: &'static str = "played";
    const MID_ANSWER: Option<&'static str> = None;

    async fn settle(&self, batch: Vec<()>, _: Late<'_, ()>) -> Vec<Result<(), Undecided>> {
        self.0.acquire().await.unwrap().forget();
        batch.into_iter().map(Ok).collect()
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
    assert_eq!(citizens.rests_for(), Duration::ZERO, "somebody waits");
    // At most one batch of citizens is at the desk when the till comes.
    let mut till = Box::pin(tills.submit(()));
    assert!(futures::poll!(&mut till).is_pending());
    citizens_turn.add_permits(1);
    tills_turn.add_permits(1);
    // Behind the others it would wait for a turn of theirs that nobody gives.
    let patience = Duration::from_secs(10);
    assert_eq!(tokio::time::timeout(patience, till).await, Ok(Ok(())), "it waits behind others");
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

    async fn settle(&self, batch: Vec<()>, _: Late<'_, ()>) -> Vec<Result<usize, Undecided>> {
        vec![Ok(batch.len()); batch.len()]
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

/// One who comes, and one who comes a turn later; with how many each was in a batch.
async fn one_and_another(lane: &Arc<Lane<Counts>>) -> (usize, usize) {
    let mut one = Box::pin(lane.submit(()));
    assert!(futures::poll!(&mut one).is_pending());
    let lane = lane.clone();
    let another = tokio::spawn(async move { lane.submit(()).await });
    (one.await.unwrap(), another.await.unwrap().unwrap())
}

#[tokio::test(start_paused = true)]
async fn whoever_comes_first_after_a_rest_does_not_wait_for_those_behind() {
    let lane = Arc::new(Lane::open(Counts, Bounds::of_people(64)));
    tokio::time::advance(2 * RESTED).await;
    assert_eq!(one_and_another(&lane).await, (1, 1));
    assert_eq!(one_and_another(&lane).await, (2, 2), "in a rush a batch is everybody who is there");
}

/// A desk that says when it waits for its lock, gets one for each permit, and takes along who came until then.
struct TakesAlong {
    waits: Arc<Semaphore>,
    lock: Arc<Semaphore>,
}

impl Job for TakesAlong {
    type Request = usize;
    type Answer = (usize, usize);

    const NAME: &'static str = "takes along";
    const MID_ANSWER: Option<&'static str> = None;

    /// Each request with the number of those in its batch.
    async fn settle(
        &self,
        mut batch: Vec<usize>,
        late: Late<'_, usize>,
    ) -> Vec<Result<(usize, usize), Undecided>> {
        self.waits.add_permits(1);
        self.lock.acquire().await.unwrap().forget();
        batch.extend(late());
        let count = batch.len();
        batch.into_iter().map(|request| Ok((request, count))).collect()
    }
}

#[tokio::test]
async fn whoever_comes_while_the_lock_is_waited_for_is_in_the_batch_as_long_as_it_has_room() {
    let (waits, lock) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let job = TakesAlong { waits: waits.clone(), lock: lock.clone() };
    let lane = Lane::open(job, Bounds::of_people(8_192));
    let mut first = Box::pin(lane.submit_in_turn(0));
    assert!(futures::poll!(&mut first).is_pending());
    waits.acquire().await.unwrap().forget();
    let mut crowd: Vec<_> = (1..=BATCH_MAX).map(|one| Box::pin(lane.submit_in_turn(one))).collect();
    for one in &mut crowd {
        assert!(futures::poll!(one).is_pending());
    }
    lock.add_permits(2);
    assert_eq!(first.await, Ok((0, BATCH_MAX)));
    let answers = futures::future::join_all(crowd).await;
    let (last, others) = answers.split_last().unwrap();
    let others: Vec<_> = others.iter().map(|answer| answer.unwrap()).collect();
    assert!(others.into_iter().eq((1..BATCH_MAX).map(|one| (one, BATCH_MAX))), "in order");
    assert_eq!(last.unwrap(), (BATCH_MAX, 1), "whoever has no room is in the next one");
}

/// A desk that says how often it was rehearsed, and whose rehearsals all fail by a defect or take for ever.
struct Rehearsed {
    times: AtomicUsize,
    for_ever: bool,
}

impl Rehearsed {
    const fn new(for_ever: bool) -> Self {
        Self { times: AtomicUsize::new(0), for_ever }
    }
}

impl Job for Rehearsed {
    type Request = ();
    type Answer = usize;

    const NAME: &'static str = "rehearsed";
    const MID_ANSWER: Option<&'static str> = None;

    async fn settle(&self, batch: Vec<()>, _: Late<'_, ()>) -> Vec<Result<usize, Undecided>> {
        vec![Ok(self.times.load(Ordering::Relaxed)); batch.len()]
    }

    async fn rehearse(&self) {
        self.times.fetch_add(1, Ordering::Relaxed);
        if self.for_ever {
            std::future::pending::<()>().await;
        }
        panic!("a defect");
    }
}

#[rstest::rstest]
#[tokio::test(start_paused = true)]
async fn the_desk_of_a_crowd_is_rehearsed_before_anybody_comes_and_after_each_rest(
    #[values(false, true)] for_ever: bool,
) {
    let bounds = Bounds::of_people(1);
    let (first, first_waiting) = Lane::entrance(bounds, Pace::default());
    let (second, waiting) = Lane::entrance(bounds, Pace::default());
    let paces = (first.pace.clone(), second.pace.clone());
    tokio::spawn(run_both(
        Desk::new(Rehearsed::new(for_ever), first_waiting, paces.0),
        Desk::new(Rehearsed::new(for_ever), waiting, paces.1),
    ));
    assert_eq!((first.submit(()).await, second.submit(()).await), (Ok(0), Ok(1)));
    tokio::time::sleep(REHEARSE_EVERY / 2).await;
    assert_eq!(second.submit(()).await, Ok(1), "no rest");
    tokio::time::sleep(REHEARSE_EVERY + 2 * REHEARSAL_MAX).await;
    assert_eq!((first.submit(()).await, second.submit(()).await), (Ok(0), Ok(2)));
}
