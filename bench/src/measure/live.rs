//! The live stream: what many open streams cost, and whether they slow claims down.

use std::process::Stdio;

use anyhow::{Context as _, Result};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;

use super::claims::{PERSONS, PLENTY, offset_to};
use super::{CONNECTIONS, Time};
use crate::closed::{Act, Persons, requests};
use crate::database::Engine;
use crate::processor::{Core, pinned, resident_kib};
use crate::stage::{OPEN, Stage};
use crate::watch::Outcome;

/// What many streams do.
pub(crate) struct Streams {
    /// Memory of the server for each, in KiB.
    pub(crate) each_kib: f64,
    /// How old the stock on a screen is at most, in 99 of 100 cases.
    pub(crate) age_p99_ms: f64,
    /// Claims a second with them, by claims a second without: before them and after them.
    pub(crate) claims: f64,
    /// How many were open to the end.
    pub(crate) open: usize,
}

/// Opens `streams` and claims meanwhile.
pub(crate) async fn streams(stage: &Stage, streams: usize, time: Time) -> Result<Streams> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let offset = offset_to(OPEN)?;
    let server = stage.serve_with(&url, &["--clock-offset", &offset.to_string()]).await?;
    let persons = Persons { first: 1, share: PERSONS / 4, again: 0, act: Act::Claim };
    let after = |shares| Persons { first: 1 + shares * persons.share, ..persons };
    requests(&[server.address], CONNECTIONS, time.warm, persons).await?;
    // Nobody comes twice: a loop of two seconds does not get through its share.
    let seconds = time.measured.min(2);
    let claim = async |persons| {
        Ok::<_, anyhow::Error>(
            requests(&[server.address], CONNECTIONS, seconds, persons).await?.rate,
        )
    };
    let before = claim(after(1)).await?;
    let before_kib = resident_kib(server.pid()?)?;

    let mut watchers = Command::from(pinned(Core::Generators, &stage.itself));
    watchers.args(["watch", "--to", &server.address.to_string()]);
    watchers.args(["--streams", &streams.to_string()]);
    watchers.args(["--seconds", &(time.measured + 4).to_string()]);
    watchers.args(["--clock-offset-ms", &(offset * 1_000).to_string()]);
    let mut watchers = watchers.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut lines = BufReader::new(watchers.stdout.take().context("no output")?).lines();
    lines.next_line().await?.context("the watchers ended at once")?;
    let opened_kib = resident_kib(server.pid()?)?;
    let with = claim(after(2)).await?;
    let line = lines.next_line().await?.context("the watchers said nothing")?;
    let seen: Outcome = serde_json::from_str(&line)?;
    watchers.wait().await?;
    let afterwards = claim(after(3)).await?;
    server.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    Ok(Streams {
        each_kib: opened_kib.saturating_sub(before_kib) as f64 / streams as f64,
        age_p99_ms: seen.age_p99_ms as f64,
        claims: with / f64::midpoint(before, afterwards),
        open: seen.streams,
    })
}
