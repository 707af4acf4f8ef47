//! The build and the checks of the workspace, in the language of the workspace.
//!
//! `cargo xtask help` lists the commands; `docs/BUILD.md` explains them. To add a command: one
//! module beside this one with one public function, one arm in [`act`], one line in [`HELP`].
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a build tool speaks to the person who called it"
)]

mod bench;
mod check;
mod lighthouse;
mod process;
mod run;
mod site;
mod test;
mod tool;
mod torture;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{site::Mode, tool::Purpose, workspace::Workspace};

const HELP: &str = "\
cargo xtask <command>

  tools [run|test|check]   install what is missing for that purpose
  site [--release|--dev]   build target/site: WASM, glue, styles, scripts, public files
  run                      tools, site, release build, then serve the demonstration
  build                    tools, site, release build
  test                     every test: unit, both engines, HTTP, browser, faults
  test schema              Schemathesis alone, against the server of the last test build
  torture [options]        the long fault runs; `cargo xtask torture --help` lists the options
  bench [options]          the side-by-side benchmark; `cargo xtask bench --help` lists its options
  lighthouse               build, serve, and demand 95 of 100 in each of Lighthouse's scores
  check                    format, lints, documents, dependency policy, tidiness
  help                     this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match act(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn act(words: &[&str]) -> Result<()> {
    match words {
        [] | ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            Ok(())
        }
        ["tools"] | ["tools", "run"] => tool::install(&Workspace::find()?, Purpose::Run),
        ["tools", "test"] => tool::install(&Workspace::find()?, Purpose::Test),
        ["tools", "check"] => tool::install(&Workspace::find()?, Purpose::Check),
        ["site"] | ["site", "--release"] => site::build(&Workspace::find()?, Mode::Release),
        ["site", "--dev"] => site::build(&Workspace::find()?, Mode::Dev),
        ["run"] => run::run(&Workspace::find()?),
        ["build"] => run::build(&Workspace::find()?).map(drop),
        ["test"] => test::run(&Workspace::find()?),
        ["test", "schema"] => test::schema::alone(&Workspace::find()?),
        ["lighthouse"] => lighthouse::check(&Workspace::find()?),
        ["check"] => check::run(&Workspace::find()?),
        ["torture", options @ ..] => torture::run(&Workspace::find()?, options),
        ["bench", words @ ..] => bench::run(&Workspace::find()?, words),
        _ => bail!("no command `{}`; `cargo xtask help` lists them", words.join(" ")),
    }
}
