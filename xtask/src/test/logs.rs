//! What the servers of the tests have logged is searched for everything that no log may hold: identity numbers, names,
//! tokens, keys, codes and passwords. First a line in which all of them are planted must be found.

use std::{fs, path::PathBuf};

use anyhow::{Result, ensure};

use super::count::Count;
use crate::{check::text::is_cjk, process::Step, workspace::Workspace};

/// The variable that tells tests where servers log.
pub(crate) const LOGS: &str = "TEST_LOGS";

/// As many of a file's findings are shown.
const SHOWN: usize = 5;

/// A kind of thing, and what finds it in a line.
type Kind = (&'static str, fn(&str) -> bool);

const KINDS: [Kind; 5] = [
    ("an identity number", |line| words(line).any(is_identity_number)),
    // Our messages are English: whatever is Chinese was somebody's name, or what somebody wrote. A
    // statement is a text of ours, comments of migrations included; its values are bound.
    ("a name or another text of a person", |line| {
        line.contains(is_cjk) && !line.contains("\"db.statement\":")
    }),
    ("a token, a key or a code", |line| words(line).any(is_token)),
    ("typed digits", |line| words(line).any(|it| it.len() == 12 && is_digits(it))),
    ("a sample's password", |line| line.contains("demo-") && line.contains("-2020")),
];

/// How the logs of those begin who must have some: servers inside the tests, servers beside them, Schemathesis's, the
/// browser's, the fault runs'.
const WRITERS: [&str; 5] = ["it-", "process-", "schema", "browser-", "fault-"];

/// What must be found: invented, and each valid of its kind.
const PLANTED: [&str; 5] = [
    "{\"fields\":{\"message\":\"somebody\",\"number\":\"140502199001011230\"}}",
    "{\"fields\":{\"message\":\"somebody\",\"name\":\"\u{5f35}\u{8a66}\"}}",
    "{\"fields\":{\"cookie\":\"jinquan=00000000000000000000000000000000000000000000000000000000000000b1\"}}",
    "{\"fields\":{\"digits\":\"481516234229\"}}",
    "{\"fields\":{\"password\":\"demo-operator-2020\"}}",
];

/// Where servers log in this run, empty.
pub(crate) fn folder(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.root.join("target/test/logs");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// Searches every log: one test for what is planted, one for all files together.
pub(crate) fn search(folder: &PathBuf) -> Result<Count> {
    let step = Step::begin("test: the logs of all tests hold nothing of a person");
    for (planted, (kind, _)) in PLANTED.into_iter().zip(KINDS) {
        let found = findings(planted);
        ensure!(found.iter().any(|(_, it)| *it == kind), "{kind} was planted and not found");
    }
    let (mut files, mut lines, mut found) = (0, 0, 0);
    let mut silent = WRITERS.to_vec();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        silent.retain(|writer| !name.starts_with(writer));
        let text = String::from_utf8_lossy(&fs::read(&path)?).into_owned();
        files += 1;
        lines += text.lines().count();
        let findings = findings(&text);
        found += findings.len();
        for (line, kind) in findings.iter().take(SHOWN) {
            println!("    {}, line {line}: {kind}", path.display());
        }
    }
    println!("    {files} files, {lines} lines");
    step.end();
    ensure!(lines > 0, "no server has logged anything: the search is blind");
    ensure!(silent.is_empty(), "there are no logs {silent:?}: the search is blind there");
    let failed = u64::from(found > 0);
    Ok(Count { passed: 2 - failed, failed })
}

/// The lines that hold something, and what; never the thing itself.
fn findings(text: &str) -> Vec<(usize, &'static str)> {
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(place, line)| {
            let kinds = KINDS.into_iter().filter(move |(_, finds)| finds(line));
            kinds.map(move |(kind, _)| (place + 1, kind))
        })
        .collect()
}

/// Letters and digits that stand together.
fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|it: char| !it.is_ascii_alphanumeric()).filter(|word| !word.is_empty())
}

fn is_digits(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Eighteen characters with the right last one (GB 11643).
fn is_identity_number(word: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let Some((digits, [last])) = word.as_bytes().split_at_checked(17) else { return false };
    if !digits.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 =
        digits.iter().zip(WEIGHTS).map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize] == last.to_ascii_uppercase()
}

/// 32 characters and more that hold digits and letters: random, or a hash. The number of a request has sixteen.
fn is_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
    word.len() >= 32 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_planted_secret_is_found() {
        for (planted, (kind, _)) in PLANTED.into_iter().zip(KINDS) {
            assert_eq!(findings(planted), [(1, kind)]);
        }
    }

    #[test]
    fn what_a_log_says_is_no_secret() {
        let line = "{\"timestamp\":\"2026-11-24T15:20:58.123456Z\",\"level\":\"ERROR\",\"fields\":{\"message\":\
                    \"a batch of claims could not be settled\",\"round.id\":\"r1\"},\"target\":\"server::lane::claim\",\
                    \"request_id\":\"0123456789abcdef\"}";
        assert_eq!(findings(line), []);
        assert_eq!(findings("140502199001011237"), [], "its last digit is wrong");
    }
}
