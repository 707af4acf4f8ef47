//! `jinquan merchant import-dishonest FILE`.

use std::path::Path;
use std::process::ExitCode;

use domain::audit::Who;

use super::{complain, open, read, say};
use crate::backend::dishonest::{FILE_BYTES_MAX, Listed, import};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// Imports the list of dishonest subjects, checked whole first: a file with an error changes nothing.
pub(super) async fn import_dishonest(
    place: PlaceOptions,
    path: &Path,
) -> Result<ExitCode, CannotStart> {
    let text = read(path, FILE_BYTES_MAX)?;
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
