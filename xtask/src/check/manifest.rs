//! What cargo says about every package that could be compiled, and what `deny.toml` says to that.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::workspace::{self, Workspace};

/// One package.
pub(crate) struct Package {
    /// Its name.
    pub(crate) name: String,
    /// Its name and version.
    pub(crate) title: String,
    /// What it says about its licence.
    pub(crate) licence: Option<String>,
    /// Whether it is one of ours.
    pub(crate) is_ours: bool,
    /// The identifiers of what it needs to be built and to run; not what its tests need.
    pub(crate) needs: BTreeSet<String>,
}

/// Every package by its identifier.
pub(crate) type Packages = BTreeMap<String, Package>;

/// Asks cargo.
pub(crate) fn packages() -> Result<Packages> {
    let metadata = workspace::metadata(&["--locked", "--all-features"])?;
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let ours: BTreeSet<String> = list(&metadata["workspace_members"]).iter().map(text).collect();

    let mut packages = Packages::new();
    for package in list(&metadata["packages"]) {
        let (id, name) = (text(&package["id"]), text(&package["name"]));
        packages.insert(
            id.clone(),
            Package {
                title: format!("{name} {}", text(&package["version"])),
                name,
                licence: package["license"].as_str().map(str::to_owned),
                is_ours: ours.contains(&id),
                needs: BTreeSet::new(),
            },
        );
    }
    for node in list(&metadata["resolve"]["nodes"]) {
        let is_for_tests = |dependency: &Value| {
            list(&dependency["dep_kinds"]).iter().all(|kind| kind["kind"] == "dev")
        };
        let needs = list(&node["deps"]).into_iter().filter(|it| !is_for_tests(it));
        let needs = needs.map(|dependency| text(&dependency["pkg"])).collect();
        packages.get_mut(&text(&node["id"])).context("a node without a package")?.needs = needs;
    }
    Ok(packages)
}

/// Reads `deny.toml`, the one place of the licence list and of the banned crates.
pub(crate) fn policy(workspace: &Workspace) -> Result<toml::Table> {
    let text = fs::read_to_string(workspace.root.join("deny.toml")).context("deny.toml")?;
    text.parse().context("deny.toml")
}
