//! A configuration, tried on what was seen: the same acts in the same order through an engine of its own. It says what
//! would have been different, by opaque identifiers; nothing of a person stands in it.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BinaryHeap};
use std::fmt;

use domain::id::AssessmentId;
use domain::risk::record::Record;
use domain::risk::{Act, Configuration, Engine, Finding, Reason, Verdict};
use domain::time::{SECOND_MS, Timestamp};
use store::Store;

/// Acts before the window that fill the engine's own windows first, in milliseconds.
const BEFORE_MS: i64 = 24 * 3_600 * SECOND_MS;
/// Examples that are shown.
const EXAMPLES_MAX: usize = 20;
/// How many acts are tried between two words on the progress.
const PROGRESS_ACTS: u64 = 50_000;

/// Which acts are tried.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The first instant.
    pub from: Timestamp,
    /// The first instant after.
    pub to: Timestamp,
}

/// What a configuration would have said.
#[derive(Debug, Default)]
pub struct Replay {
    /// How many acts, by what they are, what was said of them and what would be.
    verdicts: BTreeMap<(Act, Verdict, Verdict), u64>,
    /// Of those that would not be allowed: how often each reason counted.
    reasons: BTreeMap<Reason, u64>,
    /// Some that would be another verdict.
    examples: Vec<Example>,
    acts: u64,
    unreadable: u64,
}

#[derive(Debug)]
struct Example {
    id: String,
    act: Act,
    was: Verdict,
    would_be: Verdict,
    score: u32,
    findings: Vec<Finding>,
}

/// An act that is tried in its turn: by time, then by what it is, then by its identifier.
struct Waiting(Record);

impl Waiting {
    fn turn(&self) -> Reverse<(Timestamp, Act, AssessmentId)> {
        let event = &self.0.event;
        Reverse((event.at, event.act, event.id))
    }
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Self) -> bool {
        self.turn() == other.turn()
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Self) -> Ordering {
        self.turn().cmp(&other.turn())
    }
}

/// The next act, if it was before an instant.
fn next_before(waiting: &mut BinaryHeap<Waiting>, at: Timestamp) -> Option<Record> {
    let is_before = waiting.peek().is_some_and(|next| next.0.event.at < at);
    if is_before { waiting.pop().map(|next| next.0) } else { None }
}

impl Replay {
    /// Tries a configuration; `progress` is told how many acts are done, and of how many.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn run(
        store: &Store,
        configuration: &Configuration,
        window: Window,
        progress: impl Fn(u64, u64),
    ) -> Result<Self, store::Error> {
        let (mut replay, mut engine) = (Self::default(), Engine::default());
        let since = window.from.plus_millis(-BEFORE_MS);
        let all = store.risk_acts(since, window.to).await?;
        let (mut done, mut told, mut last) = (0, 0, None);
        // Rows stand in the order of their first acts, and what was written beside the desk overlaps with what was
        // written at it: an act is tried once no row can hold an earlier one.
        let mut waiting = BinaryHeap::new();
        loop {
            let batches = store.risk_batches((since, window.to), last.as_ref()).await?;
            let Some(end) = batches.last() else { break };
            for batch in &batches {
                while let Some(next) = next_before(&mut waiting, batch.at) {
                    replay.note(&next, &mut engine, configuration, window);
                }
                for line in batch.content.lines() {
                    match Record::parse(line, batch.configuration) {
                        Ok(record) => waiting.push(Waiting(record)),
                        Err(_) => replay.unreadable += 1,
                    }
                }
                done += batch.acts;
            }
            if done >= told + PROGRESS_ACTS {
                told = done;
                progress(done, all);
            }
            last = Some(end.clone());
        }
        while let Some(Waiting(record)) = waiting.pop() {
            replay.note(&record, &mut engine, configuration, window);
        }
        Ok(replay)
    }

    fn note(
        &mut self,
        record: &Record,
        engine: &mut Engine,
        configuration: &Configuration,
        window: Window,
    ) {
        let would_be = engine.assess(&record.event, configuration, 0);
        if record.event.at < window.from || record.event.sale.is_some_and(|sale| sale.refund) {
            return;
        }
        self.acts += 1;
        let (act, was) = (record.event.act, record.assessment.verdict);
        *self.verdicts.entry((act, was, would_be.verdict)).or_default() += 1;
        if would_be.verdict > Verdict::Allow {
            for finding in &would_be.findings {
                *self.reasons.entry(finding.reason).or_default() += 1;
            }
        }
        if was != would_be.verdict && self.examples.len() < EXAMPLES_MAX {
            self.examples.push(Example {
                id: record.event.id.to_string(),
                act,
                was,
                would_be: would_be.verdict,
                score: would_be.score,
                findings: would_be.findings,
            });
        }
    }

    /// How many acts would be another verdict.
    pub fn changed(&self) -> u64 {
        let changed = self.verdicts.iter().filter(|((_, was, would_be), _)| was != would_be);
        changed.map(|(_, count)| count).sum()
    }

    /// The same as JSON.
    pub fn json(&self) -> String {
        let verdicts: Vec<_> = self
            .verdicts
            .iter()
            .map(|((act, was, would_be), count)| {
                serde_json::json!({ "act": act, "was": was, "would_be": would_be, "count": count })
            })
            .collect();
        let examples: Vec<_> = self
            .examples
            .iter()
            .map(|it| {
                serde_json::json!({
                    "id": it.id, "act": it.act, "was": it.was, "would_be": it.would_be,
                    "score": it.score, "findings": Finding::text(&it.findings),
                })
            })
            .collect();
        let reasons: BTreeMap<&str, u64> =
            self.reasons.iter().map(|(reason, count)| (reason.code(), *count)).collect();
        serde_json::json!({
            "acts": self.acts, "changed": self.changed(), "unreadable": self.unreadable,
            "verdicts": verdicts, "reasons": reasons, "examples": examples,
        })
        .to_string()
    }
}

impl fmt::Display for Replay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} acts, {} would be another verdict", self.acts, self.changed())?;
        if self.unreadable > 0 {
            write!(f, ", {} lines could not be read", self.unreadable)?;
        }
        for ((act, was, would_be), count) in &self.verdicts {
            let (act, was, would_be) = (act.code(), was.code(), would_be.code());
            write!(f, "\n{act:<12} {was:>7} -> {would_be:<7} {count:>9}")?;
        }
        for (reason, count) in &self.reasons {
            write!(f, "\n{:<24} {:<12} {count:>9}", reason.code(), reason.dimension().code())?;
        }
        for it in &self.examples {
            let (act, was, would_be) = (it.act.code(), it.was.code(), it.would_be.code());
            let findings = Finding::text(&it.findings);
            write!(f, "\n{act} {}: {was} -> {would_be}, {} points, {findings}", it.id, it.score)?;
        }
        Ok(())
    }
}
