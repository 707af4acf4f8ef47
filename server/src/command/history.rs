//! `jinquan history import FILE`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use domain::audit::Who;

use super::{complain, make, read, say};
use crate::backend::history::{Brought, FILE_BYTES_MAX, import};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

#[derive(Subcommand)]
pub(super) enum HistoryVerb {
    /// Brings earlier programmes; the same file again changes nothing.
    Import {
        /// The file; campaigns/history/ has one.
        file: PathBuf,
        /// Replaces programmes that are there with other figures.
        #[arg(long)]
        replace: bool,
        #[command(flatten)]
        place: PlaceOptions,
    },
}

pub(super) async fn run(verb: HistoryVerb) -> Result<ExitCode, CannotStart> {
    let HistoryVerb::Import { file, replace, place } = verb;
    let text = read(&file, FILE_BYTES_MAX)?;
    let place = make(place).await?;
    let shown = file.display();
    let by = (Who::Command, place.clock().await?.campaign());
    match import(&place.store, &text, replace, by).await? {
        Brought::Done { added, replaced } => {
            say(&format!("{added} programme(s) added, {replaced} replaced"));
            return Ok(ExitCode::SUCCESS);
        }
        Brought::Unchanged => {
            say("these programmes are there already; nothing changed");
            return Ok(ExitCode::SUCCESS);
        }
        Brought::Different(programmes) => {
            for programme in programmes {
                complain(&format!("{shown}: {programme} is there with other figures"));
            }
            complain("Nothing was changed. With --replace the file's figures count.");
        }
        Brought::Faulty(problems) => {
            for problem in problems {
                complain(&format!("{shown}: line {}: {}", problem.line, problem.what));
            }
            complain("Nothing was changed.");
        }
    }
    Ok(ExitCode::FAILURE)
}
