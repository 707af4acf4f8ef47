//! What is measured by itself, after the rounds: the opening, the drop, a million persons, the streams, a start.

use anyhow::Result;

use crate::database::{Content, Engine};
use crate::figure::{Figure, Round, values};
use crate::measure::{Time, claims, live, overload, redemptions, rush, start, verdict};
use crate::run::GRANTED;
use crate::stage::Stage;

/// What is claimed a second when no round was measured.
const CAPACITY: f64 = 16_000.0;

/// What one measures with.
pub(crate) struct Alone<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) time: Time,
    /// How often what is short is repeated.
    pub(crate) times: u64,
    /// How many streams are opened.
    pub(crate) streams: usize,
    /// For how long ten times too many come.
    pub(crate) overload_seconds: u64,
    /// The rounds so far: the drop comes at a rate that follows from them.
    pub(crate) rounds: &'a [Round],
}

impl Alone<'_> {
    /// One measurement by its name.
    pub(crate) async fn measure(&self, name: &str) -> Result<Vec<Figure>> {
        let figures = match name {
            "verdict" => self.verdict()?,
            "generator" => self.generator().await?,
            "quote" => self.quote().await?,
            "opening" => self.opening().await?,
            "drop" => self.everything_at_once().await?,
            "million" => self.million().await?,
            "overload" => self.overload().await?,
            "live" => self.live().await?,
            _ => self.start().await?,
        };
        Ok(figures.into_iter().flatten().collect())
    }

    fn verdict(&self) -> Result<Vec<Option<Figure>>> {
        let p99 = (0..self.times).map(|_| verdict::p99_us()).collect::<Result<Vec<_>>>()?;
        let figure = Figure::of("risk_verdict_p99", "us", &p99);
        Ok(vec![figure.map(|figure| figure.at_most(25.0, 10.0))])
    }

    async fn generator(&self) -> Result<Vec<Option<Figure>>> {
        let mut agreement = Vec::new();
        for _ in 0..self.times {
            let file = self.stage.file(GRANTED);
            agreement.push(claims::generators(self.stage, &file, self.time).await?);
        }
        let figure = Figure::of("our_generator_vs_wrk", "ratio", &agreement);
        Ok(vec![figure.map(|figure| figure.at_least(0.9, 1.0))])
    }

    async fn quote(&self) -> Result<Vec<Option<Figure>>> {
        let mut figures = Vec::new();
        for (engine, suffix) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
            let mut p99 = Vec::new();
            for _ in 0..self.times {
                p99.push(redemptions::quote_p99(self.stage, engine, self.time).await?);
            }
            let figure = Figure::of(format!("quote_p99_at_half_load_{suffix}"), "ms", &p99);
            figures.push(figure.map(|figure| figure.at_most(10.0, 10.0)));
        }
        Ok(figures)
    }

    async fn opening(&self) -> Result<Vec<Option<Figure>>> {
        let mut figures = Vec::new();
        for (engine, suffix) in [(Engine::Sqlite, "sqlite"), (Engine::Postgres, "postgres")] {
            let (mut after, mut early) = (Vec::new(), Vec::new());
            for _ in 0..self.times {
                let first_ms = rush::opening(self.stage, engine).await?;
                println!("opening on {engine:?}: first claim after {first_ms} ms");
                after.push(first_ms);
                early.push(if first_ms < 0.0 { 1.0 } else { 0.0 });
            }
            let first = Figure::of(format!("opening_first_{suffix}"), "ms", &after);
            let early = Figure::of(format!("opening_early_{suffix}"), "claims", &early);
            figures.push(first.map(|figure| figure.at_most(20.0, 5.0)));
            figures.push(early.map(|figure| figure.at_most(0.0, 0.0)));
        }
        Ok(figures)
    }

    async fn everything_at_once(&self) -> Result<Vec<Option<Figure>>> {
        let claimed = values(self.rounds, "postgres", |sample| sample.rate);
        let capacity = Figure::of("", "", &claimed).map_or(CAPACITY, |figure| figure.median);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate")]
        let rate = (capacity * 1.5) as u64;
        let databases = self.stage.databases(Engine::Postgres);
        let content = Content { persons: rush::DROP_PERSONS, packs: rush::PACKS };
        databases.make(rush::DROP, content).await?;
        let (mut seconds, mut p99) = (Vec::new(), Vec::new());
        for _ in 0..self.times {
            let outcome = rush::drop_all(self.stage, Engine::Postgres, rate).await?;
            println!("drop at {rate}/s: {outcome:?}");
            seconds.push(outcome.granted_seconds);
            p99.push(outcome.granted_p99_ms);
        }
        databases.remove(rush::DROP).await?;
        Ok(vec![
            Figure::of("drop_seconds", "s", &seconds).map(|figure| figure.at_most(5.0, 3.0)),
            Figure::of("drop_p99", "ms", &p99).map(|figure| figure.at_most(500.0, 200.0)),
        ])
    }

    async fn million(&self) -> Result<Vec<Option<Figure>>> {
        let databases = self.stage.databases(Engine::Postgres);
        let content = Content { persons: rush::MILLION_PERSONS, packs: rush::PACKS };
        databases.make(rush::MILLION, content).await?;
        let outcome = rush::million(self.stage, Engine::Postgres).await?;
        println!("a million: {outcome:?}");
        databases.remove(rush::MILLION).await?;
        let seconds = Figure::of("million_seconds", "s", &[outcome.seconds]);
        Ok(vec![seconds.map(|figure| figure.at_most(60.0, 30.0))])
    }

    async fn overload(&self) -> Result<Vec<Option<Figure>>> {
        let seen = overload::flood(self.stage, self.overload_seconds).await?;
        println!("overload for {} s: {seen:?}", self.overload_seconds);
        let outcome = &seen.outcome;
        #[expect(clippy::cast_precision_loss, reason = "counts of persons")]
        let in_time = outcome.decided_in_time as f64 / (outcome.told.max(1)) as f64;
        #[expect(clippy::cast_precision_loss, reason = "counts of requests")]
        let sent = outcome.sent_in_flood as f64 / (outcome.due.max(1)) as f64;
        let one = |name: &str, unit, value| Figure::of(name, unit, &[value]);
        #[expect(clippy::cast_precision_loss, reason = "counts of persons")]
        let never = |name: &str, count: u64| {
            one(name, "persons", count as f64).map(|figure| figure.at_most(0.0, 0.0))
        };
        let recovered = outcome.recovered_s.unwrap_or(f64::INFINITY);
        Ok(vec![
            one("overload_best", "claims/s", seen.best.per_s),
            one("overload_best_without_tills", "claims/s", seen.best.alone_per_s),
            // Below 1 it was less than ten times too many.
            one("overload_sent_vs_due", "part", sent),
            one("overload_goodput_vs_best", "ratio", seen.goodput).map(|it| it.at_least(0.9, 1.0)),
            one("overload_decided_in_time", "part", in_time).map(|it| it.at_least(1.0, 1.0)),
            one("overload_late_p99", "of the wait", outcome.late_p99)
                .map(|it| it.at_most(0.2, 0.1)),
            one("overload_recovered", "s", recovered).map(|it| it.at_most(10.0, 5.0)),
            never("overload_moved", outcome.moved),
            never("overload_put_off", outcome.put_off),
            never("overload_unanswered", outcome.unanswered()),
            one("overload_memory_more", "MiB", seen.memory_mib.1 - seen.memory_mib.0),
            one("overload_till_p95", "ms", seen.apart.till_p95_ms)
                .map(|it| it.at_most(500.0, 350.0)),
            one("overload_till_p95_among_citizens", "ms", seen.among_citizens.till_p95_ms),
            one("overload_till_p95_before", "ms", seen.before.till_p95_ms),
            one("overload_console_p95", "ms", seen.apart.console_p95_ms)
                .map(|it| it.at_most(500.0, 100.0)),
            one("overload_console_p95_among_citizens", "ms", seen.among_citizens.console_p95_ms),
            one("overload_console_p95_before", "ms", seen.before.console_p95_ms),
        ])
    }

    async fn live(&self) -> Result<Vec<Option<Figure>>> {
        let seen = live::streams(self.stage, self.streams, self.time).await?;
        let each = Figure::of("live_stream_kib_each", "KiB", &[seen.each_kib]);
        let age = Figure::of("live_age_p99", "ms", &[seen.age_p99_ms]);
        Ok(vec![
            each.map(|figure| figure.at_most(40.0, 12.0)),
            age.map(|figure| figure.at_most(1_000.0, 1_000.0)),
        ])
    }

    async fn start(&self) -> Result<Vec<Option<Figure>>> {
        let mut ready = Vec::new();
        let (mut fresh, mut full) = (Vec::new(), Vec::new());
        for _ in 0..self.times {
            let seen = start::start(self.stage, self.time).await?;
            ready.push(seen.ready_ms);
            fresh.push(seen.fresh_mib);
            full.push(seen.full_mib);
        }
        let ready = Figure::of("start_with_a_million_claims", "ms", &ready);
        Ok(vec![
            ready.map(|figure| figure.at_most(300.0, 300.0)),
            Figure::of("memory_fresh", "MiB", &fresh),
            Figure::of("memory_with_a_million_claims_and_50000_signed_in", "MiB", &full),
        ])
    }
}
