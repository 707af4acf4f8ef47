//! Claims a second: the product on both engines, and its rivals on the same.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail, ensure};

use super::live::Watchers;
use super::{CONNECTIONS, Measured, Time, closed, in_turn, rush};
use crate::audit;
use crate::closed::{Act, Persons, Seen};
use crate::database::Engine;
use crate::figure::Sample;
use crate::redis_server::Redis;
use crate::stage::{OPEN, Stage};
use crate::subject::Subject;

/// The database with as many packs as persons.
pub(crate) const PLENTY: &str = "plenty";
/// How many persons it has.
pub(crate) const PERSONS: u64 = 300_000;
/// A copy that is spoilt.
const SPOILT: &str = "spoilt";

/// The product with its one server.
pub(crate) async fn product(stage: &Stage, engine: Engine, time: Time) -> Result<Sample> {
    let url = stage.databases(engine).copy(PLENTY, SPOILT).await?;
    let server = stage.serve(&url, OPEN).await?;
    let sample = measure(stage, engine, &url, vec![server], None, time).await?;
    verify_ledger(stage, &url)?;
    Ok(sample)
}

/// The product with three servers on one PostgreSQL.
pub(crate) async fn three_servers(stage: &Stage, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Postgres).copy(PLENTY, SPOILT).await?;
    let offset = offset_to(OPEN)?.to_string();
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(stage.serve_with(&url, &["--clock-offset", &offset]).await?);
    }
    let sample = measure(stage, Engine::Postgres, &url, servers, None, time).await?;
    verify_ledger(stage, &url)?;
    Ok(sample)
}

/// The product on SQLite while so many people watch its stock.
pub(crate) async fn watched(stage: &Stage, streams: usize, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, SPOILT).await?;
    let server = stage.serve(&url, OPEN).await?;
    let addresses = [server.address];
    let watchers = Watchers::open(stage, server.address, streams, 0).await?;
    // The last stock of a second is told when the second is over, and the yardstick must not pay for it.
    let time = Time { rest: Duration::from_secs(1), ..time };
    let processes = [server.pid()?];
    let measured =
        closed(&stage.yardsticks.granted, &addresses, &processes, time, persons(1)).await?;
    watchers.close().await?;
    let sample = audited(Engine::Sqlite, &url, vec![server], &measured, time).await?;
    verify_ledger(stage, &url)?;
    Ok(sample)
}

/// The textbook.
pub(crate) async fn naive(stage: &Stage, engine: Engine, time: Time) -> Result<Sample> {
    let url = stage.databases(engine).copy(PLENTY, SPOILT).await?;
    let server = stage.rival("naive", &["--database", &url]).await?;
    measure(stage, engine, &url, vec![server], None, time).await
}

/// Redis in front, the database behind.
pub(crate) async fn redis(stage: &Stage, flush: &str, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Postgres).copy(PLENTY, SPOILT).await?;
    let redis = Redis::start(flush).await?;
    redis.sign_in(1, PERSONS).await?;
    let server = stage.rival("redis", &["--database", &url, "--redis", &redis.url]).await?;
    let process = redis.pid()?;
    let sample = measure(stage, Engine::Postgres, &url, vec![server], Some(process), time).await?;
    redis.stop().await?;
    Ok(sample)
}

/// Our own generator against wrk: the answers a second that each gets of the plain handler in a closed loop, in turn.
pub(crate) async fn generators(stage: &Stage, file: &Path, time: Time) -> Result<f64> {
    let server = stage.rival("plain", &["--answer", &file.display().to_string()]).await?;
    let (to, endless) = (server.address.to_string(), (PERSONS * 100).to_string());
    let connections = CONNECTIONS.to_string();
    let measured = in_turn(&stage.yardsticks.granted, &[server.pid()?], time, async |part| {
        let seconds = part.seconds.to_string();
        let load = [
            "--connections",
            &connections,
            "--rate",
            "0",
            "--claims",
            &endless,
            "--seconds",
            &seconds,
        ];
        let ours = rush::load(stage, &to, 1, &load).await?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let rate = ours.granted as f64 / ours.seconds;
        Ok(Seen { answers: ours.granted, refusals: 0, rate, p99_ms: ours.granted_p99_ms })
    })
    .await?;
    server.stop().await?;
    Ok(measured.sample(measured.seen.answers).relative())
}

/// Seconds from now to an instant of the campaign.
pub(crate) fn offset_to(instant: &str) -> Result<i64> {
    let instant: domain::time::Timestamp =
        instant.parse().map_err(|_| anyhow::anyhow!("not an instant"))?;
    let clock = server::clock::Clock::machine(0);
    Ok(instant.millis_since(clock.system()) / 1_000)
}

/// `jinquan ledger verify`.
pub(crate) fn verify_ledger(stage: &Stage, url: &str) -> Result<()> {
    let mut verify = std::process::Command::new(&stage.product);
    rig::command::output(verify.args(["ledger", "verify", "--database", url]))?;
    Ok(())
}

fn persons(servers: u64) -> Persons {
    // Each server has its share.
    Persons { first: 1, share: PERSONS / servers, again: 0, act: Act::Claim }
}

async fn measure(
    stage: &Stage,
    engine: Engine,
    url: &str,
    servers: Vec<Subject>,
    redis: Option<u32>,
    time: Time,
) -> Result<Sample> {
    let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let mut processes = servers.iter().map(Subject::pid).collect::<Result<Vec<_>>>()?;
    processes.extend(redis);
    if engine == Engine::Postgres {
        processes.push(stage.postmaster()?);
    }
    let many = u64::try_from(servers.len())?;
    let measured: Measured =
        closed(&stage.yardsticks.granted, &addresses, &processes, time, persons(many)).await?;
    if redis.is_some() {
        until_the_database_followed(&servers[0]).await?;
    }
    audited(engine, url, servers, &measured, time).await
}

/// Ends the servers, and counts what they have written.
async fn audited(
    engine: Engine,
    url: &str,
    servers: Vec<Subject>,
    measured: &Measured,
    time: Time,
) -> Result<Sample> {
    ensure!(measured.seen.refusals == 0, "{} were told no", measured.seen.refusals);
    for server in servers {
        server.stop().await?;
    }
    let answers = measured.warm.granted() + measured.seen.granted();
    audit::count(engine, url).await?.fits(answers, time.open_at_ends())?;
    Ok(measured.sample(measured.seen.granted()))
}

async fn until_the_database_followed(server: &Subject) -> Result<()> {
    for _ in 0..600 {
        let answer = server.ask(b"GET /behind HTTP/1.1\r\nHost: bench\r\n\r\n").await?;
        if answer.ends_with("\r\n\r\n0") {
            // The last batch has left the queue and is being written.
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    bail!("the database did not follow Redis within a minute")
}
