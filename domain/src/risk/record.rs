//! Acts as they are kept: a line each, words with a space between them, `-` where nothing is known. From these lines
//! the windows are filled again, and another configuration is tried on the past.

use std::fmt::{Display, Write as _};
use std::str::{FromStr, SplitAsciiWhitespace};

use super::event::{Event, Origin, Sale};
use super::{Act, Assessment, Finding, Kept, Verdict};
use crate::time::Timestamp;

/// A line that is not an act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the line of an act")]
pub struct NotARecord;

/// An act with what was said of it. The version of the configuration stands beside the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The act.
    pub event: Event,
    /// What was said of it.
    pub assessment: Assessment,
}

impl Record {
    /// The lines of some acts.
    pub fn lines(records: &[&Self]) -> String {
        let mut lines = String::with_capacity(records.len() * 192);
        for record in records {
            Self::write(&record.event, &record.assessment, &mut lines);
        }
        lines
    }

    /// As it is kept for the risk desk; none where the desk has nothing to look at.
    pub fn kept(&self) -> Option<Kept> {
        let Self { event, assessment } = self;
        assessment.is_noteworthy().then(|| Kept {
            id: event.id,
            act: event.act,
            person: event.person,
            account: event.account,
            merchant: event.merchant,
            till: event.sale.map(|sale| sale.till),
            round: event.round.clone(),
            at: event.at,
            assessment: assessment.clone(),
        })
    }

    /// Adds the line of an act to `lines`.
    pub fn write(event: &Event, assessment: &Assessment, lines: &mut String) {
        lines.push_str(event.act.code());
        put(lines, event.id);
        put(lines, event.at.millis());
        option(lines, event.person);
        option(lines, event.account);
        option(lines, event.round.as_ref());
        option(lines, event.origin.device);
        option(lines, event.origin.network);
        option(lines, event.real_name_level);
        option(lines, event.division);
        option(lines, event.account_age_ms);
        option(lines, event.open_for_ms);
        option(lines, event.merchant);
        match &event.sale {
            None => lines.push_str(NOTHING),
            Some(sale) => {
                put(lines, sale.till);
                put(lines, sale.above_minimum_fen);
                option(lines, sale.reported);
                option(lines, sale.registered);
                put(lines, u8::from(sale.refund));
            }
        }
        for code in [assessment.verdict.code(), assessment.enforced.code()] {
            lines.push(' ');
            lines.push_str(code);
        }
        put(lines, assessment.score);
        if !assessment.findings.is_empty() {
            lines.push(' ');
            Finding::write(&assessment.findings, lines);
        }
        lines.push('\n');
    }

    /// Reads a line; `configuration` is the version that stands beside it.
    ///
    /// # Errors
    /// [`NotARecord`] for anything that [`Record::write`] does not write.
    pub fn parse(line: &str, configuration: i64) -> Result<Self, NotARecord> {
        let mut words = Words(line.split_ascii_whitespace());
        let act = Act::from_code(words.next()?).ok_or(NotARecord)?;
        let mut event = Event::new(words.value()?, act, Timestamp::from_millis(words.value()?));
        event.person = words.option()?;
        event.account = words.option()?;
        event.round = words.option()?;
        event.origin = Origin { device: words.option()?, network: words.option()? };
        event.real_name_level = words.option()?;
        event.division = words.option()?;
        event.account_age_ms = words.option()?;
        event.open_for_ms = words.option()?;
        event.merchant = words.option()?;
        if let Some(till) = words.option()? {
            event.sale = Some(Sale {
                till,
                above_minimum_fen: words.value()?,
                reported: words.option()?,
                registered: words.option()?,
                refund: words.value::<u8>()? == 1,
            });
        }
        let verdict = Verdict::from_code(words.next()?).ok_or(NotARecord)?;
        let enforced = Verdict::from_code(words.next()?).ok_or(NotARecord)?;
        let score = words.value()?;
        let findings = words.0.next().unwrap_or_default();
        let findings = Finding::parse_all(findings).map_err(|_| NotARecord)?;
        let assessment = Assessment { verdict, enforced, score, findings, configuration };
        if words.0.next().is_none() { Ok(Self { event, assessment }) } else { Err(NotARecord) }
    }
}

/// Stands where nothing is known.
const NOTHING: &str = " -";

fn put(line: &mut String, word: impl Display) {
    line.push(' ');
    // Writing to a string cannot fail.
    let _ = write!(line, "{word}");
}

fn option(line: &mut String, word: Option<impl Display>) {
    match word {
        Some(word) => put(line, word),
        None => line.push_str(NOTHING),
    }
}

struct Words<'a>(SplitAsciiWhitespace<'a>);

impl<'a> Words<'a> {
    fn next(&mut self) -> Result<&'a str, NotARecord> {
        self.0.next().ok_or(NotARecord)
    }

    fn value<T: FromStr>(&mut self) -> Result<T, NotARecord> {
        self.next()?.parse().map_err(|_| NotARecord)
    }

    fn option<T: FromStr>(&mut self) -> Result<Option<T>, NotARecord> {
        match self.next()? {
            "-" => Ok(None),
            word => word.parse().map(Some).map_err(|_| NotARecord),
        }
    }
}
