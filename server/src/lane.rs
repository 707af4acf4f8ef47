//! The lane: group commit. Requests wait in a bounded queue; the lane takes everything that arrived while the previous
//! commit ran (there is no timer), settles the whole batch in one transaction, and answers each request after the
//! commit. The cost of one act falls as the load rises.

mod answers;
pub mod claim;
mod pace;
pub mod redemption;
pub mod refund;
#[cfg(test)]
mod tests;
pub mod till;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::gate::DeskState;
use crate::measure;
use answers::{Answers, Settled, Waiting};
use pace::{Done, Pace};

/// The most requests that one transaction settles: keeps its statements and its lock short.
pub const BATCH_MAX: usize = 512;

/// After so long without a batch, whoever comes first is not kept waiting for those behind them: at an opening they are
/// the whole crowd. A job takes them along when it has its lock, or they are the next batch.
const RESTED: Duration = Duration::from_millis(100);

/// How long a desk rests before it makes sure again that the next batch has everything that it needs.
const REHEARSE_EVERY: Duration = Duration::from_secs(10);
/// How long that may take: whoever comes meanwhile waits for it.
const REHEARSAL_MAX: Duration = Duration::from_secs(1);

/// What may wait in a lane.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// The most requests.
    pub queue_max: usize,
    /// Whoever finds a batch waiting already and would wait longer than this, in milliseconds, is told to come again
    /// instead: an answer that is late is asked for twice.
    pub wait_max_ms: u64,
}

impl Bounds {
    /// For requests of people.
    pub const fn of_people(queue_max: usize) -> Self {
        Self { queue_max, wait_max_ms: 350 }
    }
}

/// What a lane does with a batch.
pub trait Job: Send + Sync + 'static {
    /// One request.
    type Request: Send + 'static;
    /// Its answer.
    type Answer: Send + 'static;

    /// The lane's name among the measures.
    const NAME: &'static str;
    /// The place between two answers of a batch at which a fault run may end the process; a job that writes nothing
    /// has none.
    const MID_ANSWER: Option<&'static str> = Some("mid-answer");

    /// Settles a batch in arrival order and gives one answer for each request, in the same order, after the commit:
    /// [`Undecided`] to those of whom nothing can be said, who may send the same again. Whoever it takes along by
    /// `late` belongs to the batch too, after those who were there.
    fn settle(
        &self,
        batch: Vec<Self::Request>,
        late: Late<'_, Self::Request>,
    ) -> impl Future<Output = Vec<Result<Self::Answer, Undecided>>> + Send;

    /// Gets ready for the next batch, at the beginning and whenever nobody has come for ten seconds.
    fn rehearse(&self) -> impl Future<Output = ()> + Send {
        std::future::ready(())
    }
}

/// Gives who came since the batch was taken from the queue, as long as the batch has room. A job asks when it has its
/// lock: where several servers want the same one, everybody who came while it was waited for is in one batch.
pub type Late<'a, R> = &'a mut (dyn FnMut() -> Vec<R> + Send);

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
    wait_max_ms: u64,
}

struct Ticket<J: Job> {
    request: J::Request,
    waiting: Waiting<J::Answer>,
    came: Instant,
}

impl<J: Job> Lane<J> {
    /// Opens a lane. It runs until the last entrance is gone.
    pub fn open(job: J, bounds: Bounds) -> Self {
        let (lane, waiting) = Self::entrance(bounds, Pace::default());
        tokio::spawn(run(job, waiting, lane.pace.clone()));
        lane
    }

