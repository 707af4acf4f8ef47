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
mod parts;
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
    options::{HELP, Options},
    outcome::Outcome,
    parts::parts,
    run::Run,
    server::Binary,
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
