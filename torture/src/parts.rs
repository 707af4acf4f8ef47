//! The parts of a run: what breaks, under whose load, how often.

use anyhow::Result;

use crate::{
    disk::State,
    full::{
        self,
        postgres::{self, Place},
    },
    kill::{self, Moment, Who},
    options::Options,
    outcome::Outcome,
    power,
    run::{Engine, Run},
    server::Environment,
    stop,
};

/// A part of the run: its name, how many faults, and how. One that begins with `control` must find something.
pub(crate) type Part = (&'static str, u64, fn(&Run, u64, &mut Outcome) -> Result<()>);

/// How often the longer parts break something for claims alone, for once that tills work as well.
const TILLS_EVERY: u64 = 4;

/// Every part, in the order in which they run.
pub(crate) fn parts(options: &Options) -> Vec<Part> {
    [&kills(options)[..], &losses(options), &controls()].concat()
}

/// Servers are killed.
fn kills(options: &Options) -> [Part; 8] {
    let halves = |kills: u64| (kills / 2, kills - kills / 2);
    let ((half, rest), (till_half, till_rest)) =
        (halves(options.kills), halves(options.till_kills));
    [
        ("sqlite-killed-at-any-time", half, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Citizens, Moment::Any, count, it)
        }),
        ("sqlite-killed-at-a-place", rest, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Citizens, Moment::Place, count, it)
        }),
        ("postgres-killed-at-any-time", half, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Citizens, Moment::Any, count, it)
        }),
        ("postgres-killed-at-a-place", rest, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Citizens, Moment::Place, count, it)
        }),
        ("sqlite-tills-killed-at-any-time", till_half, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Tills, Moment::Any, count, it)
        }),
        ("sqlite-tills-killed-at-a-place", till_rest, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Tills, Moment::Place, count, it)
        }),
        ("postgres-tills-killed-at-any-time", till_half, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Tills, Moment::Any, count, it)
        }),
        ("postgres-tills-killed-at-a-place", till_rest, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Tills, Moment::Place, count, it)
        }),
    ]
}

/// What is below the server breaks.
fn losses(options: &Options) -> [Part; 10] {
    let (stops, cuts, failures) = (options.stops, options.cuts, options.failures);
    [
        ("postgres-stopped-in-the-middle", stops, |run, count, it| {
            stop::run(run, Who::Citizens, &Environment::new(), count, it)
        }),
        ("postgres-tills-stopped-in-the-middle", stops.div_ceil(TILLS_EVERY), |run, count, it| {
            stop::run(run, Who::Tills, &Environment::new(), count, it)
        }),
        ("sqlite-power-cut", cuts, |run, count, it| {
            power::run(run, Who::Citizens, &Environment::new(), count, it)
        }),
        ("sqlite-tills-power-cut", cuts.div_ceil(TILLS_EVERY), |run, count, it| {
            power::run(run, Who::Tills, &Environment::new(), count, it)
        }),
        ("sqlite-disk-full", failures, |run, count, it| full::run(run, State::Full, count, it)),
        ("sqlite-write-fails", failures, |run, count, it| {
            full::run(run, State::WriteFails, count, it)
        }),
        ("sqlite-flush-fails", failures, |run, count, it| {
            full::run(run, State::FlushFails, count, it)
        }),
        ("postgres-disk-full", failures, |run, count, it| {
            postgres::run(run, (Place::Tables, State::Full), count, it)
        }),
        ("postgres-log-full", failures, |run, count, it| {
            postgres::run(run, (Place::Log, State::Full), count, it)
        }),
        ("postgres-flush-fails", failures, |run, count, it| {
            postgres::run(run, (Place::Log, State::FlushFails), count, it)
        }),
    ]
}

/// A guard is left out, which must be noticed.
fn controls() -> [Part; 7] {
    [
        ("control-without-sync", 2, |run, count, it| {
            power::run(run, Who::Citizens, &left_out("without-sync"), count, it)
        }),
        ("control-without-sync-postgres", 4, |run, count, it| {
            stop::run(run, Who::Citizens, &left_out("without-sync"), count, it)
        }),
        ("control-without-log", 40, |run, count, it| {
            power::run(run, Who::Citizens, &left_out("without-log"), count, it)
        }),
        ("control-without-key-sqlite", 3, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Citizens, Moment::WithoutKey, count, it)
        }),
        ("control-without-key-postgres", 3, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Citizens, Moment::WithoutKey, count, it)
        }),
        ("control-without-till-key-sqlite", 3, |run, count, it| {
            kill::run(run, Engine::Sqlite, Who::Tills, Moment::WithoutKey, count, it)
        }),
        ("control-without-till-key-postgres", 3, |run, count, it| {
            kill::run(run, Engine::Postgres, Who::Tills, Moment::WithoutKey, count, it)
        }),
    ]
}

/// A guard that is left out in every server of a part.
fn left_out(guard: &str) -> Environment {
    vec![("FAILPOINTS", format!("{guard}=return"))]
}