    /// Opens a lane for two jobs: whoever is in the first queue goes before everybody in the second, and each job has
    /// batches and transactions of its own. The jobs are made on the thread of their own on which they run: however
    /// many requests are read, refused or sent away meanwhile, each step of a batch waits for none of them.
    ///
    /// # Errors
    /// When the machine gives no thread.
    pub fn open_after<F: Job>(
        first_bounds: Bounds,
        bounds: Bounds,
        jobs: impl FnOnce() -> (F, J) + Send + 'static,
    ) -> std::io::Result<(Lane<F>, Self)> {
        let (first_lane, first_waiting) = Lane::entrance(first_bounds, Pace::default());
        let (lane, waiting) = Self::entrance(bounds, first_lane.pace.behind());
        let paces = (first_lane.pace.clone(), lane.pace.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("desk".to_owned()).spawn(move || {
            runtime.block_on(async move {
                let (first, job) = jobs();
                let first = Desk::new(first, first_waiting, paces.0);
                run_both(first, Desk::new(job, waiting, paces.1)).await;
            });
        })?;
        Ok((first_lane, lane))
    }

    fn entrance(bounds: Bounds, pace: Pace) -> (Self, mpsc::Receiver<Ticket<J>>) {
        let (queue, waiting) = mpsc::channel(bounds.queue_max);
        (Self { queue, pace: Arc::new(pace), wait_max_ms: bounds.wait_max_ms }, waiting)
    }

    /// Hands a request in and waits for its answer, unless it would wait too long.
    ///
    /// # Errors
    /// [`Undecided`], at once, when the queue is full or would take too long; later, when the batch could not be
    /// settled.
    pub async fn submit(&self, request: J::Request) -> Result<J::Answer, Undecided> {
        if !self.has_room(self.waiting()) {
            measure::busy(measure::Busy::Queue);
            return Err(self.pace.undecided(self.waiting()));
        }
        self.submit_in_turn(request).await
    }

    /// Hands a request in for whoever was told that it is their turn now, however long those before them take.
    ///
    /// # Errors
    /// [`Undecided`], at once, when the queue is full; later, when the batch could not be settled.
    pub async fn submit_in_turn(&self, request: J::Request) -> Result<J::Answer, Undecided> {
        let (answer, settled) = oneshot::channel();
        let waiting = Waiting { answer, front: Handle::current() };
        if self.queue.try_send(Ticket { request, waiting, came: Instant::now() }).is_err() {
            measure::busy(measure::Busy::Queue);
            return Err(self.pace.undecided(self.queue.max_capacity()));
        }
        settled.await.unwrap_or_else(|_| Err(self.pace.undecided(self.queue.max_capacity())))
    }

    /// What the gate in front of it has to know.
    pub fn state(&self) -> DeskState {
        let waiting = self.waiting();
        DeskState {
            waiting,
            has_room: self.has_room(waiting),
            each_ns: self.pace.each_ns(),
            batch_ms: self.pace.wait_ms(1),
            wait_ms: self.pace.wait_ms(waiting),
        }
    }

    /// Less than a batch never waits for more than one: where even one is slow, full batches are what helps.
    fn has_room(&self, waiting: usize) -> bool {
        waiting < BATCH_MAX || self.pace.wait_ms(waiting) <= self.wait_max_ms
    }

    /// Whether nobody fits into the queue.
    pub fn is_full(&self) -> bool {
        self.queue.capacity() == 0
    }

    /// For how long nobody has waited or been answered.
    pub fn rests_for(&self) -> Duration {
        if self.waiting() > 0 { Duration::ZERO } else { self.pace.ended_ago() }
    }

    /// How many requests wait.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }
}

async fn run<J: Job>(job: J, waiting: mpsc::Receiver<Ticket<J>>, pace: Arc<Pace>) {
    let mut tickets = Vec::with_capacity(BATCH_MAX);
    let mut desk = Desk::new(job, waiting, pace);
    while desk.waiting.recv_many(&mut tickets, BATCH_MAX).await > 0 {
        desk.serve(&mut tickets).await;
    }
}

/// A queue with the job that empties it.
struct Desk<J: Job> {
    job: J,
    waiting: mpsc::Receiver<Ticket<J>>,
    pace: Arc<Pace>,
    answers: Answers,
}

/// Between two batches of the second queue there is one of the first, if anybody waits there. Only the second one, to
/// which crowds come at a certain instant, is rehearsed.
async fn run_both<F: Job, S: Job>(mut first: Desk<F>, mut second: Desk<S>) {
    let (mut ahead, mut behind) = (Vec::new(), Vec::new());
    rehearse(&second.job).await;
    loop {
        // Biased: the first queue is looked at first.
        let some = tokio::select! {
            biased;
            some = first.waiting.recv_many(&mut ahead, BATCH_MAX) => some,
            some = second.waiting.recv_many(&mut behind, BATCH_MAX) => some,
            () = tokio::time::sleep(REHEARSE_EVERY) => {
                rehearse(&second.job).await;
                continue;
            }
        };
        if some == 0 {
            // One entrance is gone, and with it the hall: the other queue is emptied, and that is the end.
            while first.waiting.recv_many(&mut ahead, BATCH_MAX).await > 0 {
                first.serve(&mut ahead).await;
            }
            while second.waiting.recv_many(&mut behind, BATCH_MAX).await > 0 {
                second.serve(&mut behind).await;
            }
            return;
        }
        if behind.is_empty() {
            first.serve(&mut ahead).await;
        }
        while behind.len() < BATCH_MAX
            && let Ok(ticket) = second.waiting.try_recv()
        {
            behind.push(ticket);
        }
        if !behind.is_empty() {
            second.serve(&mut behind).await;
        }
    }
}

/// Lets a job get ready. Whatever becomes of that, a defect too, the desk goes on.
async fn rehearse<J: Job>(job: &J) {
    let rehearsal = tokio::time::timeout(REHEARSAL_MAX, job.rehearse());
    if AssertUnwindSafe(rehearsal).catch_unwind().await.is_err() {
        metrics::counter!("jinquan_panics_total").increment(1);
    }
}

impl<J: Job> Desk<J> {
    fn new(job: J, waiting: mpsc::Receiver<Ticket<J>>, pace: Arc<Pace>) -> Self {
        Self { job, waiting, pace, answers: Answers::default() }
    }

