//! The lane: group commit. Requests wait in a bounded queue; the lane takes everything that arrived while the previous
//! commit ran (there is no timer), settles the whole batch in one transaction, and answers each request after the
//! commit. The cost of one act falls as the load rises.

pub mod claim;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use futures::FutureExt as _;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// The most requests that one transaction settles: keeps its statements and its lock short.
pub const BATCH_MAX: usize = 512;

/// The shortest and the longest wait that a full lane asks for, in milliseconds.
const RETRY_MS: std::ops::RangeInclusive<u64> = 500..=15_000;

/// What a lane does with a batch.
pub trait Job: Send + Sync + 'static {
    /// One request.
    type Request: Send + 'static;
    /// Its answer.
    type Answer: Send + 'static;

    /// Settles a batch in arrival order and gives one answer for each request, in the same order, after the commit.
    ///
    /// # Errors
    /// [`Undecided`] when nothing can be said: every request of the batch may be sent again.
    fn settle(
        &self,
        batch: Vec<Self::Request>,
    ) -> impl Future<Output = Result<Vec<Self::Answer>, Undecided>> + Send;
}

/// Nothing is decided; ask again after so many milliseconds, with the same key (R6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecided {
    /// An honest estimate, in milliseconds.
    pub retry_after_ms: u32,
}

/// The entrance to a lane.
pub struct Lane<J: Job> {
    queue: mpsc::Sender<Ticket<J>>,
    pace: Arc<Pace>,
}

struct Ticket<J: Job> {
    request: J::Request,
    answer: oneshot::Sender<Result<J::Answer, Undecided>>,
}

/// How fast the lane has been lately.
#[derive(Default)]
struct Pace {
    /// Microseconds for one request, smoothed over batches; 0 until the first.
    request_us: AtomicU64,
}

impl<J: Job> Lane<J> {
    /// Opens a lane whose queue holds `queue_max` requests. It runs until the last entrance is gone.
    pub fn open(job: J, queue_max: usize) -> Self {
        let (queue, waiting) = mpsc::channel(queue_max);
        let pace = Arc::new(Pace::default());
        tokio::spawn(run(job, waiting, pace.clone()));
        Self { queue, pace }
    }

    /// Hands a request in and waits for its answer.
    ///
    /// # Errors
    /// [`Undecided`], at once, when the queue is full; later, when the batch could not be settled.
    pub async fn submit(&self, request: J::Request) -> Result<J::Answer, Undecided> {
        let (answer, settled) = oneshot::channel();
        if self.queue.try_send(Ticket { request, answer }).is_err() {
            return Err(self.pace.undecided(self.queue.max_capacity()));
        }
        settled.await.unwrap_or_else(|_| Err(self.pace.undecided(self.queue.max_capacity())))
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

impl Pace {
    /// The time that `waiting` requests take at the pace of late.
    fn undecided(&self, waiting: usize) -> Undecided {
        let waiting = u64::try_from(waiting).unwrap_or(u64::MAX);
        let ms = self.request_us.load(Ordering::Relaxed).saturating_mul(waiting) / 1_000;
        let ms = ms.clamp(*RETRY_MS.start(), *RETRY_MS.end());
        Undecided { retry_after_ms: u32::try_from(ms).unwrap_or(u32::MAX) }
    }

    fn note(&self, took_us: u64, requests: usize) {
        let each = took_us / u64::try_from(requests).unwrap_or(1).max(1);
        let before = self.request_us.load(Ordering::Relaxed);
        let smoothed = if before == 0 { each } else { (before * 7 + each) / 8 };
        self.request_us.store(smoothed.max(1), Ordering::Relaxed);
    }
}

async fn run<J: Job>(job: J, mut waiting: mpsc::Receiver<Ticket<J>>, pace: Arc<Pace>) {
    let mut tickets = Vec::with_capacity(BATCH_MAX);
    while waiting.recv_many(&mut tickets, BATCH_MAX).await > 0 {
        gather(&mut tickets, &mut waiting).await;
        let count = tickets.len();
        let (requests, answers): (Vec<_>, Vec<_>) =
            tickets.drain(..).map(|ticket| (ticket.request, ticket.answer)).unzip();
        let began = Instant::now();
        // A defect must not end the lane: whoever is in the batch asks again, and everybody else is served.
        let settled = AssertUnwindSafe(job.settle(requests)).catch_unwind().await;
        let settled = settled.unwrap_or_else(|_| {
            metrics::counter!("jinquan_panics_total").increment(1);
            Err(pace.undecided(count))
        });
        pace.note(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX), count);
        metrics::histogram!("jinquan_lane_batch_requests")
            .record(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        metrics::histogram!("jinquan_lane_batch_seconds").record(began.elapsed().as_secs_f64());
        answer(settled, answers);
    }
}

/// Takes along what is ready to come: the first request wakes the lane before the others have had their turn. This waits
/// for nobody; whoever is alone goes at once.
async fn gather<J: Job>(tickets: &mut Vec<Ticket<J>>, waiting: &mut mpsc::Receiver<Ticket<J>>) {
    tokio::task::yield_now().await;
    while tickets.len() < BATCH_MAX
        && let Ok(ticket) = waiting.try_recv()
    {
        tickets.push(ticket);
    }
}

/// Answers every request. Whoever has gone away meanwhile gets the same answer by the same key later.
fn answer<A>(
    settled: Result<Vec<A>, Undecided>,
    answers: Vec<oneshot::Sender<Result<A, Undecided>>>,
) {
    match settled {
        Ok(settled) => {
            for (one, sender) in settled.into_iter().zip(answers) {
                let _ = sender.send(Ok(one));
                // Some of the batch know it, the others do not: each must find what is there.
                crate::fault::point("mid-answer");
            }
        }
        Err(undecided) => {
            for sender in answers {
                let _ = sender.send(Err(undecided));
            }
        }
    }
}
