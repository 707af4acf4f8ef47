//! Ten times too many: what the desk still decides, whether what everybody else was told is true, how much memory it
//! takes, how soon it is over, and whether tills and the console notice.
//!
//! One core reads some 80,000 requests a second and decides some 25,000 claims, so ten times its best could not even be
//! sent to it. The desk is therefore made as slow as one with a distant database is: each commit takes 100 ms longer
//! (PostgreSQL's own `commit_delay`), which leaves some 4,800 claims a second and room for ten times as many requests.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::code::Step;
use domain::staff::{Role, step_at};
use domain::time::Timestamp;
use server::demo::staff::{secret_of, staff};
use tokio::process::Command;
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::Instant;

use super::claims::verify_ledger;
use super::redemptions::{claims, requests_of, tills_of};
use super::rush::load;
use crate::audit;
use crate::database::{Content, Engine};
use crate::overload::Outcome;
use crate::processor::{Core, pinned, resident_kib};
use crate::stage::{OPEN, Stage};
use crate::subject::{Subject, ask};

/// The database of the flood.
const FLOOD: &str = "flood";
/// How much longer each commit takes, in microseconds: the most that PostgreSQL takes.
const COMMIT_DELAY_US: u32 = 100_000;
/// The most that the slow desk could decide a second: only to make as many packs as its best may take.
const MOST_PER_S: u64 = 4_900;
/// Packs last so much longer than the flood, in seconds, at the desk's best: when it is over, so are they.
const PACKS_LAST_LONGER_S: u64 = 4;
/// Connections while its best is measured, and in the flood.
const BEST_CONNECTIONS: &str = "1536";
const FLOOD_CONNECTIONS: &str = "4000";
/// The vouchers of a till: more than it redeems in two minutes.
const VOUCHERS: usize = 1_000;
/// The persons who have packs before the flood.
const FIRST: u64 = 3 * VOUCHERS as u64;
/// For how long its best is measured, in seconds.
const BEST_SECONDS: u64 = 6;
/// How often a till and the console ask, in milliseconds.
const PROBE_EVERY_MS: u64 = 200;

/// What was seen.
#[derive(Debug)]
pub(crate) struct Flood {
    pub(crate) best_per_s: f64,
    pub(crate) goodput: f64,
    pub(crate) outcome: Outcome,
    pub(crate) memory_mib: (f64, f64),
    /// With nobody else, in the flood on the listener for those who work here, and in the flood on that of citizens.
    pub(crate) before: Work,
    pub(crate) apart: Work,
    pub(crate) among_citizens: Work,
}

/// Milliseconds within which 95 of 100 were answered.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) till_p95_ms: f64,
    pub(crate) console_p95_ms: f64,
}

/// Floods a server for so many seconds.
pub(crate) async fn flood(stage: &Stage, seconds: u64) -> Result<Flood> {
    let databases = stage.databases(Engine::Postgres);
    let most = MOST_PER_S * BEST_SECONDS;
    databases.make(FLOOD, Content { persons: most, packs: u32::try_from(most)? }).await?;
    let best_per_s = best(stage).await?;
    databases.remove(FLOOD).await?;
    let lasts = Duration::from_secs(seconds + PACKS_LAST_LONGER_S).as_secs_f64();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "packs")]
    let packs = (best_per_s * lasts) as u64;
    let persons = packs * 13 / 10 + 2_000;
    databases.make(FLOOD, Content { persons, packs: u32::try_from(packs)? }).await?;
    let url = slow_copy(stage).await?;
    let (server, staff) = stage.serve_staff_apart(&url).await?;
    // The first have packs, for the tills to redeem.
    let (count, connections) = (FIRST.to_string(), BEST_CONNECTIONS);
    let few = ["--connections", connections, "--rate", "0", "--claims", &count, "--seconds", "5"];
    load(stage, &server.address.to_string(), &few).await?;
    let cookie = enter_console(&server).await?;
    let quiet = Probes::begin(&server, (staff, 0), &url, &cookie).await?;
    tokio::time::sleep(Duration::from_secs(5)).await;
    let before = quiet.end().await?;
    let before_kib = resident_kib(server.pid()?)?;
    let probes = Probes::begin(&server, (staff, 1), &url, &cookie).await?;
    let among_citizens = Probes::begin(&server, (server.address, 2), &url, &cookie).await?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
    let rate = (best_per_s * 10.0) as u64;
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
        best_per_s,
        goodput: outcome.granted_in_flood as f64 / seconds as f64 / best_per_s,
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

