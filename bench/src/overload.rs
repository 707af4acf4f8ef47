//! The generator of too many: at a set rate there leave, in this order, whoever was told to come now, persons who come
//! for the first time, and persons who press again although they were told when. It keeps account of what each was told
//! and of when each was in fact decided.

mod crowd;

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::{Deserialize, Serialize};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::{Instant, interval};

use crate::load::{answer, open};
use crate::person::claim_request;
use crowd::{Crowd, Job};

/// How long after the last time that was told answers may still arrive.
const PATIENCE: Duration = Duration::from_secs(30);
/// Persons who come for the first time when the flood is over: how soon are they served?
const NEWCOMERS_PER_S: u64 = 50;
/// So many of them in a row, each within [`SOON`], and the server has recovered.
const NEWCOMERS_SERVED: u32 = 25;
const SOON: Duration = Duration::from_millis(500);

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The server.
    #[arg(long)]
    to: SocketAddr,
    /// How many connections are open.
    #[arg(long)]
    connections: usize,
    /// Requests a second.
    #[arg(long)]
    rate: u64,
    /// For how long.
    #[arg(long)]
    seconds: u64,
    /// The first person, and how many there are.
    #[arg(long)]
    first: u64,
    #[arg(long)]
    persons: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Requests that were due in the flood, and those for which a connection was free then.
    pub(crate) due: u64,
    pub(crate) sent_in_flood: u64,
    /// Requests that left, after it as well.
    pub(crate) sent: u64,
    /// Granted while it lasted, and in all.
    pub(crate) granted_in_flood: u64,
    pub(crate) granted: u64,
    /// Told that there are no more packs.
    pub(crate) sold_out: u64,
    /// Told to come again, and that they press too often.
    pub(crate) busy: u64,
    pub(crate) too_many: u64,
    pub(crate) other: u64,
    /// Persons who were told a time, who came at it, and were decided no later than a fifth of their wait after it.
    pub(crate) told: u64,
    pub(crate) decided: u64,
    pub(crate) decided_in_time: u64,
    /// Of those, how much later than told, as a part of the wait: the worst, and 99 of 100.
    pub(crate) late_worst: f64,
    pub(crate) late_p99: f64,
    /// Of those who pressed early: another time than they were told before.
    pub(crate) moved: u64,
    /// Who came at their time and was told another one.
    pub(crate) put_off: u64,
    /// The longest wait that was told, in seconds.
    pub(crate) longest_s: f64,
    /// After the flood: until newcomers were served at once again, in seconds.
    pub(crate) recovered_s: Option<f64>,
}

impl Outcome {
    /// Requests that left and have no answer.
    pub(crate) fn unanswered(&self) -> u64 {
        let answered = self.granted + self.sold_out + self.busy + self.too_many + self.other;
        self.sent.saturating_sub(answered)
    }
}

/// What the connections share.
struct Shared {
    waiting: RefCell<VecDeque<Job>>,
    called: Notify,
    crowd: RefCell<Crowd>,
    free: std::cell::Cell<usize>,
    flood_ends: Instant,
}

/// Floods, and prints the outcome as one line of JSON.
pub(crate) async fn run(options: Options) -> Result<()> {
    let streams = open(&[options.to], options.connections).await?;
    let flood_ends = Instant::now() + Duration::from_secs(options.seconds);
    let shared = Rc::new(Shared {
        waiting: RefCell::default(),
        called: Notify::new(),
        crowd: RefCell::new(Crowd::new(options.first, options.persons)?),
        free: std::cell::Cell::new(options.connections),
        flood_ends,
    });
    for stream in streams {
        spawn_local(line(stream, shared.clone()));
    }
    flood(&shared, options.rate).await;
    {
        let mut crowd = shared.crowd.borrow_mut();
        crowd.outcome.sent_in_flood = crowd.outcome.sent;
    }
    afterwards(&shared).await;
    println!("{}", serde_json::to_string(&shared.crowd.borrow().close())?);
    Ok(())
}

async fn flood(shared: &Shared, rate: u64) {
    let began = Instant::now();
    let mut ticks = interval(Duration::from_millis(1));
    let mut slots = 0;
    while Instant::now() < shared.flood_ends {
        ticks.tick().await;
        let due = began.elapsed().as_micros() * u128::from(rate) / 1_000_000;
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        shared.crowd.borrow_mut().outcome.due += due - slots;
        for _ in slots..due {
            // Who finds no connection stands outside, and comes with a later slot.
            if shared.free.get() <= shared.waiting.borrow().len() {
                break;
            }
            let Some(job) = shared.crowd.borrow_mut().next(Instant::now()) else { break };
            shared.send(job);
        }
        slots = due;
    }
}

/// Whoever was told a time comes at it, and newcomers come slowly.
async fn afterwards(shared: &Shared) {
    let mut ticks = interval(Duration::from_millis(1));
    let mut newcomers = 0;
    loop {
        ticks.tick().await;
        let now = Instant::now();
        while let Some(job) = shared.crowd.borrow_mut().returning(now) {
            shared.send(job);
        }
        let since_ms = now.duration_since(shared.flood_ends).as_millis();
        if since_ms * u128::from(NEWCOMERS_PER_S) / 1_000 > newcomers {
            newcomers += 1;
            let newcomer = shared.crowd.borrow_mut().newcomer(now);
            if let Some(job) = newcomer {
                shared.send(job);
            }
        }
        let crowd = shared.crowd.borrow();
        let is_over = crowd.is_settled() && crowd.outcome.recovered_s.is_some();
        if is_over || now > crowd.last_due.max(shared.flood_ends) + PATIENCE {
            return;
        }
    }
}

/// One connection: take a request, send it, read its answer.
async fn line(mut stream: TcpStream, shared: Rc<Shared>) -> Result<()> {
    let mut buffer = vec![0; 8_192];
    loop {
        let job = shared.job().await;
        stream.write_all(&claim_request(job.person)).await?;
        let (status, bytes) = answer(&mut stream, &mut buffer).await?;
        let retry_ms = if matches!(status, 429 | 503) {
            let text = std::str::from_utf8(bytes)?;
            let ms = text.split("\"retry_after_ms\":").nth(1).context("not when to come again")?;
            Some(ms.split([',', '}']).next().unwrap_or(ms).trim().parse()?)
        } else {
            None
        };
        shared.free.set(shared.free.get() + 1);
        shared.crowd.borrow_mut().note(job, status, retry_ms, shared.flood_ends);
    }
}

impl Shared {
    fn send(&self, job: Job) {
        self.waiting.borrow_mut().push_back(job);
        self.called.notify_one();
    }

    async fn job(&self) -> Job {
        loop {
            let job = self.waiting.borrow_mut().pop_front();
            match job {
                Some(job) => {
                    self.free.set(self.free.get() - 1);
                    self.crowd.borrow_mut().outcome.sent += 1;
                    return job;
                }
                None => self.called.notified().await,
            }
        }
    }
}
