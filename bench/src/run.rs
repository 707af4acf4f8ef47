//! Conducts the benchmark: rounds in which every subject runs once, in a random order, then what is measured by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;

use crate::database::{Content, Engine};
use crate::figure::{self, Figure, Round, Sample, values};
use crate::measure::claims::{self, PERSONS, PLENTY};
use crate::measure::refusals::{self, SCARCE, Why};
use crate::measure::{Time, limit, live, rush, start};
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
    #[arg(long, default_value_t = 9_000)]
    streams: usize,
    /// The order of the subjects follows from it.
    #[arg(long)]
    seed: Option<u64>,
    /// Only these subjects (and those that they are compared with), with commas.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

/// What is measured in every round.
const SUBJECTS: [&str; 13] = [
    "plain",
    "sqlite",
    "postgres",
    "naive_sqlite",
    "naive_postgres",
    "redis_everysec",
    "redis_always",
    "limit_sqlite",
    "limit_postgres",
    "sold_out",
    "not_open_yet",
    "plain_refusal",
    "three_servers",
];

/// Measures, prints the table, writes the report.
pub(crate) async fn run(options: Options) -> Result<()> {
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
    let time = Time { warm: 1, measured: options.seconds };
    record_answers(&stage).await?;
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        let mut order: Vec<&str> = SUBJECTS.into_iter().filter(|name| wanted(name)).collect();
        random.shuffle(&mut order);
        let mut round = Round::new();
        for name in order {
            let sample = subject(&stage, name, time).await;
            match sample {
                Ok(sample) => {
                    println!(
                        "round {number}: {name:<16} {:>9.0}/s  p99 {:>8.2} ms  {:>6.1} us each",
                        sample.rate, sample.p99_ms, sample.processor_us
                    );
                    round.insert(name, sample);
                }
                // A failed audit voids the round of that subject; the report says that it is missing.
                Err(error) => println!("round {number}: {name} is void: {error:#}"),
            }
        }
        rounds.push(round);
    }
    let mut figures = table::of(&rounds);
    alone(&stage, &options, time, &rounds, &mut figures).await?;
    figure::print(&figures);
    figure::write(&options.report, &machine(seed), &figures)?;
    println!("\nwritten to {}", options.report.display());
    Ok(())
}

/// The answers that the plain handler gives are the product's own.
async fn record_answers(stage: &Stage) -> Result<()> {
    let url = stage.databases(Engine::Sqlite).copy(PLENTY, "spoilt").await?;
    let server = stage.serve(&url, crate::stage::OPEN).await?;
    let granted = server.ask(&crate::person::claim_request(1)).await?;
    server.stop().await?;
    std::fs::write(stage.file("granted"), granted)?;
    let brief = Time { warm: 1, measured: 1 };
    let (_, refused) = refusals::refusals(stage, Why::SoldOut, brief).await?;
    Ok(std::fs::write(stage.file("refused"), refused)?)
}

