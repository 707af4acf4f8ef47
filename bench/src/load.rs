//! The open-loop generator: claims leave at a set rate whether or not earlier ones were answered, so a slow server
//! cannot slow its own measurement down. wrk cannot do that. Whoever is told to come again does, when the answer asked
//! for it, within the same rate. With `--rate 0` it is a closed loop, in which it must agree with wrk within a tenth.

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::spawn_local;
use tokio::time::{Instant, interval};

use crate::person::claim_request;

/// How long answers may still arrive after the last request left.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The servers; connections are spread over them.
    #[arg(long, required = true)]
    to: Vec<SocketAddr>,
    /// How many are open.
    #[arg(long)]
    connections: usize,
    /// Claims a second; 0 sends the next one as soon as the last was answered.
    #[arg(long)]
    rate: u64,
    /// The most claims that are sent.
    #[arg(long)]
    claims: u64,
    /// The longest time for which new ones are sent.
    #[arg(long)]
    seconds: u64,
    /// The first person; each claim is of the next one.
    #[arg(long)]
    first: u64,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Claims that left.
    pub(crate) sent: u64,
    /// Answered 201.
    pub(crate) granted: u64,
    /// Answered 409: no more packs.
    pub(crate) refused: u64,
    /// Answered 503: come again.
    pub(crate) busy: u64,
    /// Answered otherwise.
    pub(crate) other: u64,
    /// Left without an answer.
    pub(crate) unanswered: u64,
    /// From the first departure to the last answer, and to the last 201.
    pub(crate) seconds: f64,
    pub(crate) granted_seconds: f64,
    /// 99 of 100 of the 201 came so many milliseconds after the moment at which the claim was due first, also where it
    /// was told to come again meanwhile.
    pub(crate) granted_p99_ms: f64,
}

struct Job {
    person: u64,
    due: Instant,
}

/// What the connections share.
struct Shared {
    closed: bool,
    waiting: RefCell<VecDeque<Job>>,
    called: Notify,
    crowd: RefCell<Crowd>,
    tally: RefCell<Tally>,
}

/// Whose claim leaves next: whoever was told to come again and has waited, else a new person.
struct Crowd {
    /// When somebody comes again, who, and when their claim was due first.
    again: BinaryHeap<Reverse<(Instant, u64, Instant)>>,
    person: u64,
    end: u64,
    until: Instant,
}

struct Tally {
    outcome: Outcome,
    granted_us: Histogram<u64>,
    first_sent: Option<Instant>,
    last: Option<Instant>,
    last_granted: Option<Instant>,
}

