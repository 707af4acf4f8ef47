//! Those who work while too many come: a till that redeems and the console that is loaded, each on a new connection.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use domain::code::Step;
use domain::staff::{Role, step_at};
use domain::time::Timestamp;
use server::demo::staff::{secret_of, staff};
use tokio::task::{JoinHandle, spawn_local};
use tokio::time::Instant;

use crate::database::Engine;
use crate::measure::redemptions::{claims, requests_of, tills_of};
use crate::subject::{Subject, ask};

/// The vouchers of a till: more than it redeems in two minutes.
pub(super) const VOUCHERS: usize = 1_000;
/// How often a till and the console ask, in milliseconds.
const PROBE_EVERY_MS: u64 = 200;

/// Milliseconds within which 95 of 100 were answered.
#[derive(Debug)]
pub(crate) struct Work {
    pub(crate) till_p95_ms: f64,
    pub(crate) console_p95_ms: f64,
}

/// A till and the console that ask all the time, each on a new connection.
pub(super) struct Probes {
    till: JoinHandle<Result<Vec<f64>>>,
    console: JoinHandle<Result<Vec<f64>>>,
    stop: tokio::sync::watch::Sender<bool>,
}

impl Probes {
    /// `number`: the vouchers of which part of the first persons the till redeems.
    pub(super) async fn begin(
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

    pub(super) async fn end(self) -> Result<Work> {
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
pub(super) async fn enter_console(server: &Subject) -> Result<String> {
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
