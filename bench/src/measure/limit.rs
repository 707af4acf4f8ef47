//! The engines' own limit: batches of 512 claims written and committed by one connection, again and again, with nothing
//! in front. On SQLite the statements are the product's own; on PostgreSQL pgbench inserts the rows.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use sqlx::raw_sql;
use tokio::process::Command;

use crate::database::{Engine, postgres, sqlite};
use crate::figure::Sample;
use crate::processor::{Core, pinned};
use crate::stage::Stage;

use super::Time;
use super::claims::{PERSONS, PLENTY};

/// As many as the product's lane takes at most.
const BATCH: u64 = server::lane::BATCH_MAX as u64;

/// PostgreSQL's, by pgbench.
pub(crate) async fn on_postgres(stage: &Stage, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Postgres).copy(PLENTY, "spoilt").await?;
    raw_sql("create sequence bench_batch start 1").execute(&mut postgres(&url).await?).await?;
    let programs = rig::cluster::programs().context("PostgreSQL is not installed")?;
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/script/batch.sql");
    let mut pgbench = Command::from(pinned(Core::Generators, programs.join("pgbench")));
    pgbench.args(["--no-vacuum", "--client", "1", "--protocol", "prepared", "--file", script]);
    pgbench.args(["--time", &time.measured.to_string(), &url]);
    let (batches, yardstick) =
        between(stage, async || transactions(&pgbench.output().await?)).await?;
    Ok(of_batches(batches, yardstick))
}

/// What PostgreSQL gives to a textbook: pgbench's simple update, sixteen clients, each a transaction of its own.
pub(crate) async fn simple_update(stage: &Stage, time: Time) -> Result<Sample> {
    let databases = stage.databases(Engine::Postgres);
    let url = databases.make_empty("textbook").await?;
    let programs = rig::cluster::programs().context("PostgreSQL is not installed")?;
    let mut fill = std::process::Command::new(programs.join("pgbench"));
    rig::command::output(fill.args(["--initialize", "--quiet", "--scale", "10", &url]))?;
    let mut pgbench = Command::from(pinned(Core::Generators, programs.join("pgbench")));
    pgbench.args(["--no-vacuum", "--client", "16", "--protocol", "prepared"]);
    pgbench.args(["--builtin", "simple-update", "--time", &time.measured.to_string(), &url]);
    let (rate, yardstick) = between(stage, async || transactions(&pgbench.output().await?)).await?;
    databases.remove("textbook").await?;
    Ok(Sample { rate, yardstick, p99_ms: 0.0, processor_us: 0.0 })
}

/// Transactions a second, as pgbench tells.
fn transactions(output: &std::process::Output) -> Result<f64> {
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))
}

/// SQLite's, by a loop in a process on the servers' core.
pub(crate) async fn on_sqlite(stage: &Stage, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let mut command = Command::from(pinned(Core::Servers, &stage.itself));
    command.args(["limit", "--database", &url, "--seconds", &time.measured.to_string()]);
    let (batches, yardstick) = between(stage, async || {
        let output = command.output().await?;
        let text = String::from_utf8_lossy(&output.stdout);
        text.trim().parse().with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())
    })
    .await?;
    Ok(of_batches(batches, yardstick))
}

/// What cannot stop and go on stands between two seconds of the yardstick.
async fn between(
    stage: &Stage,
    mut measure: impl AsyncFnMut() -> Result<f64>,
) -> Result<(f64, f64)> {
    let before = stage.yardsticks.granted.rate(1).await?;
    let measured = measure().await?;
    Ok((measured, f64::midpoint(before, stage.yardsticks.granted.rate(1).await?)))
}

fn of_batches(batches: f64, yardstick: f64) -> Sample {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let rate = batches * BATCH as f64;
    Sample { rate, yardstick, p99_ms: 0.0, processor_us: 0.0 }
}

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The database, which is spoilt.
    #[arg(long)]
    database: String,
    /// For how long.
    #[arg(long)]
    seconds: u64,
}

/// What the product's lane runs for a batch, with nothing around it.
const BATCH_OF_THE_PRODUCT: &str = include_str!("../../../store/src/claim/batch/sqlite.sql");

/// Prints batches a second.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no clock but the machine's")]
pub(crate) async fn run(options: Options) -> Result<()> {
    let mut connection = sqlite(&options.database).await?;
    let settings = "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on";
    raw_sql(settings).execute(&mut connection).await?;
    let batches: Vec<(u64, String)> =
        (0..PERSONS / BATCH).map(|place| place * BATCH).map(|base| (base, rows(base))).collect();
    let (sequence, hash): (i64, Vec<u8>) =
        sqlx::query_as("select chain_sequence, chain_hash from round where id = 'r1'")
            .fetch_one(&mut connection)
            .await?;
    let (mut sequence, mut previous) = (sequence, hash);
    let began = Instant::now();
    let mut done = 0_u32;
    for (base, rows) in batches {
        if began.elapsed().as_secs() >= options.seconds {
            break;
        }
        sequence += 1;
        let issued = i64::try_from(base + BATCH)?;
        let remaining = i64::try_from(PERSONS)? - issued;
        let hash = [previous.as_slice(), &[1]].concat()[1..].to_vec();
        raw_sql("begin immediate").execute(&mut connection).await?;
        let written = sqlx::query(BATCH_OF_THE_PRODUCT)
            .bind("r1")
            .bind(issued)
            .bind(i64::try_from(BATCH)?)
            .bind("round:r1")
            .bind(sequence)
            .bind("grant")
            .bind(1_587_520_800_000_i64)
            .bind(hash.clone())
            .bind(previous)
            .bind(hash.clone())
            .bind("stock:r1")
            .bind("issued:r1")
            .bind(i64::try_from(BATCH)? * 5_000)
            .bind(format!(
                r#"[{{"pack":"pack","issued":{issued},"held":0,"remaining":{remaining}}}]"#
            ))
            // Nothing of risk control: the statement writes no row of no acts.
            .bind("")
            .bind(0_i64)
            .bind(0_i64)
            .bind(0_i64)
            .bind("")
            .bind(rows)
            .execute(&mut connection)
            .await?;
        raw_sql("commit").execute(&mut connection).await?;
        ensure!(written.rows_affected() == BATCH + 6, "a batch was not written whole");
        previous = hash;
        done += 1;
    }
    println!("{}", f64::from(done) / began.elapsed().as_secs_f64());
    Ok(())
}

/// The claims of a batch, as the product hands them to SQLite.
fn rows(base: u64) -> String {
    let row = |number: u64| {
        format!(
            r#"["{number:026}","pack","{number:026}","{number:026}","b-{number}",0,"",{number}]"#
        )
    };
    let rows: Vec<String> = (base + 1..=base + BATCH).map(row).collect();
    format!("[{}]", rows.join(","))
}
