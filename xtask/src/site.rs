//! `target/site`: the front end as the server embeds it.
//!
//! What changes with the code gets the digest of its content into its name, so that a browser may
//! keep it for ever; `manifest.json` leads from the plain name to the one of today. The files of
//! `public/` keep their names.

mod asset;
mod css;
mod publish;
mod script;
mod wasm;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

pub(crate) use self::asset::digest;
use self::asset::{Asset, Name};
use crate::{process::Step, workspace::Workspace};

/// Raised when the same inputs give another result.
const RECIPE: u32 = 3;

/// How much time the sizes are worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Mode {
    /// As small as can be.
    Release,
    /// Without `wasm-opt` and with quick compression.
    Dev,
}

/// Builds the site, unless nothing changed since the last time.
pub(crate) fn build(workspace: &Workspace, mode: Mode) -> Result<()> {
    let step = Step::begin("site: WASM");
    let module = wasm::compile(workspace)?;
    step.end();

    let site = workspace.site();
    let stamp = site.with_extension("stamp");
    let inputs = inputs(workspace, mode, &module)?;
    let is_same = fs::read_to_string(&stamp).is_ok_and(|last| last == inputs);
    if is_same && site.join("manifest.json").is_file() {
        println!("site: nothing changed");
        return Ok(());
    }

    let step = Step::begin("site: glue, styles, scripts, public files");
    let mut assets = wasm::assets(workspace, mode, &module)?;
    assets.push(Asset::new("jinquan.css", Name::Hashed, css::bundle(workspace, "main.css")?));
    assets.push(Asset::new("staff.css", Name::Hashed, css::bundle(workspace, "staff.css")?));
    assets.extend(scripts(workspace, mode)?);
    assets.extend(script::decoder(workspace)?.map(|it| Asset::new("decoder.js", Name::Hashed, it)));
    assets.extend(folder(&workspace.root.join("public"), Name::Kept)?);

    let fresh = site.with_extension("new");
    publish::write(&fresh, &assets, mode)?;
    publish::swap(&fresh, &site)?;
    fs::write(&stamp, inputs)?;
    step.end();
    Ok(())
}

fn inputs(workspace: &Workspace, mode: Mode, module: &Path) -> Result<String> {
    let tools = (wasm::optimiser(workspace).is_some(), script::minifier(workspace).is_some());
    let mut text = format!("{RECIPE} {mode:?} {tools:?}");
    let mut paths = vec![module.to_owned(), workspace.end2end().join("package-lock.json")];
    for folder in ["style", "app/script", "public"] {
        paths.extend(files(&workspace.root.join(folder))?);
    }
    for path in paths.iter().filter(|path| path.is_file()) {
        let content = digest(&read(path)?);
        let short = workspace.short(path).display();
        // Writing into a string cannot fail.
        let _infallible = write!(text, "\n{short} {content}");
    }
    Ok(digest(text.as_bytes()))
}

fn scripts(workspace: &Workspace, mode: Mode) -> Result<Vec<Asset>> {
    let root = workspace.root.join("app/script");
    let paths = files(&root)?.into_iter();
    let paths = paths.filter(|path| path.extension().is_some_and(|extension| extension == "js"));
    let small = |path: PathBuf| {
        let source = script::minify(workspace, mode, script::Level::Page, read(&path)?)?;
        Ok(Asset::new(relative(&root, &path)?, Name::Hashed, source))
    };
    paths.map(small).collect()
}

fn folder(root: &Path, name: Name) -> Result<Vec<Asset>> {
    files(root)?
        .into_iter()
        .map(|path| Ok(Asset::new(relative(root, &path)?, name, read(&path)?)))
        .collect()
}

/// Every file below a folder, in order; a missing folder has none, and a name with a dot in front
/// is nobody's asset.
fn files(root: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !root.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(root)? {
        let path = entry?.path();
        let is_hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        if is_hidden {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn relative(root: &Path, path: &Path) -> Result<String> {
    let path = path.strip_prefix(root)?;
    path.to_str().map(str::to_owned).with_context(|| format!("{} is not UTF-8", path.display()))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).with_context(|| path.display().to_string())
}
