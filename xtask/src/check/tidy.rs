//! The house rules that no other tool knows. Each fault says file, line and rule.

use std::{fs, path::Path};

use anyhow::{Result, bail};

use super::{
    migration,
    text::{code, functions, has_machine_path, has_word, is_cjk},
};
use crate::workspace::Workspace;

const FILE_LINES_MAX: usize = 400;
const FUNCTION_LINES_MAX: usize = 70;
const LINE_COLUMNS_MAX: usize = 120;

/// Not ours, or made by a program: what git does not keep (`.gitignore`), git itself, and a list of crates. Whole
/// paths, so that no folder of ours is left out because it has such a name.
const NOT_READ: [&str; 10] = [
    ".git",
    "Cargo.lock",
    "data",
    "end2end/april-2020/node_modules",
    "end2end/lighthouse/node_modules",
    "end2end/node_modules",
    "end2end/playwright-report",
    "end2end/test-results",
    "node_modules",
    "target",
];

/// The one folder that must name what it forbids.
const RULES: &str = "xtask/src/check";

const UNFINISHED: [&str; 3] = ["FIXME", "TODO", "XXX"];
const RUST_FORBIDDEN: [(&str, &str); 5] = [
    ("todo!", "unfinished"),
    ("unimplemented!", "unfinished"),
    ("#[ignore", "a test that does not run says nothing"),
    ("#[allow(", "use #[expect(…, reason = …)]"),
    ("#![allow(", "use #![expect(…, reason = …)]"),
];
const SCRIPT_FORBIDDEN: [&str; 3] = [".skip(", ".only(", ".fixme("];
const MACHINE: [&str; 3] = ["/home/", "/root/", "/work/"];

/// Checks every file of the checkout.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut faults = Vec::new();
    walk(&workspace.root, &workspace.root, &mut faults)?;
    faults.extend(migration::pairs(&workspace.root.join("store/migrations")));
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

fn walk(root: &Path, folder: &Path, faults: &mut Vec<String>) -> Result<()> {
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    paths.sort();
    for path in paths {
        let short = path.strip_prefix(root)?.to_string_lossy().into_owned();
        if NOT_READ.contains(&short.as_str()) || path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            walk(root, &path, faults)?;
        } else if let Ok(text) = fs::read_to_string(&path) {
            faults.extend(file(&short, &text));
        }
    }
    Ok(())
}

fn file(path: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let extension = path.rsplit('.').next().unwrap_or_default();
    let count = text.lines().count();
    if matches!(extension, "rs" | "ts" | "css" | "js" | "mjs") && count > FILE_LINES_MAX {
        faults.push(format!("{path}: {count} lines; at most {FILE_LINES_MAX}"));
    }
    if path.ends_with("package-lock.json") && text.contains("\"resolved\"") {
        faults.push(format!("{path}: names a registry; end2end/.npmrc keeps that out"));
    }
    if extension == "rs" {
        for (name, first, lines) in functions(text) {
            if lines > FUNCTION_LINES_MAX {
                let rule = format!("at most {FUNCTION_LINES_MAX}");
                faults.push(format!("{path}:{first}: {name} has {lines} lines; {rule}"));
            }
        }
    }
    for (index, line) in text.lines().enumerate() {
        for fault in judge(path, extension, line) {
            faults.push(format!("{path}:{}: {fault}", index + 1));
        }
    }
    faults
}

fn judge(path: &str, extension: &str, line: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if extension == "rs" && line.chars().count() > LINE_COLUMNS_MAX {
        faults.push(format!("more than {LINE_COLUMNS_MAX} columns"));
    }
    if path.starts_with("app/src/")
        && !path.starts_with("app/src/text")
        && code(line).contains(is_cjk)
    {
        faults.push("text for people belongs in app/src/text".to_owned());
    }
    if path.starts_with(RULES) {
        return faults;
    }
    for word in UNFINISHED.into_iter().filter(|word| has_word(line, word)) {
        faults.push(format!("{word}: unfinished"));
    }
    for folder in MACHINE.into_iter().filter(|folder| has_machine_path(line, folder)) {
        faults.push(format!("{folder}: a path of one machine"));
    }
    match extension {
        "rs" => {
            let found = RUST_FORBIDDEN.into_iter().filter(|(word, _)| code(line).contains(word));
            faults.extend(found.map(|(word, reason)| format!("{word}: {reason}")));
        }
        "ts" | "js" | "mjs" => {
            let found = SCRIPT_FORBIDDEN.into_iter().filter(|word| code(line).contains(word));
            faults.extend(found.map(|word| format!("{word}: every test runs")));
        }
        _ => {}
    }
    // The benchmark fills databases and counts rows behind the product's back.
    let may_name_sqlx = ["store/", "bench/"].iter().any(|folder| path.starts_with(folder));
    if extension == "rs" && !may_name_sqlx && has_word(code(line), "sqlx") {
        faults.push("sqlx is known to store alone".to_owned());
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_rule_finds_its_fault() {
        let long = "x".repeat(121);
        for (path, line) in [
            ("server/src/a.rs", long.as_str()),
            ("server/src/a.rs", "    todo!()"),
            ("server/src/a.rs", "#[allow(dead_code)]"),
            ("server/src/a.rs", "#[ignore = \"slow\"]"),
            ("server/src/a.rs", "// FIXME later"),
            ("docs/a.md", "TODO: say how"),
            ("server/src/a.rs", "use sqlx::Row;"),
            ("server/src/a.rs", "let path = \"/home/someone\";"),
            ("app/src/page.rs", "view! { <h1>\"我的卡包\"</h1> }"),
            ("end2end/tests/a.spec.ts", "test.skip('later', () => {})"),
            ("end2end/support/a.mjs", "test.only('this one', () => {})"),
        ] {
            assert_eq!(file(path, line).len(), 1, "{path}: {line}");
        }
    }

    #[test]
    fn what_is_right_passes() {
        for (path, line) in [
            ("store/src/a.rs", "use sqlx::Row; // 券"),
            ("bench/src/a.rs", "use sqlx::Row;"),
            ("app/src/text/zh.rs", "\"我的卡包\""),
            ("app/src/page.rs", "/// 「我的卡包」"),
            ("server/src/a.rs", "let rest = list.iter().skip(1);"),
            ("docs/a.md", "see app/work/notes"),
        ] {
            assert_eq!(file(path, line), Vec::<String>::new(), "{path}: {line}");
        }
    }

    #[test]
    fn a_long_file_and_a_long_function_are_named() {
        assert_eq!(file("a.css", &"a {}\n".repeat(401)).len(), 1);
        let body = "    one();\n".repeat(70);
        assert_eq!(file("a.rs", &format!("fn long() {{\n{body}}}\n")).len(), 1);
    }
}
