//! `docs/security/asvs.md`: every requirement of ASVS 5.0, levels 1 and 2, has its row, says what it is, and names
//! tests that are there. A test that goes takes its claim with it.

use std::{collections::HashSet, fs, path::Path};

use anyhow::{Context as _, Result, bail};

use super::text::code;
use crate::workspace::Workspace;

const TABLE: &str = "docs/security/asvs.md";
/// How many requirements there are of level 1 and of level 2.
const ROWS: [(&str, usize); 2] = [("1", 70), ("2", 183)];
/// Where tests are.
const FOLDERS: [&str; 8] =
    ["app", "domain", "rig", "server", "store", "torture", "xtask", "end2end/tests"];

/// A row of the table.
struct Row<'a> {
    number: &'a str,
    level: &'a str,
    state: &'a str,
    evidence: &'a str,
}

/// Reads the table and looks for each test that it names.
pub(super) fn check(workspace: &Workspace) -> Result<()> {
    let text = fs::read_to_string(workspace.root.join(TABLE)).context(TABLE)?;
    let mut tests = HashSet::new();
    for folder in FOLDERS {
        collect(&workspace.root.join(folder), &mut tests)?;
    }
    let faults = faults(&text, &tests);
    if faults.is_empty() {
        return Ok(());
    }
    bail!("{TABLE}:\n    {}", faults.join("\n    "))
}

fn faults(text: &str, tests: &HashSet<String>) -> Vec<String> {
    let rows: Vec<Row<'_>> = text.lines().filter_map(row).collect();
    let mut faults = Vec::new();
    for (level, count) in ROWS {
        let there = rows.iter().filter(|row| row.level == level).count();
        if there != count {
            faults.push(format!("{there} rows of level {level}, the standard has {count}"));
        }
    }
    let mut numbers = HashSet::new();
    for Row { number, state, evidence, .. } in &rows {
        if !numbers.insert(*number) {
            faults.push(format!("{number} stands there twice"));
        }
        let named: Vec<&str> = evidence.split('`').skip(1).step_by(2).collect();
        let named: Vec<&str> = named.into_iter().filter(|name| is_test_name(name)).collect();
        for name in &named {
            if !tests.contains(*name) {
                faults.push(format!("{number}: there is no test `{name}`"));
            }
        }
        match *state {
            "met" if named.is_empty() => {
                faults.push(format!("{number} is met, but no test shows it"));
            }
            "met" => {}
            "not applicable" | "open" if !evidence.is_empty() => {}
            _ => faults.push(format!("{number}: `{state}` needs a reason, or is no state")),
        }
    }
    faults
}

/// `| 1.2.3 | 1 | what | met | evidence |`
fn row(line: &str) -> Option<Row<'_>> {
    let cells: Vec<&str> =
        line.strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
    let [number, level, _, state, evidence] = *cells.as_slice() else { return None };
    number.starts_with(|first: char| first.is_ascii_digit()).then_some(Row {
        number,
        level,
        state,
        evidence,
    })
}

/// A function of Rust with several words, or a sentence of a browser test; other code between backticks is no test.
fn is_test_name(name: &str) -> bool {
    let words = name.split(['_', ' ']).count();
    words >= 4 || name == "expressions"
}

fn collect(folder: &Path, tests: &mut HashSet<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if !path.ends_with("node_modules") {
                collect(&path, tests)?;
            }
            continue;
        }
        match path.extension().and_then(|end| end.to_str()) {
            Some("rs") => of_rust(&fs::read_to_string(&path)?, tests),
            Some("ts") => of_browser(&fs::read_to_string(&path)?, tests),
            _ => {}
        }
    }
    Ok(())
}

/// The functions that follow an attribute of a test.
fn of_rust(text: &str, tests: &mut HashSet<String>) {
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if line.starts_with("#[") {
            let attribute = line.trim_start_matches("#[");
            let kinds = ["test]", "tokio::test", "rstest"];
            is_test |= kinds.iter().any(|kind| attribute.starts_with(kind));
        } else if let Some(name) = line.trim_start_matches("async ").strip_prefix("fn ") {
            if is_test && let Some(end) = name.find(['(', '<']) {
                tests.insert(name[..end].to_owned());
            }
            is_test = false;
        }
    }
}

/// The names of tests that run: one behind a comment is none.
fn of_browser(text: &str, tests: &mut HashSet<String>) {
    for part in text.lines().flat_map(|line| code(line).split("test('").skip(1)) {
        if let Some((name, _)) = part.split_once('\'') {
            tests.insert(name.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults_of(rows: &str) -> Vec<String> {
        let tests = [
            "a_lock_that_holds_always".to_owned(),
            "a form on another site claims nothing".to_owned(),
        ];
        faults(rows, &tests.into_iter().collect())
    }

    #[test]
    fn a_test_that_is_gone_is_named() {
        let good = "| 1.1.1 | 1 | a | met | `a_lock_that_holds_always` `a form on another site claims nothing` |";
        assert_eq!(faults_of(good).len(), 2, "only that rows are missing");
        for (row, fault) in [
            (
                "| 1.1.1 | 1 | a | met | `a_lock_that_held_once_more` |",
                "no test `a_lock_that_held_once_more`",
            ),
            ("| 1.1.1 | 1 | a | met | it is so, see `unsafe` |", "no test shows it"),
            ("| 1.1.1 | 1 | a | perhaps | soon |", "no state"),
            ("| 1.1.1 | 1 | a | open | |", "needs a reason"),
        ] {
            let faults = faults_of(row).join("\n");
            assert!(faults.contains(fault), "{row}: {faults}");
        }
        let twice = [good, good].join("\n");
        assert!(faults_of(&twice).join("\n").contains("stands there twice"));
    }

    #[test]
    fn tests_are_found_where_they_are_written() {
        let mut tests = HashSet::new();
        let text = "#[rstest]\n#[tokio::test]\nasync fn one_of_rust(\n) {}\nfn a_helper() {}\n#[test]\nfn another() {}";
        of_rust(text, &mut tests);
        of_browser("test('a sentence', async () => {\n// test('another one', () => {", &mut tests);
        let mut names: Vec<_> = tests.into_iter().collect();
        names.sort_unstable();
        assert_eq!(names, ["a sentence", "another", "one_of_rust"]);
    }
}
