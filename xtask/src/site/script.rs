//! Minifies scripts, and makes the decoder of QR codes one file.

use std::{fs, path::PathBuf, process::Command};

use anyhow::Result;

use super::{Mode, read};
use crate::{process, workspace::Workspace};

/// What a script may be written in, after and before: nothing is added that an old kernel does not know.
#[derive(Clone, Copy)]
pub(crate) enum Level {
    /// The page's script, which runs in Chrome 68.
    Page,
    /// The glue, which runs where the module does.
    Module,
}

/// `esbuild`, when npm has installed it.
pub(crate) fn minifier(workspace: &Workspace) -> Option<PathBuf> {
    let path = workspace.npm_program("esbuild");
    path.exists().then_some(path)
}

/// The decoder of QR codes with the package that it stands on, in one file; none where npm has installed nothing, and
/// then a till's code is typed.
pub(crate) fn decoder(workspace: &Workspace) -> Result<Option<Vec<u8>>> {
    let packages = workspace.end2end().join("node_modules");
    let (Some(program), true) = (minifier(workspace), packages.join("qr").is_dir()) else {
        println!(
            "note: npm has installed no decoder of QR codes, so tills cannot scan in every browser"
        );
        return Ok(None);
    };
    let after = workspace.site().with_extension("decoder.js");
    fs::create_dir_all(workspace.root.join("target"))?;
    let mut command = Command::new(program);
    command.args(["--bundle", "--format=esm", "--minify", "--legal-comments=none"]);
    command.args(["--log-level=warning", "--target=es2020"]);
    command.arg(workspace.root.join("app/script/decoder.mjs"));
    command.arg(format!("--outfile={}", after.display())).env("NODE_PATH", packages);
    process::run(&mut command)?;
    let bundle = read(&after)?;
    fs::remove_file(after)?;
    Ok(Some(bundle))
}

/// The script, smaller where that is possible.
pub(crate) fn minify(
    workspace: &Workspace,
    mode: Mode,
    level: Level,
    source: Vec<u8>,
) -> Result<Vec<u8>> {
    let (Mode::Release, Some(program)) = (mode, minifier(workspace)) else {
        return Ok(source);
    };
    let before = workspace.site().with_extension("before.js");
    let after = workspace.site().with_extension("after.js");
    fs::create_dir_all(workspace.root.join("target"))?;
    fs::write(&before, source)?;
    let target = match level {
        Level::Page => "--target=es2018",
        Level::Module => "--target=es2020",
    };
    let mut command = Command::new(program);
    command.args(["--minify", "--log-level=warning", target]).arg(&before);
    command.arg(format!("--outfile={}", after.display()));
    process::run(&mut command)?;
    let minified = read(&after)?;
    fs::remove_file(before)?;
    fs::remove_file(after)?;
    Ok(minified)
}
