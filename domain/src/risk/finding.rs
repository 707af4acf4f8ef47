//! One thing that counted, and how findings stand as text.

use std::fmt::Write as _;

use super::Reason;

/// A reason with its points and the numbers behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What counted.
    pub reason: Reason,
    /// For how much.
    pub points: u32,
    /// What was measured, in the unit of the reason.
    pub measured: i64,
    /// Where the line was, in the same unit.
    pub limit: i64,
}

/// A text that is not a list of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not findings such as shared_device:10:12:8")]
pub struct NotFindings;

impl Finding {
    /// Findings as they are kept: `reason:points:measured:limit`, a comma between two; empty for none.
    pub fn text(findings: &[Self]) -> String {
        let mut text = String::with_capacity(findings.len() * 32);
        Self::write(findings, &mut text);
        text
    }

    /// Adds to a text what [`Finding::text`] makes.
    pub fn write(findings: &[Self], text: &mut String) {
        for (place, finding) in findings.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let Self { reason, points, measured, limit } = finding;
            // Writing to a string cannot fail.
            let _ = write!(text, "{comma}{}:{points}:{measured}:{limit}", reason.code());
        }
    }

    /// Reads what [`Finding::text`] wrote.
    ///
    /// # Errors
    /// [`NotFindings`] for any other text.
    pub fn parse_all(text: &str) -> Result<Vec<Self>, NotFindings> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        text.split(',').map(Self::parse).collect()
    }

    fn parse(text: &str) -> Result<Self, NotFindings> {
        let mut parts = text.split(':');
        let mut next = || parts.next().ok_or(NotFindings);
        let finding = Self {
            reason: Reason::from_code(next()?).ok_or(NotFindings)?,
            points: next()?.parse().map_err(|_| NotFindings)?,
            measured: next()?.parse().map_err(|_| NotFindings)?,
            limit: next()?.parse().map_err(|_| NotFindings)?,
        };
        if parts.next().is_none() { Ok(finding) } else { Err(NotFindings) }
    }
}
