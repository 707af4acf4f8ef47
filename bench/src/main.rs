//! The side-by-side benchmark: the product's release binary against what one would otherwise build, on one machine, in
//! one run, interleaved. Every figure is a ratio with its spread. `docs/PERFORMANCE.md` explains each.
//!
//! One program plays every part: `run` conducts, `rival` is a server to compare with, `load` is the open-loop
//! generator. They are processes of their own, so that each has its own core and its own account of processor time.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a benchmark reports to whoever runs it"
)]

mod alone;
mod audit;
mod closed;
mod database;
mod figure;
mod load;
mod measure;
mod overload;
mod person;
mod processor;
mod redis_server;
mod rival;
mod run;
mod stage;
mod subject;
mod table;
mod watch;
mod yardstick;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(about = "The side-by-side benchmark.")]
struct Arguments {
    #[command(subcommand)]
    part: Part,
}

#[derive(Subcommand)]
enum Part {
    /// Conducts the whole benchmark and writes the report.
    Run(run::Options),
    /// A server to compare with.
    Rival(rival::Options),
    /// Sends claims at a set rate, or as fast as they are answered.
    Load(load::Options),
    /// Sends more than can be served, and keeps account of what everybody was told.
    Overload(overload::Options),
    /// Writes batches of claims into a SQLite file as fast as it goes.
    Limit(measure::limit::Options),
    /// Holds event streams open and says how old the stock on them is.
    Watch(watch::Options),
}

fn main() -> ExitCode {
    let done = match Arguments::parse().part {
        Part::Run(options) => block_on(2, run::run(options)),
        // As the product: the runtime takes the cores that it may use.
        Part::Rival(options) => block_on(processor::allowed(), rival::serve(options)),
        Part::Load(options) => block_on(1, load::run(options)),
        Part::Overload(options) => block_on(1, overload::run(options)),
        Part::Limit(options) => block_on(1, measure::limit::run(options)),
        Part::Watch(options) => block_on(1, watch::run(options)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn block_on(workers: usize, part: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let mut runtime = if workers == 1 {
        tokio::runtime::Builder::new_current_thread()
    } else {
        tokio::runtime::Builder::new_multi_thread()
    };
    // A task that is current-thread only runs inside a local set.
    runtime
        .worker_threads(workers)
        .enable_all()
        .build()?
        .block_on(async { tokio::task::LocalSet::new().run_until(part).await })
}
