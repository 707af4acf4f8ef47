//! A list of whom the bank has paid for a day, such as its return file: `merchant,reference`. It is checked whole
//! before anything of it is recorded, because a file that is broken in one place says little in the others.

use std::collections::HashMap;

use super::is_bank_reference;
use crate::csv::{self, PROBLEMS_MAX, columns};
use crate::id::MerchantId;

/// The most payments of one list.
pub const PAYMENTS_MAX: usize = 50_000;

/// A payment that the bank reports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reported {
    /// The line of the list, from 1.
    pub line: usize,
    /// To whom.
    pub merchant: MerchantId,
    /// The bank's reference.
    pub bank_reference: String,
}

/// A line that cannot be taken.
pub type Problem = csv::Problem<Wrong>;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The first line does not name the columns.
    #[error("the first line must be merchant,reference")]
    Head,
    /// It has another number of columns than two.
    #[error("two columns are expected, here are {0}")]
    Columns(usize),
    /// A quotation mark is not closed, or stands where none can.
    #[error("a quotation mark is out of place")]
    Quotation,
    /// The first column is no merchant's identifier.
    #[error("not a merchant")]
    Merchant,
    /// The second column is no reference.
    #[error("a bank reference has 1 to 64 visible characters")]
    Reference,
    /// The same merchant stands in an earlier line: nobody is paid twice for a day.
    #[error("the same merchant stands in line {0}")]
    Twice(usize),
    /// The list has more payments than [`PAYMENTS_MAX`].
    #[error("a list has at most 50000 payments")]
    TooMany,
}

/// Reads a whole list.
///
/// # Errors
/// Every line that cannot be taken, at most [`PROBLEMS_MAX`]; then nothing counts.
pub fn parse(text: &str) -> Result<Vec<Reported>, Vec<Problem>> {
    let mut lines = csv::lines(text);
    let (mut list, mut problems) = (Vec::new(), Vec::new());
    let head = lines.next().filter(|(line, _)| *line == 1).map(|(_, head)| head.trim());
    if !head.is_some_and(|head| head.eq_ignore_ascii_case("merchant,reference")) {
        return Err(vec![Problem { line: 1, what: Wrong::Head }]);
    }
    let mut seen = HashMap::new();
    for (line, text) in lines {
        if list.len() == PAYMENTS_MAX {
            problems.push(Problem { line, what: Wrong::TooMany });
            break;
        }
        match reported(line, text).and_then(|reported| first_time(&mut seen, reported)) {
            Ok(reported) => list.push(reported),
            Err(what) => problems.push(Problem { line, what }),
        }
        if problems.len() == PROBLEMS_MAX {
            break;
        }
    }
    if problems.is_empty() { Ok(list) } else { Err(problems) }
}

fn reported(line: usize, text: &str) -> Result<Reported, Wrong> {
    let columns = columns(text).map_err(|_| Wrong::Quotation)?;
    let [merchant, reference] =
        <[String; 2]>::try_from(columns).map_err(|columns| Wrong::Columns(columns.len()))?;
    let merchant = merchant.trim().parse().map_err(|_| Wrong::Merchant)?;
    let reference = reference.trim();
    if !is_bank_reference(reference) {
        return Err(Wrong::Reference);
    }
    Ok(Reported { line, merchant, bank_reference: reference.to_owned() })
}

fn first_time(
    seen: &mut HashMap<MerchantId, usize>,
    reported: Reported,
) -> Result<Reported, Wrong> {
    match seen.insert(reported.merchant, reported.line) {
        Some(before) => Err(Wrong::Twice(before)),
        None => Ok(reported),
    }
}
