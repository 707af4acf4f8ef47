//! Ten times too many: what the desk still decides, whether what everybody else was told is true, how much memory it
//! takes, how soon it is over, and whether tills and the console notice.
//!
//! One core reads some 80,000 requests a second and decides some 25,000 claims, so ten times its best could not even be
//! sent to it. The desk is therefore made as slow as one with a distant database is: each commit takes 100 ms longer
//! (PostgreSQL's own `commit_delay`), which leaves some 4,800 claims a second and room for ten times as many requests.

mod work;

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use tokio::process::Command;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::Instant;

use super::claims::verify_ledger;
use super::rush::load;
use crate::audit;
use crate::database::{Content, Engine};
use crate::overload::Outcome;
use crate::processor::{Core, pinned, resident_kib};
use crate::stage::Stage;
use crate::subject::Subject;
use work::{Probes, VOUCHERS, Work, enter_console};

/// The database of the flood.
const FLOOD: &str = "flood";
/// How much longer each commit takes, in microseconds: the most that PostgreSQL takes.
const COMMIT_DELAY_US: u32 = 100_000;
/// The most that the slow desk could decide a second: only to make as many packs as its best may take.
const MOST_PER_S: u64 = 4_900;
/// Packs last so much longer than the flood, in seconds, at the desk's best: when it is over, so are they.
const PACKS_LAST_LONGER_S: u64 = 4;
/// Connections while its best is measured, in turn, and in the flood.
const BEST_CONNECTIONS: [&str; 3] = ["512", "768", "1000"];
const FLOOD_CONNECTIONS: &str = "4000";
/// The persons who have packs before the flood.
const FIRST: u64 = 3 * VOUCHERS as u64;
/// For how long each, in seconds.
const BEST_SECONDS: u64 = 4;
/// The most claims that it takes to measure it once.
const PEAK_CLAIMS: u64 = MOST_PER_S * BEST_SECONDS * BEST_CONNECTIONS.len() as u64;

/// What was seen.
#[derive(Debug)]
pub(crate) struct Flood {
    pub(crate) best: Best,
    pub(crate) goodput: f64,
    pub(crate) outcome: Outcome,
    pub(crate) memory_mib: (f64, f64),
    /// With nobody else, in the flood on the listener for those who work here, and in the flood on that of citizens.
    pub(crate) before: Work,
    pub(crate) apart: Work,
    pub(crate) among_citizens: Work,
}

/// Claims a second of the desk at its best.
#[derive(Debug)]
pub(crate) struct Best {
    pub(crate) alone_per_s: f64,
    /// With the tills of the flood, each of whose batches is a commit of its own.
    pub(crate) per_s: f64,
}

/// Floods a server for so many seconds.
pub(crate) async fn flood(stage: &Stage, seconds: u64) -> Result<Flood> {
    let databases = stage.databases(Engine::Postgres);
    let most = FIRST + 2 * PEAK_CLAIMS;
    databases.make(FLOOD, Content { persons: most, packs: u32::try_from(most)? }).await?;
    let best = best(stage).await?;
    databases.remove(FLOOD).await?;
    let lasts = Duration::from_secs(seconds + PACKS_LAST_LONGER_S).as_secs_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "packs")]
    let packs = (best.per_s * lasts) as u64 + FIRST;
    let persons = packs * 13 / 10 + 2_000;
    databases.make(FLOOD, Content { persons, packs: u32::try_from(packs)? }).await?;
    let url = slow_copy(stage).await?;
    let (server, staff) = stage.serve_staff_apart(&url).await?;
    let cookie = first_packs(stage, &server).await?;
    let quiet = Probes::begin(&server, (staff, 0), &url, &cookie).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = quiet.end().await?;
    let before_kib = resident_kib(server.pid()?)?;
    let probes = Probes::begin(&server, (staff, 1), &url, &cookie).await?;
    let among_citizens = Probes::begin(&server, (server.address, 2), &url, &cookie).await?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
    let rate = (best.per_s * 10.0) as u64;
    let memory = watch_memory(server.pid()?, seconds);
    let outcome = send(stage, &server, (rate, seconds, persons - FIRST)).await?;
    let (apart, among_citizens) = (probes.end().await?, among_citizens.end().await?);
    let most_kib = memory.await?;
    server.stop().await?;
    ensure!(outcome.other == 0, "{outcome:?}");
    audit::count(Engine::Postgres, &url).await?.fits(outcome.granted + FIRST, 0)?;
    verify_ledger(stage, &url)?;
    databases.remove(FLOOD).await?;
    #[expect(clippy::cast_precision_loss, reason = "counts of a short run")]
    Ok(Flood {
        goodput: outcome.granted_in_flood as f64 / seconds as f64 / best.per_s,
        best,
        outcome,
        memory_mib: (before_kib as f64 / 1_024.0, most_kib as f64 / 1_024.0),
        before,
        apart,
        among_citizens,
    })
}

