//! Figures: what was measured in each round, as ratios with their spread, and the report.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use serde::Serialize;

/// One measurement of one subject.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Answers that counted, a second.
    pub(crate) rate: f64,
    /// What the yardstick gave in the seconds between.
    pub(crate) yardstick: f64,
    /// 99 of 100 came within so many milliseconds.
    pub(crate) p99_ms: f64,
    /// Processor time of server and database for each answer, in microseconds.
    pub(crate) processor_us: f64,
}

impl Sample {
    /// The rate as a part of the yardstick's: it compares subjects that were measured minutes apart.
    pub(crate) fn relative(&self) -> f64 {
        self.rate / self.yardstick
    }
}

/// A line of the report.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    /// What it is.
    pub(crate) name: String,
    /// In what it is counted.
    pub(crate) unit: &'static str,
    /// Of all rounds.
    pub(crate) median: f64,
    /// The smallest of them.
    pub(crate) min: f64,
    /// The largest of them.
    pub(crate) max: f64,
    /// What must hold: at least, or at most where less is better.
    pub(crate) must: Option<f64>,
    /// What we want to publish.
    pub(crate) want: Option<f64>,
    /// Whether less is better.
    #[serde(skip)]
    pub(crate) less: bool,
}

impl Figure {
    /// The spread of values, one for each round.
    pub(crate) fn of(name: impl Into<String>, unit: &'static str, values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (first, last) = (*sorted.first()?, *sorted.last()?);
        let median = f64::midpoint(sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
        let (must, want) = (None, None);
        Some(Self {
            name: name.into(),
            unit,
            median,
            min: first,
            max: last,
            must,
            want,
            less: false,
        })
    }

    /// More is better: `must` holds, `want` is published.
    pub(crate) fn at_least(self, must: f64, want: f64) -> Self {
        Self { must: Some(must), want: Some(want), ..self }
    }

    /// Less is better.
    pub(crate) fn at_most(self, must: f64, want: f64) -> Self {
        Self { must: Some(must), want: Some(want), less: true, ..self }
    }

    /// Whether the figure is what it must be.
    pub(crate) fn holds(&self) -> bool {
        self.must
            .is_none_or(|must| if self.less { self.median <= must } else { self.median >= must })
    }
}

/// What one round measured, by the name of the subject.
pub(crate) type Round = BTreeMap<&'static str, Sample>;

/// The ratio of one value of two subjects, in each round that has both.
pub(crate) fn ratios(rounds: &[Round], of: (&str, &str), value: fn(&Sample) -> f64) -> Vec<f64> {
    let both = rounds.iter().filter_map(|round| Some((round.get(of.0)?, round.get(of.1)?)));
    both.map(|(one, other)| value(one) / value(other)).collect()
}

/// The values of one subject.
pub(crate) fn values(rounds: &[Round], of: &str, value: fn(&Sample) -> f64) -> Vec<f64> {
    rounds.iter().filter_map(|round| round.get(of).map(value)).collect()
}

/// The report.
#[derive(Serialize)]
pub(crate) struct Report<'a> {
    pub(crate) machine: &'a BTreeMap<&'static str, String>,
    pub(crate) figures: &'a [Figure],
    /// How many rounds there were.
    pub(crate) rounds: usize,
    /// What was measured and does not count, because its audit failed or it could not go on: where, and why.
    pub(crate) void: &'a [String],
}

/// Prints the table.
pub(crate) fn print(figures: &[Figure]) {
    println!(
        "\n{:<44} {:>10} {:>10} {:>10}  {:>8} {:>8}  unit",
        "figure", "median", "min", "max", "must", "want"
    );
    for figure in figures {
        let goal = |goal: Option<f64>| goal.map_or(String::new(), |goal| format!("{goal}"));
        let mark = if figure.holds() { " " } else { "!" };
        println!(
            "{mark}{:<43} {:>10.3} {:>10.3} {:>10.3}  {:>8} {:>8}  {}",
            figure.name,
            figure.median,
            figure.min,
            figure.max,
            goal(figure.must),
            goal(figure.want),
            figure.unit
        );
    }
}

/// Writes the report that the contract names, and beside the figures what does not count in them.
pub(crate) fn write(file: &Path, report: &Report<'_>) -> Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(file, serde_json::to_string_pretty(report)?)?)
}
