//! The fault runs: servers are killed, PostgreSQL is stopped in the middle, the power goes, disks fill up and fail.
//! Afterwards every acknowledged claim, redemption and refund is there, none is there that nobody asked for, and
//! everything that was left open is settled by its key. `docs/FAULTS.md` says what is broken how and what is compared.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a run speaks to the person who started it"
)]

mod book;
mod campaign;
mod crowd;
mod dice;
mod disk;
mod full;
mod http;
mod kill;
mod load;
mod options;
mod outcome;
mod patience;
mod power;
mod run;
mod scene;
mod server;
mod stop;
mod till;
mod trace;

use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};

use crate::{
    disk::State,
    full::postgres::{self, Place},
    kill::{Moment, Who},
    options::{HELP, Options},
    outcome::Outcome,
    run::{Engine, Run},
    server::{Binary, Environment},
};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.iter().any(|word| word == "--help") {
        println!("{HELP}");
        return ExitCode::SUCCESS;
    }
    match Options::read(&words).and_then(|options| torture(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("torture: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// A part of the run: its name, how many faults, and how. One that begins with `control` must find something.
type Part = (&'static str, u64, fn(&Run, u64, &mut Outcome) -> Result<()>);

/// Runs every part that was asked for; `true`: all is well.
fn torture(options: &Options) -> Result<bool> {
    let sibling = std::env::current_exe()?.with_file_name("jinquan");
    let binary = Binary::of(options.server.clone().unwrap_or(sibling))?;
    let seed = match options.seed {
        Some(seed) => seed,
        None => server::seconds()?,
    };
    println!("seed {seed}; once more with --seed {seed}");
    let run = Run::of(binary, seed)?;
    let began = patience::now();
    let (mut passed, mut failed) = (0, 0);
    let parts = parts(options);
    options.are_all_known(parts.iter().map(|(name, ..)| *name))?;
    for (name, count, act) in parts {
        if count == 0 || !options.wants(name) {
            continue;
        }
        let mut outcome = Outcome::of(name, count);
        let result = act(&run, count, &mut outcome).context(name);
        if outcome.end(result) {
            passed += 1;
        } else {
            failed += 1;
        }
    }
    let (seconds, word) = (began.elapsed().as_secs(), if failed == 0 { "ok" } else { "FAILED" });
    println!(
        "test result: {word}. {passed} passed; {failed} failed; 0 ignored; seed {seed}; {seconds} s"
    );
    ensure!(passed + failed > 0, "nothing was to be done");
    Ok(failed == 0)
}

fn parts(options: &Options) -> [Part; 22] {
    let halves = |kills: u64| (kills / 2, kills - kills / 2);
    let ((half, rest), (till_half, till_rest)) =
        (halves(options.kills), halves(options.till_kills));
    let (stops, cuts, failures) = (options.stops, options.cuts, options.failures);
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
        ("postgres-stopped-in-the-middle", stops, stop::run),
        ("sqlite-power-cut", cuts, |run, count, it| {
            power::run(run, &Environment::new(), count, it)
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
        ("control-without-sync", 2, |run, count, it| {
            power::run(run, &left_out("without-sync"), count, it)
        }),
        ("control-without-log", 40, |run, count, it| {
            power::run(run, &left_out("without-log"), count, it)
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
