//! Conducts the benchmark: rounds in which every subject runs once, in a random order, then what is measured by itself.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use clap::Args;

use crate::alone::Alone;
use crate::database::{Content, Engine};
use crate::figure::{self, Report, Round, Sample};
use crate::measure::claims::{self, PERSONS, PLENTY};
use crate::measure::refusals::{self, SCARCE, Why};
use crate::measure::{Time, limit, redemptions, sign_in};
use crate::stage::Stage;
use crate::table;

#[derive(Args, Clone, Debug)]
pub(crate) struct Options {
    /// The product's release binary.
    #[arg(long)]
    product: PathBuf,
    /// Where the report goes.
    #[arg(long)]
    report: PathBuf,
    /// How many rounds.
    #[arg(long, default_value_t = 5)]
    rounds: u64,
    /// How long each subject is measured, in seconds.
    #[arg(long, default_value_t = 4)]
    seconds: u64,
    /// How many streams are opened.
    #[arg(long, default_value_t = 10_000)]
    streams: usize,
    /// For how long ten times too many come, in seconds.
    #[arg(long, default_value_t = 15)]
    overload_seconds: u64,
    /// The order of the subjects follows from it.
    #[arg(long)]
    seed: Option<u64>,
    /// Only these, with commas: subjects of the rounds, and what is measured by itself.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// The file with the product's answer to a granted claim, as it goes over the wire.
pub(crate) const GRANTED: &str = "granted";
/// The one with its answer once all packs are gone.
const REFUSED: &str = "refused";

/// What is measured in every round.
const SUBJECTS: [&str; 17] = [
    "sqlite",
    "watched_sqlite",
    "postgres",
    "naive_sqlite",
    "naive_postgres",
    "redis_everysec",
    "redis_always",
    "limit_sqlite",
    "limit_postgres",
    "sold_out",
    "not_open_yet",
    "three_servers",
    "redeem_sqlite",
    "redeem_postgres",
    "update_postgres",
    "sign_in_sqlite",
    "sign_in_postgres",
];

/// What is measured by itself, after the rounds.
const ALONE: [&str; 9] =
    ["verdict", "generator", "quote", "opening", "drop", "million", "overload", "live", "start"];

fn is_known(name: &str) -> bool {
    SUBJECTS.iter().chain(&ALONE).any(|known| *known == name)
}

/// Measures, prints the table, writes the report.
pub(crate) async fn run(options: Options) -> Result<()> {
    if let Some(unknown) = options.only.iter().find(|it| !is_known(it)) {
        bail!(
            "nothing is called {unknown}; there are {}, {}",
            SUBJECTS.join(", "),
            ALONE.join(", ")
        );
    }
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(..));
    println!("seed {seed}");
    let wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|only| only == name);
    let mut random = fastrand::Rng::with_seed(seed);
    let stage = Stage::set(&options.product)?;
    println!("databases: {PERSONS} persons on each engine");
    let plenty = Content { persons: PERSONS, packs: u32::try_from(PERSONS)? };
    stage.make(PLENTY, plenty).await?;
    stage
        .databases(Engine::Sqlite)
        .make(SCARCE, Content { persons: refusals::PERSONS, packs: 1 })
        .await?;
    let time = Time { warm: 1, measured: options.seconds, rest: Duration::ZERO };
    record_answers(&stage).await?;
    let stage = stage.with_yardsticks(GRANTED, REFUSED).await?;
    let (mut rounds, mut void) = (Vec::new(), Vec::new());
    for number in 1..=options.rounds {
        let mut order: Vec<&str> = SUBJECTS.into_iter().filter(|name| wanted(name)).collect();
        random.shuffle(&mut order);
        let mut round = Round::new();
        for name in order {
            match subject(&stage, name, time, options.streams).await {
                Ok(sample) => {
                    println!(
                        "round {number}: {name:<16} {:>9.0}/s  {:>6.3} of plain  p99 {:>8.2} ms  {:>6.1} us each",
                        sample.rate,
                        sample.relative(),
                        sample.p99_ms,
                        sample.processor_us
                    );
                    round.insert(name, sample);
                }
                // A failed audit voids the round of that subject.
                Err(error) => void.push(said(format!("round {number}: {name} is void: {error:#}"))),
            }
        }
        rounds.push(round);
    }
    let mut figures = table::of(&rounds);
    let alone = Alone {
        stage: &stage,
        time,
        times: options.rounds.div_ceil(2),
        streams: options.streams,
        overload_seconds: options.overload_seconds,
        rounds: &rounds,
    };
    for name in ALONE.into_iter().filter(|name| wanted(name)) {
        match alone.measure(name).await {
            Ok(measured) => figures.extend(measured),
            Err(error) => void.push(said(format!("{name} is void: {error:#}"))),
        }
    }
    figure::print(&figures);
    let (machine, rounds) = (&machine(seed), rounds.len());
    let report = Report { machine, figures: &figures, rounds, void: &void };
    figure::write(&options.report, &report)?;
    println!("\nwritten to {}", options.report.display());
    ensure!(void.is_empty(), "void, and counted nowhere:\n{}", void.join("\n"));
    Ok(())
}

