//! What a part of the run did and found.

use anyhow::Result;

use crate::{load::Load, scene::Scene};

/// How many violations are printed; the rest are counted.
const SHOWN: usize = 12;

/// One part of the run.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    /// How many faults there will be.
    wanted: u64,
    /// How many were made.
    pub(crate) made: u64,
    acknowledged: u64,
    busy: u64,
    /// Requests without an answer, settled later by their keys.
    pub(crate) unknown: u64,
    /// Whether it must find something, because a guard was left out.
    pub(crate) is_control: bool,
    violations: Vec<String>,
}

impl Outcome {
    pub(crate) fn of(name: &str, wanted: u64) -> Self {
        println!("==> {name}: {wanted}");
        let is_control = name.starts_with("control-");
        Self { name: name.to_owned(), wanted, is_control, ..Self::default() }
    }

    /// Takes in what was found.
    pub(crate) fn take(&mut self, violations: Vec<String>) {
        self.violations.extend(violations);
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.violations.is_empty()
    }

    /// A load that ended with a fault.
    pub(crate) fn made(&mut self, load: Load) -> Result<()> {
        self.heard(&load);
        self.take(load.end()?);
        self.count();
        Ok(())
    }

    /// One fault more, with a line now and then.
    pub(crate) fn count(&mut self) {
        self.made += 1;
        if self.made.is_multiple_of(10) && self.made < self.wanted {
            println!("    {} of {}: {}", self.made, self.wanted, self.figures());
        }
    }

    /// What a load has heard so far.
    pub(crate) fn heard(&mut self, load: &Load) {
        self.acknowledged += load.granted();
        self.busy += load.busy();
    }

    /// Takes in what was found by a part of this part.
    pub(crate) fn absorb(&mut self, part: Self) {
        self.violations.extend(part.violations);
    }

    /// Keeps the folder of a scene with violations that nobody wanted.
    pub(crate) fn keep(&self, scene: Scene) {
        if !self.is_clean() && !self.is_control {
            println!("    kept for a look: {}", scene.keep().display());
        }
    }

    /// The last lines of a part. A negative control does what it should when it found something.
    pub(crate) fn end(self, result: Result<()>) -> bool {
        let is_control = self.is_control;
        let error = result.err().map(|error| format!("{error:#}"));
        let found = self.violations.len();
        for violation in self.violations.iter().take(if is_control { 2 } else { SHOWN }) {
            println!("    {}: {violation}", if is_control { "noticed" } else { "VIOLATION" });
        }
        if let Some(error) = &error {
            println!("    COULD NOT GO ON: {error}");
        }
        // Whatever was to be found could not show where nobody was told "yes" or not everything was broken.
        let idle = self.acknowledged == 0 || (found == 0 && self.made < self.wanted);
        if idle && error.is_none() {
            println!("    TOO LITTLE HAPPENED");
        }
        let good = error.is_none() && !idle && (found > 0) == is_control;
        let what = if is_control { "noticed" } else { "violations" };
        println!("    {} of {}: {}, {found} {what}", self.made, self.wanted, self.figures());
        println!("test {} ... {}", self.name, if good { "ok" } else { "FAILED" });
        good
    }

    fn figures(&self) -> String {
        format!(
            "{} acknowledged, {} busy, {} unanswered and settled by their keys",
            self.acknowledged, self.busy, self.unknown
        )
    }
}