/// A copy of the database on which every commit takes longer.
async fn slow_copy(stage: &Stage) -> Result<String> {
    let databases = stage.databases(Engine::Postgres);
    let url = databases.copy(FLOOD, "spoilt").await?;
    databases
        .administer(&format!("alter database spoilt set commit_delay = {COMMIT_DELAY_US}"))
        .await?;
    databases.administer("alter database spoilt set commit_siblings = 0").await?;
    Ok(url)
}

/// With nobody else, and with the same tills at work as in the flood.
async fn best(stage: &Stage) -> Result<Best> {
    let url = slow_copy(stage).await?;
    let (server, staff) = stage.serve_staff_apart(&url).await?;
    let cookie = first_packs(stage, &server).await?;
    let alone_per_s = peak(stage, &server, FIRST + 1).await?;
    let probes = Probes::begin(&server, (staff, 0), &url, &cookie).await?;
    let among_citizens = Probes::begin(&server, (server.address, 1), &url, &cookie).await?;
    let per_s = peak(stage, &server, FIRST + 1 + PEAK_CLAIMS).await?;
    probes.end().await?;
    among_citizens.end().await?;
    server.stop().await?;
    println!(
        "overload: the desk's best is {per_s:.0} claims a second, without tills {alone_per_s:.0}"
    );
    Ok(Best { alone_per_s, per_s })
}

/// Gives the first persons packs, for the tills to redeem, and signs an operator in; gives the cookies.
async fn first_packs(stage: &Stage, server: &Subject) -> Result<String> {
    let count = FIRST.to_string();
    let few =
        ["--connections", BEST_CONNECTIONS[0], "--rate", "0", "--claims", &count, "--seconds", "5"];
    load(stage, &server.address.to_string(), 1, &few).await?;
    enter_console(server).await
}

/// Claims a second in the best of several closed loops: too few leave the desk idle, too many are sent to the line.
async fn peak(stage: &Stage, server: &Subject, mut first: u64) -> Result<f64> {
    let (claims, seconds) = (MOST_PER_S * BEST_SECONDS, BEST_SECONDS.to_string());
    let mut peak = 0.0_f64;
    for connections in BEST_CONNECTIONS {
        let all = [
            "--connections",
            connections,
            "--rate",
            "0",
            "--claims",
            &claims.to_string(),
            "--seconds",
            &seconds,
        ];
        let outcome = load(stage, &server.address.to_string(), first, &all).await?;
        first += claims;
        #[expect(clippy::cast_precision_loss, reason = "counts of a short run")]
        let per_s = outcome.granted as f64 / outcome.granted_seconds;
        peak = peak.max(per_s);
    }
    Ok(peak)
}

async fn send(
    stage: &Stage,
    server: &Subject,
    (rate, seconds, persons): (u64, u64, u64),
) -> Result<Outcome> {
    let mut command = Command::from(pinned(Core::Generators, &stage.itself));
    command.args(["overload", "--to", &server.address.to_string()]);
    command.args(["--first", &(FIRST + 1).to_string()]);
    command.args(["--connections", FLOOD_CONNECTIONS, "--rate", &rate.to_string()]);
    command.args(["--seconds", &seconds.to_string(), "--persons", &persons.to_string()]);
    let output = command.output().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim())
        .with_context(|| format!("overload: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// The most memory that a process holds meanwhile, and ten seconds longer, in KiB.
fn watch_memory(pid: u32, seconds: u64) -> JoinHandle<u64> {
    spawn_local(async move {
        let end = Instant::now() + Duration::from_secs(seconds + 10);
        let mut most = 0;
        while Instant::now() < end {
            most = most.max(resident_kib(pid).unwrap_or(0));
            tokio::time::sleep(Duration::from_millis(250)).await;
        }
        most
    })
}
