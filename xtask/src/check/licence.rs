//! Whether we may ship what we depend on: every licence expression against the list in `deny.toml`.

use std::collections::BTreeSet;

use anyhow::{Result, bail};

use super::manifest;
use crate::workspace::Workspace;

/// Checks every package that is not ours.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let policy = manifest::policy(workspace)?;
    let licences = &policy["licenses"];
    let general = names(licences.get("allow"));
    let mut faults = Vec::new();
    for package in manifest::packages()?.values().filter(|package| !package.is_ours) {
        let mut allowed = general.clone();
        for exception in
            licences.get("exceptions").and_then(toml::Value::as_array).into_iter().flatten()
        {
            if exception.get("crate").and_then(toml::Value::as_str) == Some(package.name.as_str()) {
                allowed.extend(names(exception.get("allow")));
            }
        }
        match package.licence.as_deref() {
            None => faults.push(format!("{}: names no licence", package.title)),
            Some(text) if !satisfies(text, &allowed) => {
                faults.push(format!("{}: {text}", package.title));
            }
            Some(_) => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!("not in deny.toml:\n{}", faults.join("\n")) }
}

fn names(list: Option<&toml::Value>) -> BTreeSet<&str> {
    let list = list.and_then(toml::Value::as_array).map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(toml::Value::as_str).collect()
}

/// Whether the licences allowed are enough for an SPDX expression. The slash is the older `OR`.
fn satisfies(expression: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let mut rest = words.as_slice();
    any(&mut rest, allowed) && rest.is_empty()
}

fn any(rest: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut found = all(rest, allowed);
    while take(rest, "OR") {
        found |= all(rest, allowed);
    }
    found
}

fn all(rest: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    let mut found = one(rest, allowed);
    while take(rest, "AND") {
        found &= one(rest, allowed);
    }
    found
}

fn one(rest: &mut &[&str], allowed: &BTreeSet<&str>) -> bool {
    if take(rest, "(") {
        let found = any(rest, allowed);
        return take(rest, ")") && found;
    }
    let Some((licence, after)) = rest.split_first() else {
        return false;
    };
    *rest = after;
    if take(rest, "WITH") {
        let Some((exception, after)) = rest.split_first() else {
            return false;
        };
        *rest = after;
        return allowed.contains(format!("{licence} WITH {exception}").as_str());
    }
    allowed.contains(licence)
}

fn take(rest: &mut &[&str], word: &str) -> bool {
    let Some((_, after)) = rest.split_first().filter(|(first, _)| **first == word) else {
        return false;
    };
    *rest = after;
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        let allowed = BTreeSet::from(["MIT", "ISC", "Apache-2.0 WITH LLVM-exception"]);
        for good in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0 OR MIT",
            "MIT AND (GPL-3.0 OR ISC)",
            "Apache-2.0 WITH LLVM-exception",
            "(MIT OR GPL-3.0) AND ISC",
        ] {
            assert!(satisfies(good, &allowed), "{good}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "(MIT", "MIT MIT", "", "ISC AND (GPL-3.0)"] {
            assert!(!satisfies(bad, &allowed), "{bad}");
        }
    }
}
