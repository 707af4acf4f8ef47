//! The closed loop: wrk, each connection sending its next request as soon as the last was answered.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, bail};
use tokio::process::Command;

use crate::measure::{Part, mean};
use crate::processor::{Core, pinned};

/// What wrk saw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    /// Answers in all.
    pub(crate) answers: u64,
    /// Answers that were neither 2xx nor 3xx.
    pub(crate) refusals: u64,
    /// Answers a second.
    pub(crate) rate: f64,
    /// 99 of 100 answers came within so many milliseconds.
    pub(crate) p99_ms: f64,
}

impl Seen {
    /// Answers of 2xx.
    pub(crate) fn granted(&self) -> u64 {
        self.answers - self.refusals
    }

    /// Loops of the same length, one after the other: their sums, and the means of what was seen in each.
    pub(crate) fn one_after_the_other(loops: &[Self]) -> Self {
        let of = |value: fn(&Self) -> f64| mean(&loops.iter().map(value).collect::<Vec<_>>());
        Self {
            answers: loops.iter().map(|seen| seen.answers).sum(),
            refusals: loops.iter().map(|seen| seen.refusals).sum(),
            rate: of(|seen| seen.rate),
            p99_ms: of(|seen| seen.p99_ms),
        }
    }
}

/// Whose requests are sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Persons {
    /// The first one's number.
    pub(crate) first: u64,
    /// How many belong to each server, in equal shares to warm up and for each second that counts.
    pub(crate) share: u64,
    /// After how many to begin again; 0: never, each comes once.
    pub(crate) again: u64,
    /// What they do.
    pub(crate) act: Act,
}

/// What persons do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Act {
    /// Claim a pack of round 1.
    Claim,
    /// Sign in for the first time.
    SignIn,
}

impl Act {
    fn script(self) -> &'static str {
        match self {
            Self::Claim => concat!(env!("CARGO_MANIFEST_DIR"), "/script/claim.lua"),
            Self::SignIn => concat!(env!("CARGO_MANIFEST_DIR"), "/script/sign_in.lua"),
        }
    }
}

impl Persons {
    /// Those who come in one part of a loop.
    pub(crate) fn part(self, part: Part) -> Self {
        let before = if self.again > 0 { 0 } else { self.share / part.of * part.place };
        Self { first: self.first + before, ..self }
    }
}

/// Sends requests to the servers, each with its share of the connections and of the persons.
pub(crate) async fn requests(
    servers: &[SocketAddr],
    connections: usize,
    seconds: u64,
    persons: Persons,
) -> Result<Seen> {
    // wrk knows one address: several servers have a generator each, at the same time.
    let each = connections / servers.len();
    let running: Vec<_> = servers
        .iter()
        .zip(0..)
        .map(|(server, place)| {
            let first = persons.first + place * persons.share;
            tokio::spawn(one(*server, each, seconds, Persons { first, ..persons }))
        })
        .collect();
    let mut total: Option<Seen> = None;
    for one in running {
        let seen = one.await??;
        total = Some(total.map_or(seen, |total| Seen {
            answers: total.answers + seen.answers,
            refusals: total.refusals + seen.refusals,
            rate: total.rate + seen.rate,
            p99_ms: total.p99_ms.max(seen.p99_ms),
        }));
    }
    total.context("no server")
}

async fn one(
    server: SocketAddr,
    connections: usize,
    seconds: u64,
    persons: Persons,
) -> Result<Seen> {
    let arguments = [persons.first.to_string(), persons.again.to_string()];
    wrk(server, connections, seconds, persons.act.script(), &arguments).await
}

/// wrk with a script of ours.
pub(crate) async fn wrk(
    server: SocketAddr,
    connections: usize,
    seconds: u64,
    script: &str,
    arguments: &[String],
) -> Result<Seen> {
    let mut wrk = Command::from(pinned(Core::Generators, "wrk"));
    wrk.args(["--threads", "1", "--latency", "--timeout", "10s"]);
    wrk.args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")]);
    wrk.args(["--script", script, &format!("http://{server}"), "--"]).args(arguments);
    let output = wrk.output().await.context("wrk")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("wrk: {text}{}", String::from_utf8_lossy(&output.stderr));
    }
    if let Some(line) = text.lines().find(|line| line.contains("Socket errors")) {
        bail!("wrk: {}", line.trim());
    }
    read(&text).with_context(|| format!("wrk said: {text}"))
}

fn read(text: &str) -> Option<Seen> {
    let after = |head: &str| text.lines().find_map(|line| line.trim().strip_prefix(head));
    let answers = text.lines().find(|line| line.contains(" requests in "))?;
    let refusals =
        after("Non-2xx or 3xx responses:").map_or(Some(0), |rest| rest.trim().parse().ok());
    Some(Seen {
        answers: answers.split_whitespace().next()?.parse().ok()?,
        refusals: refusals?,
        rate: after("Requests/sec:")?.trim().parse().ok()?,
        p99_ms: milliseconds(after("99%")?.trim())?,
    })
}

fn milliseconds(text: &str) -> Option<f64> {
    for (unit, factor) in [("us", 0.001), ("ms", 1.0), ("s", 1_000.0), ("m", 60_000.0)] {
        if let Some(number) = text.strip_suffix(unit) {
            return number.parse::<f64>().ok().map(|number| number * factor);
        }
    }
    None
}