    /// Settles a batch, and answers it.
    async fn serve(&mut self, tickets: &mut Vec<Ticket<J>>) {
        self.gather(tickets).await;
        let settled = self.settle(tickets).await;
        self.answers.give(settled, J::MID_ANSWER);
    }

    async fn settle(&mut self, tickets: &mut Vec<Ticket<J>>) -> Settled<J::Answer> {
        let came = tickets.first().map(|ticket| ticket.came);
        let (requests, mut waiting_there): (Vec<_>, Vec<_>) =
            tickets.drain(..).map(|ticket| (ticket.request, ticket.waiting)).unzip();
        let began = Instant::now();
        if let Some(came) = came {
            let waited = began.duration_since(came);
            metrics::histogram!("jinquan_lane_wait_seconds", "lane" => J::NAME).record(waited);
        }
        let waiting = &mut self.waiting;
        let mut late = || {
            let mut requests = Vec::new();
            while waiting_there.len() < BATCH_MAX
                && let Ok(ticket) = waiting.try_recv()
            {
                requests.push(ticket.request);
                waiting_there.push(ticket.waiting);
            }
            requests
        };
        // A defect must not end the lane: whoever is in the batch asks again, and everybody else is served.
        let settled = AssertUnwindSafe(self.job.settle(requests, &mut late)).catch_unwind().await;
        let count = waiting_there.len();
        let settled = settled.unwrap_or_else(|_| {
            metrics::counter!("jinquan_panics_total").increment(1);
            let undecided = self.pace.undecided(count);
            (0..count).map(|_| Err(undecided)).collect()
        });
        self.pace.note(&Done { count, came, began, ended: Instant::now() });
        metrics::histogram!("jinquan_lane_batch_requests", "lane" => J::NAME)
            .record(f64::from(u32::try_from(count).unwrap_or(u32::MAX)));
        metrics::histogram!("jinquan_lane_batch_seconds", "lane" => J::NAME)
            .record(began.elapsed());
        (settled, waiting_there)
    }

    /// Takes along what is ready to come: the first request wakes the lane before the others have had their turn, and
    /// each turn lets the sockets be read once more. This waits for nobody outside: for the lane's own answers to
    /// leave, after which whoever asks again is there; then it ends with the first turn that brings no one. So whoever
    /// is alone goes at once, as does the first after a rest, and in a rush a batch is everybody who is there.
    async fn gather(&mut self, tickets: &mut Vec<Ticket<J>>) {
        if self.pace.ended_ago() > RESTED {
            return;
        }
        if tickets.len() + self.waiting.len() < BATCH_MAX {
            self.answers.have_left().await;
        }
        loop {
            let before = tickets.len();
            std::thread::yield_now();
            tokio::task::yield_now().await;
            while tickets.len() < BATCH_MAX
                && let Ok(ticket) = self.waiting.try_recv()
            {
                tickets.push(ticket);
            }
            if tickets.len() == before || tickets.len() == BATCH_MAX {
                return;
            }
        }
    }
}
