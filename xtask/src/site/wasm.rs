//! The islands as WASM, with the glue that loads it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::{
    Asset, Mode, Name, read,
    script::{self, Level},
};
use crate::{
    process,
    workspace::{self, Workspace},
};

/// What the compiler of today may use. A kernel that lacks one of them is served by the forms.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Compiles the crate `frontend` and says where the module is.
pub(crate) fn compile(workspace: &Workspace) -> Result<PathBuf> {
    let target = "wasm32-unknown-unknown";
    let mut cargo = workspace::cargo(workspace);
    cargo.args(["build", "--package", "frontend", "--target", target, "--profile", "wasm"]);
    process::run(&mut cargo)?;
    Ok(workspace.target.join(target).join("wasm/frontend.wasm"))
}

/// `wasm-opt`, when npm has installed it.
pub(crate) fn optimiser(workspace: &Workspace) -> Option<PathBuf> {
    let path = workspace.npm_program("wasm-opt");
    path.exists().then_some(path)
}

/// The module, its glue, and the snippets that the glue imports, if any.
pub(crate) fn assets(workspace: &Workspace, mode: Mode, module: &Path) -> Result<Vec<Asset>> {
    let mut bindgen = Bindgen::new();
    bindgen.input_bytes("jinquan", read(module)?).web(true)?;
    // The page gives the address of the module, because only the server knows its name.
    bindgen.omit_default_module_path(true).typescript(false);
    bindgen.remove_name_section(true).remove_producers_section(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;

    let glue = output.js().as_bytes().to_vec();
    let glue = script::minify(workspace, mode, Level::Module, glue)?;
    let wasm = optimise(workspace, mode, output.wasm_mut().emit_wasm())?;
    let mut assets = vec![
        Asset::new("jinquan.js", Name::Hashed, glue),
        Asset::new("jinquan.wasm", Name::Hashed, wasm),
    ];
    // The glue imports these by their own names, which already hold a digest.
    for (crate_name, sources) in output.snippets() {
        for (index, source) in sources.iter().enumerate() {
            let name = format!("snippets/{crate_name}/inline{index}.js");
            assets.push(Asset::new(name, Name::Kept, source.as_bytes().to_vec()));
        }
    }
    for (path, source) in output.local_modules() {
        let name = format!("snippets/{path}");
        assets.push(Asset::new(name, Name::Kept, source.as_bytes().to_vec()));
    }
    Ok(assets)
}

fn optimise(workspace: &Workspace, mode: Mode, module: Vec<u8>) -> Result<Vec<u8>> {
    let (Mode::Release, Some(program)) = (mode, optimiser(workspace)) else {
        return Ok(module);
    };
    let before = workspace.site().with_extension("before.wasm");
    let after = workspace.site().with_extension("after.wasm");
    fs::create_dir_all(workspace.root.join("target"))?;
    fs::write(&before, module)?;
    let mut command = Command::new(program);
    command.args(FEATURES).args(["-Oz", "--converge"]).arg(&before).arg("-o").arg(&after);
    process::run(&mut command)?;
    let optimised = read(&after)?;
    fs::remove_file(before)?;
    fs::remove_file(after)?;
    Ok(optimised)
}
