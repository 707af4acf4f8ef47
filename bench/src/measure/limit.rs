//! The engines' own limit: the rows of a batch of 512 claims written and committed by one connection, again and again,
//! with nothing in front.

use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use sqlx::{AssertSqlSafe, raw_sql};
use tokio::process::Command;

use crate::database::{Engine, postgres, sqlite};
use crate::figure::Sample;
use crate::processor::{Core, pinned};
use crate::stage::Stage;

use super::Time;
use super::claims::PLENTY;

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
    let output = pgbench.output().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("tps = "));
    let batches: f64 = line
        .and_then(|line| line.split_whitespace().next()?.parse().ok())
        .with_context(|| format!("pgbench: {text}{}", String::from_utf8_lossy(&output.stderr)))?;
    Ok(of_batches(batches))
}

/// SQLite's, by a loop in a process on the servers' core.
pub(crate) async fn on_sqlite(stage: &Stage, time: Time) -> Result<Sample> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let mut command = Command::from(pinned(Core::Servers, &stage.itself));
    command.args(["limit", "--database", &url, "--seconds", &time.measured.to_string()]);
    let output = command.output().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let batches = text.trim().parse();
    Ok(of_batches(batches.with_context(|| String::from_utf8_lossy(&output.stderr).into_owned())?))
}

fn of_batches(batches: f64) -> Sample {
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    let rate = batches * BATCH as f64;
    Sample { rate, p99_ms: 0.0, processor_us: 0.0 }
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

/// Prints batches a second.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no clock but the machine's")]
pub(crate) async fn run(options: Options) -> Result<()> {
    let mut connection = sqlite(&options.database).await?;
    let settings = "pragma journal_mode = wal; pragma synchronous = full";
    raw_sql(settings).execute(&mut connection).await?;
    let began = Instant::now();
    let mut batches = 0_u32;
    while began.elapsed().as_secs() < options.seconds {
        let base = u64::from(batches) * BATCH;
        let batch = format!(
            "begin immediate;
             with recursive n(i) as (select {base} + 1 union all select i + 1 from n where i < {base} + {BATCH})
             insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key,
                                state, answered, serial, claimed_at)
             select printf('%026d', i), 'r1', 'pack', printf('%026d', i), printf('%026d', i), 'b-' || i, 0, '',
                    'granted', 'granted', i, 1587520800000 from n where true on conflict do nothing;
             commit"
        );
        raw_sql(AssertSqlSafe(batch)).execute(&mut connection).await?;
        batches += 1;
    }
    println!("{}", f64::from(batches) / began.elapsed().as_secs_f64());
    Ok(())
}