/// Prints a line, and keeps it.
fn said(line: String) -> String {
    println!("{line}");
    line
}

/// The answers that the plain handler gives are the product's own.
async fn record_answers(stage: &Stage<()>) -> Result<()> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let server = stage.serve(&url, crate::stage::OPEN).await?;
    let granted = server.ask(&crate::person::claim_request(1)).await?;
    server.stop().await?;
    std::fs::write(stage.file(GRANTED), granted)?;
    let refused = refusals::said(stage, Why::SoldOut).await?;
    Ok(std::fs::write(stage.file(REFUSED), refused)?)
}

async fn subject(stage: &Stage, name: &str, time: Time, streams: usize) -> Result<Sample> {
    match name {
        "sqlite" => claims::product(stage, Engine::Sqlite, time).await,
        "watched_sqlite" => claims::watched(stage, streams, time).await,
        "postgres" => claims::product(stage, Engine::Postgres, time).await,
        "naive_sqlite" => claims::naive(stage, Engine::Sqlite, time).await,
        "naive_postgres" => claims::naive(stage, Engine::Postgres, time).await,
        "redis_everysec" => claims::redis(stage, "everysec", time).await,
        "redis_always" => claims::redis(stage, "always", time).await,
        "limit_sqlite" => limit::on_sqlite(stage, time).await,
        "limit_postgres" => limit::on_postgres(stage, time).await,
        "sold_out" => refusals::refusals(stage, Why::SoldOut, time).await,
        "not_open_yet" => refusals::refusals(stage, Why::NotOpenYet, time).await,
        "redeem_sqlite" => redemptions::redemptions(stage, Engine::Sqlite, time).await,
        "redeem_postgres" => redemptions::redemptions(stage, Engine::Postgres, time).await,
        "update_postgres" => limit::simple_update(stage, time).await,
        "sign_in_sqlite" => sign_in::sign_ins(stage, Engine::Sqlite, time).await,
        "sign_in_postgres" => sign_in::sign_ins(stage, Engine::Postgres, time).await,
        "three_servers" => claims::three_servers(stage, time).await,
        _ => bail!("no subject {name}"),
    }
}

fn machine(seed: u64) -> BTreeMap<&'static str, String> {
    let first = |text: String, head: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(head))
            .map(|rest| rest.trim_matches([' ', '\t', ':']).to_owned())
    };
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    BTreeMap::from([
        ("processor", first(read("/proc/cpuinfo"), "model name").unwrap_or_default()),
        ("cores", crate::processor::allowed().to_string()),
        ("memory", first(read("/proc/meminfo"), "MemTotal").unwrap_or_default()),
        ("kernel", read("/proc/sys/kernel/osrelease").trim().to_owned()),
        ("load_before", read("/proc/loadavg").trim().to_owned()),
        ("seed", seed.to_string()),
    ])
}
