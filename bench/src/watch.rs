//! Watchers of the live stream: many connections, each reading events. What is on a screen is as old as the time since
//! the event before was made, until the next one arrives. Until somebody claims it is as new as on its first instant,
//! so what came before the word that people claim does not count. What is on a screen at the end and is older than it
//! may be counts as well, or a stream that stalls would be told by no event.

use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::SystemTime;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::spawn_local;

const REQUEST: &[u8] = b"GET /api/v1/rounds/r1/live HTTP/1.1\r\nHost: bench\r\n\r\n";

/// As old as the stock on a screen may be, in milliseconds.
const TOO_OLD_MS: u64 = 1_000;

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The server.
    #[arg(long)]
    to: SocketAddr,
    /// How many streams are open.
    #[arg(long)]
    streams: usize,
    /// How far the campaign clock is ahead of this machine's, in milliseconds.
    #[arg(long, allow_hyphen_values = true)]
    clock_offset_ms: i64,
}

/// What they saw.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// Streams that were open to the end.
    pub(crate) streams: usize,
    /// Events whose age counts.
    pub(crate) events: u64,
    /// How old the stock on a screen was at most, for 99 of 100 events.
    pub(crate) age_p99_ms: u64,
}

/// Prints `open` when every stream has told its first event, looks at ages from the first byte of its standard input
/// on, and prints the outcome when that has ended.
pub(crate) async fn run(options: Options) -> Result<()> {
    let (ages, looks) =
        (Rc::new(RefCell::new(Histogram::<u64>::new(3)?)), Rc::new(Cell::new(false)));
    let mut streams = Vec::with_capacity(options.streams);
    for _ in 0..options.streams {
        streams.push(open(options.to).await?);
    }
    println!("open");
    let (going_on, end) = watch::channel(());
    let watching: Vec<_> = streams
        .into_iter()
        .map(|stream| {
            let clock_offset_ms = options.clock_offset_ms;
            spawn_local(follow(stream, (ages.clone(), looks.clone()), clock_offset_ms, end.clone()))
        })
        .collect();
    let mut orders = tokio::io::stdin();
    looks.set(orders.read(&mut [0]).await? > 0);
    tokio::io::copy(&mut orders, &mut tokio::io::sink()).await?;
    drop(going_on);
    let mut open = 0;
    for one in watching {
        open += usize::from(one.await?.is_ok());
    }
    let ages = ages.borrow();
    let outcome =
        Outcome { streams: open, events: ages.len(), age_p99_ms: ages.value_at_quantile(0.99) };
    println!("{}", serde_json::to_string(&outcome)?);
    Ok(())
}

/// Opens a stream, and reads what comes with it.
async fn open(to: SocketAddr) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(to).await.context("a stream was not opened")?;
    stream.write_all(REQUEST).await?;
    let mut told = Vec::new();
    while !told.ends_with(b"\n\n\r\n") {
        ensure!(stream.read_buf(&mut told).await? > 0, "the server ended a stream at once");
        let said = String::from_utf8_lossy(&told);
        ensure!(said.starts_with("HTTP/1.1 200 "), "no stream was opened: {said}");
    }
    Ok(stream)
}

async fn follow(
    mut stream: TcpStream,
    (ages, looks): (Rc<RefCell<Histogram<u64>>>, Rc<Cell<bool>>),
    clock_offset_ms: i64,
    mut end: watch::Receiver<()>,
) -> Result<()> {
    let mut buffer = [0; 2_048];
    let mut made_at: Option<i64> = None;
    loop {
        let read = tokio::select! {
            read = stream.read(&mut buffer) => read?,
            _ = end.changed() => {
                // What nothing has replaced is told by no event. Only where it is too old: the others were merely cut
                // off before their next event, and would make everything look younger than it was.
                if let Some(made_at) = made_at {
                    let age = now_ms()? + clock_offset_ms - made_at;
                    if let Ok(age) = u64::try_from(age) && age > TOO_OLD_MS {
                        let _ = ages.borrow_mut().record(age);
                    }
                }
                return Ok(());
            }
        };
        ensure!(read > 0, "the server ended a stream");
        // An event is small and leaves in one piece.
        let text = String::from_utf8_lossy(&buffer[..read]);
        let Some(time) =
            text.rsplit("\"server_time\":\"").next().and_then(|rest| rest.split('"').next())
        else {
            continue;
        };
        let Ok(time) = time.parse::<domain::time::Timestamp>() else { continue };
        if let Some(made_at) = made_at {
            let age = now_ms()? + clock_offset_ms - made_at;
            // It grows by itself; only a value beyond any clock does not fit.
            let _ = ages.borrow_mut().record(u64::try_from(age).unwrap_or(0));
        }
        made_at = looks.get().then(|| time.millis());
    }
}

#[expect(clippy::disallowed_methods, reason = "a generator has no clock but the machine's")]
fn now_ms() -> Result<i64> {
    Ok(i64::try_from(SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis())?)
}