/// Sends, and prints the outcome as one line of JSON.
pub(crate) async fn run(options: Options) -> Result<()> {
    let streams = open(&options.to, options.connections).await?;
    let shared = Rc::new(Shared {
        closed: options.rate == 0,
        waiting: RefCell::default(),
        called: Notify::new(),
        crowd: RefCell::new(Crowd {
            again: BinaryHeap::new(),
            person: options.first,
            end: options.first + options.claims,
            until: Instant::now() + Duration::from_secs(options.seconds),
        }),
        tally: RefCell::new(Tally {
            outcome: Outcome::default(),
            granted_us: Histogram::new(3)?,
            first_sent: None,
            last: None,
            last_granted: None,
        }),
    });
    for stream in streams {
        spawn_local(line(stream, shared.clone()));
    }
    if !shared.closed {
        depart(&options, &shared).await;
    }
    // Whoever has no answer by then is counted.
    let last = shared.crowd.borrow().until + PATIENCE;
    while !shared.is_settled() && Instant::now() < last {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("{}", serde_json::to_string(&shared.tally.borrow().close())?);
    Ok(())
}

/// Opens so many connections, dealt over the servers.
pub(crate) async fn open(to: &[SocketAddr], connections: usize) -> Result<Vec<TcpStream>> {
    let mut streams = Vec::with_capacity(connections);
    for address in to.iter().cycle().take(connections) {
        let stream = TcpStream::connect(address).await.context("a connection was not opened")?;
        stream.set_nodelay(true)?;
        streams.push(stream);
    }
    Ok(streams)
}

/// Lets claims become due, evenly, until everybody has an answer that is not "come again".
async fn depart(options: &Options, shared: &Shared) {
    let began = Instant::now();
    let mut ticks = interval(Duration::from_millis(1));
    let mut slots = 0;
    while !shared.is_settled() {
        ticks.tick().await;
        let due = began.elapsed().as_micros() * u128::from(options.rate) / 1_000_000;
        let due = u64::try_from(due).unwrap_or(u64::MAX);
        for slot in slots..due {
            let due = began + Duration::from_micros(slot * 1_000_000 / options.rate);
            let Some(job) = shared.crowd.borrow_mut().next(due) else { break };
            shared.waiting.borrow_mut().push_back(job);
            shared.called.notify_one();
        }
        slots = due;
        if Instant::now() > shared.crowd.borrow().until {
            return;
        }
    }
}

/// One connection: take a claim, send it, read its answer.
async fn line(mut stream: TcpStream, shared: Rc<Shared>) -> Result<()> {
    let mut buffer = vec![0; 8_192];
    loop {
        let job = shared.job().await;
        shared.tally.borrow_mut().sent();
        stream.write_all(&claim_request(job.person)).await?;
        let (status, bytes) = answer(&mut stream, &mut buffer).await?;
        shared.tally.borrow_mut().note(status, job.due);
        if status == 503 {
            // As the answer asks.
            let text = std::str::from_utf8(bytes)?;
            let ms = text.split("\"retry_after_ms\":").nth(1).context("not when to come again")?;
            let ms = ms.split([',', '}']).next().unwrap_or(ms).trim().parse()?;
            let at = Instant::now() + Duration::from_millis(ms);
            shared.crowd.borrow_mut().again.push(Reverse((at, job.person, job.due)));
        }
    }
}

impl Shared {
    /// The next claim of a connection, as soon as there is one.
    async fn job(&self) -> Job {
        loop {
            let job = self.waiting.borrow_mut().pop_front();
            if let Some(job) = job {
                return job;
            }
            if !self.closed {
                self.called.notified().await;
                continue;
            }
            let job = self.crowd.borrow_mut().next(Instant::now());
            if let Some(job) = job {
                return job;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Whether everybody has come and has an answer with which they stay away.
    fn is_settled(&self) -> bool {
        let (crowd, tally) = (self.crowd.borrow(), self.tally.borrow());
        let nobody = crowd.again.is_empty() && self.waiting.borrow().is_empty();
        let all = crowd.person == crowd.end || Instant::now() > crowd.until;
        nobody && all && tally.outcome.answered() == tally.outcome.sent
    }
}

/// Reads one answer whole; gives its status and its bytes.
pub(crate) async fn answer<'b>(
    stream: &mut TcpStream,
    buffer: &'b mut [u8],
) -> Result<(u16, &'b [u8])> {
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        ensure!(read > 0, "the server closed a connection");
        filled += read;
        if let Some((status, length)) = parse(&buffer[..filled])
            && filled >= length
        {
            return Ok((status, &buffer[..filled]));
        }
        ensure!(filled < buffer.len(), "an answer is larger than {filled} bytes");
    }
}

/// The status, and how long the answer is with its body, once its head is there.
fn parse(bytes: &[u8]) -> Option<(u16, usize)> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&bytes[..head]).ok()?;
    let status = text.get(9..12)?.parse().ok()?;
    let length = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    });
    Some((status, head + 4 + length.unwrap_or(0)))
}

impl Crowd {
    /// Whoever takes a place that is due now. Who was told to come again has waited since their first one was.
    fn next(&mut self, due: Instant) -> Option<Job> {
        let now = Instant::now();
        if self.again.peek().is_some_and(|Reverse((at, ..))| *at <= now) {
            return self.again.pop().map(|Reverse((_, person, due))| Job { person, due });
        }
        (self.person < self.end && now < self.until).then(|| {
            self.person += 1;
            Job { person: self.person - 1, due }
        })
    }
}

impl Tally {
    fn sent(&mut self) {
        self.outcome.sent += 1;
        self.first_sent.get_or_insert_with(Instant::now);
    }

    fn note(&mut self, status: u16, due: Instant) {
        let now = Instant::now();
        let us = u64::try_from(now.duration_since(due).as_micros()).unwrap_or(u64::MAX);
        self.last = Some(now);
        match status {
            201 => {
                self.outcome.granted += 1;
                // It grows by itself; only a value beyond any clock does not fit.
                let _ = self.granted_us.record(us);
                self.last_granted = Some(now);
            }
            409 => self.outcome.refused += 1,
            503 => self.outcome.busy += 1,
            _ => self.outcome.other += 1,
        }
    }

    fn close(&self) -> Outcome {
        let since = |last: Option<Instant>| match (self.first_sent, last) {
            (Some(first), Some(last)) => last.duration_since(first).as_secs_f64(),
            _ => 0.0,
        };
        let us = self.granted_us.value_at_quantile(0.99);
        #[expect(clippy::cast_precision_loss, reason = "microseconds of a short run")]
        let granted_p99_ms = us as f64 / 1_000.0;
        Outcome {
            unanswered: self.outcome.sent - self.outcome.answered(),
            seconds: since(self.last),
            granted_seconds: since(self.last_granted),
            granted_p99_ms,
            ..self.outcome.clone()
        }
    }
}

impl Outcome {
    fn answered(&self) -> u64 {
        self.granted + self.refused + self.busy + self.other
    }
}
