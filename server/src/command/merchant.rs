//! `jinquan merchant import-dishonest FILE`.

use std::path::Path;
use std::process::ExitCode;

use domain::audit::Who;

use super::{complain, open, say};
use crate::backend::dishonest::{FILE_BYTES_MAX, Listed, import};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Imports the list of dishonest subjects, checked whole first: a file with an error changes nothing.
pub(super) async fn import_dishonest(
    place: PlaceOptions,
    path: &Path,
) -> Result<ExitCode, CannotStart> {
    let text = read(path)?;
    let place = open(place).await?;
    let by = (Who::Command, place.clock().await?.campaign());
    let progress = |written, of| say(&format!("{written} of {of} subjects"));
    match import(&place.store, &text, by, progress).await? {
        Listed::Done(done) => {
            say(&format!(
                "the list has {} subject(s): {} new, {} gone; {} merchant(s) suspended",
                done.subjects, done.listed, done.delisted, done.suspended
            ));
            Ok(ExitCode::SUCCESS)
        }
        Listed::Unchanged(last) => {
            say(&format!("this list was imported at {}; nothing changed", last.mark.at));
            Ok(ExitCode::SUCCESS)
        }
        Listed::Faulty(problems) => {
            for problem in problems {
                complain(&format!("{}: line {}: {}", path.display(), problem.line, problem.what));
            }
            complain("Nothing was changed.");
            Ok(ExitCode::FAILURE)
        }
    }
}

fn read(path: &Path) -> Result<String, CannotStart> {
    let shown = path.display();
    let broken = |error: std::io::Error| CannotStart(format!("{shown}: {error}."));
    let size = std::fs::metadata(path).map_err(broken)?.len();
    if size > FILE_BYTES_MAX as u64 {
        return Err(CannotStart(format!("{shown}: larger than {FILE_BYTES_MAX} bytes.")));
    }
    std::fs::read_to_string(path).map_err(broken)
}
