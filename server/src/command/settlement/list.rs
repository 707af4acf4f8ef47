//! `jinquan settlement paid --list FILE`.

use std::path::Path;
use std::process::ExitCode;

use domain::money::Amount;
use domain::settlement::list::parse;

use super::super::{complain, open, read, say};
use super::{closed, read_day};
use crate::backend::settlement::{CannotRecord, Recorded, record_payment};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// The largest file, in bytes: as many payments as a list may have, each with the longest reference.
const FILE_BYTES_MAX: usize = 16 * 1_024 * 1_024;
/// After how many lines the command says how far it is.
const PART: usize = 500;

/// What became of the lines so far.
#[derive(Default)]
struct Done {
    new: usize,
    before: usize,
    refused: usize,
    sum: Amount,
}

impl Done {
    fn say(&self, of: usize) {
        let Self { new, before, refused, sum } = self;
        say(&format!(
            "{} of {of} line(s): {new} recorded (¥{sum}), {before} recorded before, {refused} not recorded",
            new + before + refused
        ));
    }
}

/// Records each line of a list as `paid` does one payment. A file that cannot be read as a whole changes nothing.
/// Beyond that each line stands for itself: the bank has paid it, whatever is wrong with another, so it is recorded in
/// a transaction of its own, and one that cannot be is named. Who runs the same list again records what is missing.
pub(super) async fn paid(
    place: PlaceOptions,
    date: &str,
    path: &Path,
) -> Result<ExitCode, CannotStart> {
    let day = read_day(date)?;
    let shown = path.display();
    let list = match parse(&read(path, FILE_BYTES_MAX)?) {
        Ok(list) => list,
        Err(problems) => {
            for problem in problems {
                complain(&format!("{shown}: line {}: {}", problem.line, problem.what));
            }
            complain("Nothing was recorded.");
            return Ok(ExitCode::FAILURE);
        }
    };
    let place = open(place).await?;
    let Some((now, day)) = closed(&place, day, "recorded").await? else {
        return Ok(ExitCode::FAILURE);
    };
    let day = day.day();
    let mut done = Done::default();
    for (number, it) in list.iter().enumerate() {
        if number > 0 && number.is_multiple_of(PART) {
            done.say(list.len());
        }
        match record_payment(&place.store, it.merchant, day, &it.bank_reference, now).await {
            Ok(Recorded { payment, is_new: true }) => {
                done.new += 1;
                done.sum = done.sum.plus(payment.payout).unwrap_or(Amount::MAX);
            }
            Ok(Recorded { is_new: false, .. }) => done.before += 1,
            Err(CannotRecord::Store(error)) => {
                done.say(list.len());
                complain(&format!("{shown}: broken off at line {}: run it again.", it.line));
                return Err(error.into());
            }
            Err(reason) => {
                done.refused += 1;
                complain(&format!("{shown}: line {}: {reason}.", it.line));
            }
        }
    }
    done.say(list.len());
    Ok(if done.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
