//! Tills: redemptions a second, and how soon a quote is there when half as many come as could.

use std::fmt::Write as _;

use anyhow::{Context as _, Result, ensure};
use domain::code::Step;
use domain::id::VoucherId;
use domain::time::Timestamp;
use serde_json::Value;
use server::key::{Keys, MasterKey};

use super::claims::{PERSONS, PLENTY, verify_ledger};
use super::{CONNECTIONS, Time, in_turn};
use crate::closed::{Act, Persons, Seen, requests, wrk};
use crate::database::{Engine, postgres, sqlite};
use crate::figure::Sample;
use crate::stage::{OPEN, Stage};
use crate::subject::{MASTER_KEY, Subject};

/// The general vouchers of a pack, which every till takes.
const GENERAL: [u8; 3] = [1, 2, 3];
/// Tills that ask for quotes at the same time.
const QUOTING: usize = 64;

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/script/till.lua");

/// A server with claims, and a file of what tills ask.
struct Shops {
    server: Subject,
    url: String,
    file: String,
    lines: u64,
}

/// Each redeems another voucher, at one of the sample merchants.
pub(crate) async fn redemptions(stage: &Stage, engine: Engine, time: Time) -> Result<Sample> {
    let shops = open(stage, engine).await?;
    let mut processes = vec![shops.server.pid()?];
    if engine == Engine::Postgres {
        processes.push(stage.postmaster()?);
    }
    let measured = in_turn(&stage.yardsticks.granted, &processes, time, async |part| {
        let first = shops.lines / part.of * part.place;
        shops.ask("/api/v1/redemptions", CONNECTIONS, part.seconds, first, 0).await
    })
    .await?;
    let refusals = measured.warm.refusals + measured.seen.refusals;
    ensure!(refusals == 0, "{refusals} were told no");
    let Shops { server, url, .. } = shops;
    server.stop().await?;
    let rows = redeemed(engine, &url).await?;
    let answers = measured.warm.granted() + measured.seen.granted();
    ensure!(
        (answers..=answers + time.open_at_ends() as u64).contains(&rows),
        "audit: {answers} were told yes, {rows} redemptions are there"
    );
    verify_ledger(stage, &url)?;
    Ok(measured.sample(measured.seen.granted()))
}

/// Milliseconds within which 99 of 100 quotes are there, at half of the quotes a second that the server can give.
pub(crate) async fn quote_p99(stage: &Stage, engine: Engine, time: Time) -> Result<f64> {
    let shops = open(stage, engine).await?;
    let ask = async |connections, pause_ms| {
        let path = "/api/v1/redemptions/quote";
        shops.ask(path, connections, time.measured, 0, pause_ms).await
    };
    let most = ask(CONNECTIONS, 0).await?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds")]
    #[expect(clippy::cast_precision_loss, reason = "a few dozen")]
    let pause_ms = (QUOTING as f64 / (most.rate / 2.0) * 1_000.0).round().max(1.0) as u64;
    let half = ask(QUOTING, pause_ms).await?;
    println!(
        "quotes on {engine:?}: {:.0}/s at most, {:.0}/s with pauses, p99 {:.2} ms",
        most.rate, half.rate, half.p99_ms
    );
    ensure!(most.refusals + half.refusals == 0, "some quotes were refused");
    shops.server.stop().await?;
    Ok(half.p99_ms)
}

impl Shops {
    async fn ask(
        &self,
        path: &str,
        connections: usize,
        seconds: u64,
        first: u64,
        pause_ms: u64,
    ) -> Result<Seen> {
        let arguments =
            [self.file.clone(), path.to_owned(), first.to_string(), pause_ms.to_string()];
        wrk(self.server.address, connections, seconds, SCRIPT, &arguments).await
    }
}

/// Starts the product, lets persons claim, and makes the codes that their phones would show now.
async fn open(stage: &Stage, engine: Engine) -> Result<Shops> {
    let url = stage.databases(engine).copy(PLENTY, "spoilt").await?;
    let server = stage.serve_with(&url, &["--now", OPEN]).await?;
    let persons = Persons { first: 1, share: PERSONS, again: 0, act: Act::Claim };
    requests(&[server.address], CONNECTIONS, 2, persons).await?;
    let (tills, now) = tills_of(&server).await?;
    let (lines, text) = requests_of(&claims(engine, &url).await?, &tills, Step::at(now))?;
    let file = stage.file("tills").display().to_string();
    std::fs::write(&file, text)?;
    Ok(Shops { server, url, file, lines })
}

/// The keys of the sample merchants' tills, and the time of the campaign.
pub(super) async fn tills_of(server: &Subject) -> Result<(Vec<String>, Timestamp)> {
    let demo = json(server, "/demo.json").await?;
    let merchants = demo["merchants"].as_array().context("no merchants")?;
    let tills = merchants.iter().filter_map(|merchant| merchant["till_key"].as_str());
    let round = json(server, "/api/v1/rounds/r1").await?;
    let now: Timestamp = round["server_time"]
        .as_str()
        .and_then(|time| time.parse().ok())
        .context("the server does not tell its time")?;
    Ok((tills.map(str::to_owned).collect(), now))
}

/// A line for each voucher; a person's vouchers at different merchants.
pub(super) fn requests_of(
    claims: &[String],
    tills: &[String],
    step: Step,
) -> Result<(u64, String)> {
    let (_, secret) = MASTER_KEY.split_once(':').context("no key")?;
    let secret = server::key::unhex(secret).context("no key")?;
    let keys = Keys::derive(&[MasterKey { version: 1, secret }]).context("no key")?;
    let (mut lines, mut text) = (0, String::new());
    for slot in GENERAL {
        for (place, claim) in claims.iter().enumerate() {
            let voucher = VoucherId { claim: claim.parse()?, slot };
            let till = &tills[(place + usize::from(slot)) % tills.len()];
            writeln!(text, "{till} {} r-{voucher}", keys.payload(voucher, step))?;
            lines += 1;
        }
    }
    Ok((lines, text))
}

async fn json(server: &Subject, path: &str) -> Result<Value> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n");
    let answer = server.ask(request.as_bytes()).await?;
    let (_, body) = answer.split_once("\r\n\r\n").context("no body")?;
    serde_json::from_str(body).with_context(|| format!("{path}: {body}"))
}

pub(super) async fn claims(engine: Engine, url: &str) -> Result<Vec<String>> {
    let text = "select id from claim order by serial";
    let rows: Vec<(String,)> = match engine {
        Engine::Sqlite => sqlx::query_as(text).fetch_all(&mut sqlite(url).await?).await?,
        Engine::Postgres => sqlx::query_as(text).fetch_all(&mut postgres(url).await?).await?,
    };
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

async fn redeemed(engine: Engine, url: &str) -> Result<u64> {
    let text = "select count(*) from redemption";
    let (count,): (i64,) = match engine {
        Engine::Sqlite => sqlx::query_as(text).fetch_one(&mut sqlite(url).await?).await?,
        Engine::Postgres => sqlx::query_as(text).fetch_one(&mut postgres(url).await?).await?,
    };
    Ok(u64::try_from(count)?)
}
