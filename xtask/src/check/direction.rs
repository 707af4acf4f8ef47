//! Who may know whom. The picture is in `docs/ARCHITECTURE.md`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};

use super::manifest::{self, Packages};
use crate::workspace::Workspace;

/// Each crate of ours with those of ours that it may need.
const OURS: [(&str, &[&str]); 9] = [
    ("domain", &[]),
    ("app", &["domain"]),
    ("store", &["domain"]),
    ("frontend", &["app", "domain"]),
    ("server", &["app", "domain", "store"]),
    ("rig", &[]),
    ("bench", &["domain", "rig", "server", "store"]),
    ("torture", &["rig"]),
    ("xtask", &["rig"]),
];

/// Libraries that only some of ours may name, with their relatives (`leptos_axum`, `sqlx-core`).
const ONLY: [(&str, &[&str]); 2] = [
    // The benchmark fills databases and counts rows behind the product's back.
    ("sqlx", &["store", "bench"]),
    ("leptos", &["app", "frontend", "server"]),
];

/// What `domain` must not reach, however far away: it would no longer be pure.
const NEVER_UNDER_DOMAIN: [&str; 6] = ["axum", "leptos", "sqlx", "tokio", "web-sys", "getrandom"];

/// Checks the workspace.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let packages = manifest::packages()?;
    let mut faults = ours(&packages);
    faults.extend(under_domain(&packages));
    faults.extend(banned(&packages, &manifest::policy(workspace)?));
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

fn ours(packages: &Packages) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = OURS.into_iter().collect();
    let there: BTreeSet<&str> =
        packages.values().filter(|it| it.is_ours).map(|it| it.name.as_str()).collect();
    let gone = allowed.keys().filter(|name| !there.contains(*name));
    let mut faults: Vec<String> = gone
        .map(|name| format!("{name}: the direction check knows it, and there is none"))
        .collect();
    for package in packages.values().filter(|package| package.is_ours) {
        let name = package.name.as_str();
        let Some(may) = allowed.get(name) else {
            faults.push(format!("{name}: a crate that the direction check does not know"));
            continue;
        };
        for need in package.needs.iter().map(|id| &packages[id]) {
            if need.is_ours && !may.contains(&need.name.as_str()) {
                faults.push(format!("{name} must not know {}", need.name));
            }
            for (library, users) in ONLY {
                if belongs(&need.name, library) && !users.contains(&name) {
                    faults.push(format!("{name} must not name {}", need.name));
                }
            }
        }
    }
    faults
}

fn under_domain(packages: &Packages) -> Vec<String> {
    let start = packages.iter().find(|(_, package)| package.is_ours && package.name == "domain");
    let mut waiting: Vec<&String> = start.into_iter().map(|(id, _)| id).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            waiting.extend(&packages[id].needs);
        }
    }
    let reached = seen.into_iter().map(|id| packages[id].name.as_str());
    let wrong = reached.filter(|name| NEVER_UNDER_DOMAIN.contains(name));
    wrong.map(|name| format!("domain reaches {name}")).collect()
}

fn banned(packages: &Packages, policy: &toml::Table) -> Vec<String> {
    let list = policy["bans"]["deny"].as_array().map_or(&[][..], Vec::as_slice);
    let names = list.iter().filter_map(|entry| entry.get("crate")?.as_str());
    let banned: BTreeSet<&str> = names.collect();
    let mut faults = Vec::new();
    for user in packages.values() {
        for need in user.needs.iter().map(|id| &packages[id]) {
            if banned.contains(need.name.as_str()) {
                faults.push(format!("{} needs {}, which deny.toml bans", user.title, need.title));
            }
        }
    }
    faults
}

fn belongs(name: &str, library: &str) -> bool {
    name.strip_prefix(library).is_some_and(|rest| rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::manifest::Package;

    fn package(name: &str, is_ours: bool, needs: &[&str]) -> (String, Package) {
        let needs = needs.iter().map(|&need| need.to_owned()).collect();
        let name = name.to_owned();
        let package = Package { title: name.clone(), name, licence: None, is_ours, needs };
        (package.name.clone(), package)
    }

    #[test]
    fn a_wrong_arrow_is_named() {
        let others = ["app", "frontend", "rig", "bench", "torture"];
        let mut packages = Packages::from(others.map(|name| package(name, true, &[])));
        packages.extend([
            package("domain", true, &["jiff", "store"]),
            package("store", true, &["domain", "sqlx"]),
            package("server", true, &["store", "sqlx-core"]),
            package("jiff", false, &["tokio"]),
            package("sqlx", false, &["sqlx-core"]),
            package("sqlx-core", false, &[]),
            package("tokio", false, &[]),
        ]);
        let wanted = [
            "xtask: the direction check knows it, and there is none",
            "domain must not know store",
            "server must not name sqlx-core",
        ];
        assert_eq!(ours(&packages), wanted);
        assert_eq!(under_domain(&packages), ["domain reaches sqlx", "domain reaches tokio"]);
    }

    #[test]
    fn a_banned_crate_is_named_with_its_user() {
        let packages =
            Packages::from([package("jwt", false, &["rsa"]), package("rsa", false, &[])]);
        let policy = "[bans]\ndeny = [{ crate = \"rsa\", reason = \"timing\" }]";
        let policy = policy.parse().expect("TOML");
        assert_eq!(banned(&packages, &policy), ["jwt needs rsa, which deny.toml bans"]);
    }
}
