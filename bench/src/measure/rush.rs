//! The rush itself: the opening second, a drop at more than can be served, a million persons.

use anyhow::{Context as _, Result, ensure};
use std::time::Duration;
use tokio::process::Command;
use tokio::time::Instant;

use super::claims::{PERSONS, PLENTY, verify_ledger};
use crate::audit;
use crate::database::Engine;
use crate::load::Outcome;
use crate::processor::{Core, pinned};
use crate::stage::{OPEN, Stage};

/// The database with as many packs as round 1 has.
pub(crate) const DROP: &str = "drop";
/// The same, and a million persons.
pub(crate) const MILLION: &str = "million";
/// The packs of round 1.
pub(crate) const PACKS: u32 = 60_000;
/// The persons of the drop.
pub(crate) const DROP_PERSONS: u64 = 200_000;
/// Everybody.
pub(crate) const MILLION_PERSONS: u64 = 1_000_000;
/// The connections of the drop.
const DROP_CONNECTIONS: usize = 8_000;
/// The connections of a million: each person's claim waits for a free one.
const MILLION_CONNECTIONS: usize = 2_000;

/// Milliseconds from the opening to the first claim, on one engine; below zero when it came too early.
pub(crate) async fn opening(stage: &Stage, engine: Engine) -> Result<f64> {
    let url = stage.databases(engine).copy(PLENTY, "spoilt").await?;
    let began = Instant::now();
    let server = stage.serve(&url, "2020-04-22T08:59:40+08:00").await?;
    // The crowd comes a second before the opening, and is larger than can be sent away until then.
    tokio::time::sleep_until(began + Duration::from_secs(19)).await;
    let persons = PERSONS.to_string();
    let claims = ["--connections", "256", "--rate", "0", "--claims", &persons, "--seconds", "6"];
    let outcome = load(stage, &server.address.to_string(), 1, &claims).await?;
    server.stop().await?;
    ensure!(outcome.unanswered == 0 && outcome.other == 0, "{outcome:?}");
    ensure!(outcome.refused > 0 && outcome.granted > 0, "nobody pressed at the opening");
    let opens_at: domain::time::Timestamp =
        "2020-04-22T09:00:00+08:00".parse().map_err(|_| anyhow::anyhow!("not an instant"))?;
    let (first, claims) = audit::first_claim(engine, &url).await?;
    ensure!(claims == i64::try_from(outcome.granted)?, "audit: {claims} claims are there");
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a short time")]
    Ok((first - opens_at.millis()) as f64)
}

/// Every pack goes to a crowd that comes at `rate` claims a second, whether or not it is served.
pub(crate) async fn drop_all(stage: &Stage, engine: Engine, rate: u64) -> Result<Outcome> {
    let url = stage.databases(engine).copy(DROP, "spoilt").await?;
    let server = stage.serve(&url, OPEN).await?;
    let (rate, claims) = (rate.to_string(), DROP_PERSONS.to_string());
    let connections = DROP_CONNECTIONS.to_string();
    let claims =
        ["--connections", &connections, "--rate", &rate, "--claims", &claims, "--seconds", "30"];
    let outcome = load(stage, &server.address.to_string(), 1, &claims).await?;
    server.stop().await?;
    settle(stage, engine, &url, &outcome).await?;
    Ok(outcome)
}

/// A million persons press once each, as fast as they are answered.
pub(crate) async fn million(stage: &Stage, engine: Engine) -> Result<Outcome> {
    let url = stage.databases(engine).copy(MILLION, "spoilt").await?;
    let server = stage.serve(&url, OPEN).await?;
    let (connections, claims) = (MILLION_CONNECTIONS.to_string(), MILLION_PERSONS.to_string());
    let claims =
        ["--connections", &connections, "--rate", "0", "--claims", &claims, "--seconds", "180"];
    let outcome = load(stage, &server.address.to_string(), 1, &claims).await?;
    server.stop().await?;
    settle(stage, engine, &url, &outcome).await?;
    ensure!(
        outcome.granted + outcome.refused == MILLION_PERSONS,
        "not everybody has an answer: {outcome:?}"
    );
    Ok(outcome)
}

/// Nothing was given twice, nothing was lost, and nothing is left.
async fn settle(stage: &Stage, engine: Engine, url: &str, outcome: &Outcome) -> Result<()> {
    ensure!(outcome.unanswered == 0 && outcome.other == 0, "{outcome:?}");
    audit::count(engine, url).await?.fits(outcome.granted, 0)?;
    ensure!(outcome.granted == u64::from(PACKS), "audit: {} packs went", outcome.granted);
    verify_ledger(stage, url)
}

/// Our own generator, on the generators' core.
pub(crate) async fn load(
    stage: &Stage,
    to: &str,
    first: u64,
    arguments: &[&str],
) -> Result<Outcome> {
    let mut command = Command::from(pinned(Core::Generators, &stage.itself));
    command.args(["load", "--to", to, "--first", &first.to_string()]).args(arguments);
    let output = command.output().await?;
    let text = String::from_utf8_lossy(&output.stdout);
    serde_json::from_str(text.trim())
        .with_context(|| format!("load: {text}{}", String::from_utf8_lossy(&output.stderr)))
}