async fn subject(stage: &Stage, name: &str, time: Time) -> Result<Sample> {
    match name {
        "plain" => claims::plain(stage, &stage.file("granted"), time).await,
        "plain_refusal" => claims::plain(stage, &stage.file("refused"), time).await,
        "sqlite" => claims::product(stage, Engine::Sqlite, time).await,
        "postgres" => claims::product(stage, Engine::Postgres, time).await,
        "naive_sqlite" => claims::naive(stage, Engine::Sqlite, time).await,
        "naive_postgres" => claims::naive(stage, Engine::Postgres, time).await,
        "redis_everysec" => claims::redis(stage, "everysec", time).await,
        "redis_always" => claims::redis(stage, "always", time).await,
        "limit_sqlite" => limit::on_sqlite(stage, time).await,
        "limit_postgres" => limit::on_postgres(stage, time).await,
        "sold_out" => Ok(refusals::refusals(stage, Why::SoldOut, time).await?.0),
        "not_open_yet" => Ok(refusals::refusals(stage, Why::NotOpenYet, time).await?.0),
        "three_servers" => claims::three_servers(stage, time).await,
        _ => anyhow::bail!("no subject {name}"),
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

/// What is measured by itself, a few times.
async fn alone(
    stage: &Stage,
    options: &Options,
    time: Time,
    rounds: &[Round],
    figures: &mut Vec<Figure>,
) -> Result<()> {
    let wanted: BTreeSet<&str> = options.only.iter().map(String::as_str).collect();
    let is_wanted = |name: &str| wanted.is_empty() || wanted.contains(name);
    let times = options.rounds.div_ceil(2);
    if is_wanted("opening") {
        for engine in [Engine::Sqlite, Engine::Postgres] {
            let (mut after, mut before) = (Vec::new(), Vec::new());
            for _ in 0..times {
                let (ms, early) = rush::opening(stage, engine).await?;
                println!("opening on {engine:?}: first claim after {ms} ms");
                after.push(ms);
                before.push(f64::from(i32::try_from(early)?));
            }
            let name =
                |what: &str| format!("opening_{what}_{}", format!("{engine:?}").to_lowercase());
            figures.extend(Figure::of(name("first"), "ms", &after).map(|it| it.at_most(20.0, 5.0)));
            figures.extend(
                Figure::of(name("early"), "claims", &before).map(|it| it.at_most(0.0, 0.0)),
            );
        }
    }
    if is_wanted("drop") {
        let capacity = values(rounds, "postgres", |sample| sample.rate);
        let capacity = Figure::of("", "", &capacity).map_or(16_000.0, |figure| figure.median);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
        let rate = (capacity * 1.5) as u64;
        stage
            .databases(Engine::Postgres)
            .make(rush::DROP, Content { persons: rush::DROP_PERSONS, packs: rush::PACKS })
            .await?;
        let (mut seconds, mut p99) = (Vec::new(), Vec::new());
        for _ in 0..times {
            let outcome = rush::drop_all(stage, Engine::Postgres, rate).await?;
            println!("drop at {rate}/s: {outcome:?}");
            seconds.push(outcome.granted_seconds);
            p99.push(outcome.granted_p99_ms);
        }
        figures.extend(Figure::of("drop_seconds", "s", &seconds).map(|it| it.at_most(5.0, 3.0)));
        figures.extend(Figure::of("drop_p99", "ms", &p99).map(|it| it.at_most(500.0, 200.0)));
        stage.databases(Engine::Postgres).remove(rush::DROP).await?;
    }
    if is_wanted("million") {
        let content = Content { persons: rush::MILLION_PERSONS, packs: rush::PACKS };
        stage.databases(Engine::Postgres).make(rush::MILLION, content).await?;
        let outcome = rush::million(stage, Engine::Postgres).await?;
        println!("a million: {outcome:?}");
        figures.extend(
            Figure::of("million_seconds", "s", &[outcome.seconds]).map(|it| it.at_most(60.0, 30.0)),
        );
        stage.databases(Engine::Postgres).remove(rush::MILLION).await?;
    }
    if is_wanted("live") {
        let seen = live::streams(stage, options.streams, time).await?;
        println!("live: {} streams open to the end", seen.open);
        figures.extend(
            Figure::of("live_stream_kib_each", "KiB", &[seen.each_kib])
                .map(|it| it.at_most(40.0, 12.0)),
        );
        figures.extend(
            Figure::of("live_age_p99", "ms", &[seen.age_p99_ms])
                .map(|it| it.at_most(1_000.0, 1_000.0)),
        );
        figures.extend(
            Figure::of("claims_with_streams_vs_without", "ratio", &[seen.claims])
                .map(|it| it.at_least(0.9, 1.0)),
        );
    }
    if is_wanted("start") {
        let seen = start::start(stage, time).await?;
        figures.extend(
            Figure::of("start_with_a_million_claims", "ms", &[seen.ready_ms])
                .map(|it| it.at_most(300.0, 300.0)),
        );
        figures.extend(Figure::of("memory_fresh", "MiB", &[seen.fresh_mib]));
        figures.extend(Figure::of(
            "memory_with_a_million_claims_and_50000_signed_in",
            "MiB",
            &[seen.full_mib],
        ));
    }
    Ok(())
}
