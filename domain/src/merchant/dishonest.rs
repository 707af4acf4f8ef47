//! The list of dishonest subjects (失信名單, R16), as a file of comma-separated values: `credit_code,name,reason`. It is
//! checked whole before anything of it counts.

use std::collections::HashMap;

use crate::credit_code::{CreditCode, NotACreditCode};
use crate::csv::{self, PROBLEMS_MAX, columns};

/// The most subjects of one list.
pub const SUBJECTS_MAX: usize = 200_000;
/// The longest name and the longest reason, in characters.
pub const TEXT_MAX: usize = 200;

/// One who is on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The credit code.
    pub credit_code: CreditCode,
    /// The name.
    pub name: String,
    /// Why it is on the list.
    pub reason: String,
}

/// A line that cannot be taken.
pub type Problem = csv::Problem<Wrong>;

/// What is wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The first line does not name the columns.
    #[error("the first line must be credit_code,name,reason")]
    Head,
    /// It has another number of columns than three.
    #[error("three columns are expected, here are {0}")]
    Columns(usize),
    /// A quotation mark is not closed, or stands where none can.
    #[error("a quotation mark is out of place")]
    Quotation,
    /// The first column is not a credit code.
    #[error("{0}")]
    CreditCode(NotACreditCode),
    /// A name or reason is missing or longer than [`TEXT_MAX`].
    #[error("name and reason have 1 to 200 characters")]
    Text,
    /// The same code stands in an earlier line.
    #[error("the same code stands in line {0}")]
    Twice(usize),
    /// The file has more subjects than [`SUBJECTS_MAX`].
    #[error("a list has at most 200000 subjects")]
    TooMany,
}

/// Reads a whole list.
///
/// # Errors
/// Every line that cannot be taken, at most [`PROBLEMS_MAX`]; then nothing counts.
pub fn parse(text: &str) -> Result<Vec<Subject>, Vec<Problem>> {
    let mut lines = csv::lines(text);
    let (mut subjects, mut problems) = (Vec::new(), Vec::new());
    let head = lines.next().filter(|(line, _)| *line == 1).map(|(_, head)| head.trim());
    if !head.is_some_and(|head| head.eq_ignore_ascii_case("credit_code,name,reason")) {
        return Err(vec![Problem { line: 1, what: Wrong::Head }]);
    }
    let mut seen = HashMap::new();
    for (line, text) in lines {
        if subjects.len() == SUBJECTS_MAX {
            problems.push(Problem { line, what: Wrong::TooMany });
            break;
        }
        match subject(text).and_then(|subject| first_time(&mut seen, line, subject)) {
            Ok(subject) => subjects.push(subject),
            Err(what) => problems.push(Problem { line, what }),
        }
        if problems.len() == PROBLEMS_MAX {
            break;
        }
    }
    if problems.is_empty() { Ok(subjects) } else { Err(problems) }
}

fn subject(line: &str) -> Result<Subject, Wrong> {
    let columns = columns(line).map_err(|_| Wrong::Quotation)?;
    let [code, name, reason] =
        <[String; 3]>::try_from(columns).map_err(|columns| Wrong::Columns(columns.len()))?;
    let credit_code = code.parse().map_err(Wrong::CreditCode)?;
    Ok(Subject { credit_code, name: bounded(&name)?, reason: bounded(&reason)? })
}

fn bounded(text: &str) -> Result<String, Wrong> {
    let text = text.trim();
    let fits =
        (1..=TEXT_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if fits { Ok(text.to_owned()) } else { Err(Wrong::Text) }
}

fn first_time(
    seen: &mut HashMap<CreditCode, usize>,
    line: usize,
    subject: Subject,
) -> Result<Subject, Wrong> {
    match seen.insert(subject.credit_code.clone(), line) {
        Some(before) => Err(Wrong::Twice(before)),
        None => Ok(subject),
    }
}
