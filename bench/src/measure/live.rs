//! The live stream: what many open streams cost.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use super::claims::{PERSONS, PLENTY, offset_to};
use super::{CONNECTIONS, Time};
use crate::closed::{Act, Persons, requests};
use crate::database::Engine;
use crate::processor::{Core, pinned, resident_kib};
use crate::stage::{OPEN, Stage};
use crate::watch::Outcome;

/// How long people claim before it counts how old the stock on a screen is: longer than anybody waits to be told.
const STARTS: Duration = Duration::from_secs(2);

/// What many streams cost, all of them open to the end.
pub(crate) struct Streams {
    /// Memory of the server for each, in KiB.
    pub(crate) each_kib: f64,
    /// How old the stock on a screen is at most, in 99 of 100 cases.
    pub(crate) age_p99_ms: f64,
}

/// Many open streams: a process on the generators' core.
pub(crate) struct Watchers {
    streams: usize,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Watchers {
    /// Opens so many, of a server whose campaign clock is ahead by so many seconds.
    pub(crate) async fn open(
        stage: &Stage,
        to: SocketAddr,
        streams: usize,
        offset: i64,
    ) -> Result<Self> {
        let mut watchers = Command::from(pinned(Core::Generators, &stage.itself));
        watchers.args(["watch", "--to", &to.to_string(), "--streams", &streams.to_string()]);
        watchers.args(["--clock-offset-ms", &(offset * 1_000).to_string()]);
        watchers.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut child = watchers.spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        lines.next_line().await?.context("the watchers ended at once")?;
        Ok(Self { streams, child, lines })
    }

    /// From now on it counts how old the stock on a screen is: people claim.
    async fn look(&mut self) -> Result<()> {
        let orders = self.child.stdin.as_mut().context("no input")?;
        orders.write_all(b"\n").await?;
        Ok(orders.flush().await?)
    }

    /// Closes them, and gives what they saw.
    ///
    /// # Errors
    /// Also when one of them had ended before.
    pub(crate) async fn close(mut self) -> Result<Outcome> {
        drop(self.child.stdin.take());
        let line = self.lines.next_line().await?.context("the watchers said nothing")?;
        self.child.wait().await?;
        let seen: Outcome = serde_json::from_str(&line)?;
        let streams = self.streams;
        ensure!(
            seen.streams == streams,
            "{} of {streams} streams were open to the end",
            seen.streams
        );
        Ok(seen)
    }
}

/// Opens `streams`, while people claim without a pause.
pub(crate) async fn streams(stage: &Stage, streams: usize, time: Time) -> Result<Streams> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let offset = offset_to(OPEN)?;
    let server = stage.serve_with(&url, &["--clock-offset", &offset.to_string()]).await?;
    let persons = Persons { first: 1, share: PERSONS / 2, again: 0, act: Act::Claim };
    requests(&[server.address], CONNECTIONS, time.warm, persons).await?;
    let before_kib = resident_kib(server.pid()?)?;
    let mut watchers = Watchers::open(stage, server.address, streams, offset).await?;
    let opened_kib = resident_kib(server.pid()?)?;
    let others = Persons { first: 1 + persons.share, ..persons };
    let look = async {
        // By then everybody was told of a stock that is changing.
        tokio::time::sleep(STARTS).await;
        watchers.look().await
    };
    let servers = [server.address];
    let claims = requests(&servers, CONNECTIONS, STARTS.as_secs() + time.measured, others);
    let (claimed, ()) = tokio::try_join!(claims, look)?;
    ensure!(claimed.answers > 0, "nobody claimed beside the streams");
    let seen = watchers.close().await?;
    ensure!(seen.events > 0, "{streams} streams told nothing");
    server.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    Ok(Streams {
        each_kib: opened_kib.saturating_sub(before_kib) as f64 / streams as f64,
        age_p99_ms: seen.age_p99_ms as f64,
    })
}