/// Claims a second when exactly as many come as are decided.
async fn best(stage: &Stage) -> Result<f64> {
    let url = slow_copy(stage).await?;
    let server = stage.serve_with(&url, &["--now", OPEN]).await?;
    let (claims, seconds) = ((MOST_PER_S * BEST_SECONDS).to_string(), BEST_SECONDS.to_string());
    let arguments = [
        "--connections",
        BEST_CONNECTIONS,
        "--rate",
        "0",
        "--claims",
        &claims,
        "--seconds",
        &seconds,
    ];
    let outcome = load(stage, &server.address.to_string(), &arguments).await?;
    server.stop().await?;
    #[expect(clippy::cast_precision_loss, reason = "counts of a short run")]
    let best = outcome.granted as f64 / outcome.granted_seconds;
    println!("overload: the desk's best is {best:.0} claims a second");
    Ok(best)
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

/// A till and the console that ask all the time, each on a new connection.
struct Probes {
    till: JoinHandle<Result<Vec<f64>>>,
    console: JoinHandle<Result<Vec<f64>>>,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Probes {
    /// `number`: the vouchers of which part of the first persons the till redeems.
    async fn begin(
        server: &Subject,
        (address, number): (SocketAddr, usize),
        url: &str,
        cookie: &str,
    ) -> Result<Self> {
        let (stop, ending) = tokio::sync::watch::channel(false);
        let (keys, now) = tills_of(server).await?;
        let began = Instant::now();
        let claims = claims(Engine::Postgres, url).await?;
        let own = claims.into_iter().skip(number * VOUCHERS).take(VOUCHERS);
        let own: Vec<String> = own.collect();
        let cookie = cookie.to_owned();
        let till_ending = ending.clone();
        let till = spawn_local(probe(till_ending, move |number| {
            let line = shown(&own[number % own.len()], &keys, now, began.elapsed());
            async move { ask(address, redemption(&line?).as_bytes()).await }
        }));
        let console = spawn_local(probe(ending, move |_| {
            let page = format!("GET /console HTTP/1.1\r\nHost: bench\r\nCookie: {cookie}\r\n\r\n");
            async move { ask(address, page.as_bytes()).await }
        }));
        Ok(Self { till, console, stop })
    }

    async fn end(self) -> Result<Work> {
        // Who does not listen any more has ended with an error, which is read below.
        let _ = self.stop.send(true);
        let (till, console) = (self.till.await??, self.console.await??);
        Ok(Work { till_p95_ms: p95(till), console_p95_ms: p95(console) })
    }
}

async fn probe<F: Future<Output = Result<String>>>(
    stopped: tokio::sync::watch::Receiver<bool>,
    act: impl Fn(usize) -> F,
) -> Result<Vec<f64>> {
    let mut took_ms = Vec::new();
    while !*stopped.borrow() {
        let began = Instant::now();
        let answer = act(took_ms.len()).await?;
        let status = answer.get(9..12).unwrap_or_default();
        ensure!(matches!(status, "200" | "201"), "{answer}");
        took_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
        tokio::time::sleep(Duration::from_millis(PROBE_EVERY_MS)).await;
    }
    Ok(took_ms)
}

fn p95(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() * 95 / 100).or(values.last()).copied().unwrap_or(f64::NAN)
}

/// What a till reads from the phone of whoever has the pack.
fn shown(claim: &str, keys: &[String], began: Timestamp, since: Duration) -> Result<String> {
    let now = Timestamp::from_millis(began.millis() + i64::try_from(since.as_millis())?);
    let (_, lines) = requests_of(&[claim.to_owned()], keys, Step::at(now))?;
    Ok(lines.lines().next().context("a pack without vouchers")?.to_owned())
}

fn redemption(line: &str) -> String {
    let mut words = line.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let (till, code, key) = (word(), word(), word());
    let body = format!(
        "{{\"code\":\"{code}\",\"order_fen\":5000,\"merchant_coupon_fen\":500,\"scene\":\"in_store\"}}"
    );
    format!(
        "POST /api/v1/redemptions HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {till}\r\n\
         Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// Signs an operator in; gives the cookies.
async fn enter_console(server: &Subject) -> Result<String> {
    let sample = staff().into_iter().find(|it| it.role == Role::Operator).context("no operator")?;
    let now = std::time::SystemTime::UNIX_EPOCH.elapsed()?.as_millis();
    let now = Timestamp::from_millis(i64::try_from(now)?);
    let one_time = secret_of(Role::Operator).password(step_at(now));
    let form = format!("login={}&password={}&one_time={one_time}", sample.login, sample.password);
    let request = format!(
        "POST /console/sign-in HTTP/1.1\r\nHost: bench\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = server.ask(request.as_bytes()).await?;
    let set = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    let cookies: Vec<&str> = set.filter_map(|value| value.split(';').next()).collect();
    let is_in = answer.starts_with("HTTP/1.1 303") && !cookies.is_empty();
    ensure!(is_in, "the operator could not sign in: {answer}");
    Ok(cookies.join("; "))
}
