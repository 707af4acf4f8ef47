//! How many tests ran, read from what the runners say.

use std::{fmt, ops::AddAssign};

use serde_json::Value;

/// Tests that ran.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Count {
    /// As they should.
    pub(crate) passed: u64,
    /// Not as they should, or not at all although they were asked for.
    pub(crate) failed: u64,
}

impl Count {
    /// A kind that could not run counts as one failed test.
    pub(crate) fn failure() -> Self {
        Self { passed: 0, failed: 1 }
    }

    /// Whether nothing ran.
    pub(crate) fn is_empty(self) -> bool {
        self.passed + self.failed == 0
    }

    /// Reads nextest's last summary. It also shows what a failed test printed, so nothing that a
    /// test could print is read.
    pub(crate) fn of_nextest(text: &str) -> Self {
        let is_summary = |line: &&str| line.trim_start().starts_with("Summary [");
        let Some(line) = text.lines().rev().find(is_summary) else { return Self::default() };
        let passed = number_before(line, "passed");
        // `5/9 tests run`: the nine were asked for.
        let ran = number_before(line, "tests run").max(number_before(line, "test run"));
        Self { passed, failed: ran.saturating_sub(passed) }
    }

    /// Sums the results that `cargo test` prints for each program.
    pub(crate) fn of_cargo(text: &str) -> Self {
        let mut total = Self::default();
        for rest in text.lines().filter_map(|line| line.strip_prefix("test result: ")) {
            let failed = number_before(rest, "failed") + number_before(rest, "ignored");
            total += Self { passed: number_before(rest, "passed"), failed };
        }
        total
    }

    /// Reads Playwright's JSON report. A skipped or a flaky test did not do what was asked of it.
    pub(crate) fn of_playwright(report: &Value) -> Self {
        let stats = &report["stats"];
        let number = |name: &str| stats[name].as_u64().unwrap_or(0);
        let errors = report["errors"].as_array().map_or(0, |list| list.len() as u64);
        let failed = number("unexpected") + number("skipped") + number("flaky");
        Self { passed: number("expected"), failed: if failed == 0 { errors } else { failed } }
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} passed, {} failed", self.passed, self.failed)
    }
}

/// The number in front of a word: 3 in `3 passed`, 9 in `5/9 tests run`.
fn number_before(text: &str, word: &str) -> u64 {
    let Some((before, _)) = text.split_once(&format!(" {word}")) else {
        return 0;
    };
    let digits = before.rsplit(|it: char| !it.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nextest() {
        let text = "  stdout ───\n    test result: FAILED. 0 passed; 1 failed; 0 ignored\n────\n     \
                    Summary [   1.0s] 12 tests run: 10 passed (1 slow), 1 failed, 1 timed out, \
                    3 skipped\n        FAIL [   0.1s] (2/2) server::it bad\n";
        assert_eq!(Count::of_nextest(text), Count { passed: 10, failed: 2 });
        let one = "     Summary [   0.0s] 1 test run: 1 passed, 0 skipped";
        assert_eq!(Count::of_nextest(one), Count { passed: 1, failed: 0 });
        let cut = "Summary [ 1.0s] 5/9 tests run: 5 passed, 0 skipped";
        assert_eq!(Count::of_nextest(cut), Count { passed: 5, failed: 4 });
    }

    #[test]
    fn cargo_test() {
        let text = "test result: ok. 3 passed; 0 failed; 0 ignored; 0 measured; 1 filtered out\n\
                    test result: FAILED. 1 passed; 2 failed; 1 ignored; 0 measured";
        assert_eq!(Count::of_cargo(text), Count { passed: 4, failed: 3 });
        assert!(Count::of_cargo("error: could not compile").is_empty());
    }

    #[test]
    fn playwright() {
        let report = serde_json::json!({
            "errors": [],
            "stats": { "expected": 7, "unexpected": 1, "flaky": 1, "skipped": 2 },
        });
        assert_eq!(Count::of_playwright(&report), Count { passed: 7, failed: 4 });
        let broken = serde_json::json!({ "errors": [{ "message": "no tests found" }] });
        assert_eq!(Count::of_playwright(&broken), Count::failure());
    }
}
