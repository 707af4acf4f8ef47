//! The styles: all imports in one file, minified, with what old kernels need.

use anyhow::{Result, anyhow};
use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

use crate::workspace::Workspace;

/// A sheet of `style/` with everything that it imports.
pub(crate) fn bundle(workspace: &Workspace, sheet: &str) -> Result<Vec<u8>> {
    let entry = workspace.root.join("style").join(sheet);
    if !entry.is_file() {
        println!("note: no style/{sheet}, so the style sheet is empty");
        return Ok(Vec::new());
    }
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(&entry).map_err(|error| anyhow!("style: {error}"))?;
    let targets = targets();
    sheet
        .minify(MinifyOptions { targets, ..MinifyOptions::default() })
        .map_err(|error| anyhow!("style: {error}"))?;
    let printer = PrinterOptions { minify: true, targets, ..PrinterOptions::default() };
    let result = sheet.to_css(printer).map_err(|error| anyhow!("style: {error}"))?;
    Ok(result.code.into_bytes())
}

/// The oldest kernels of the super-apps in which the pages must look right.
fn targets() -> Targets {
    let version = |major: u32| Some(major << 16);
    Targets::from(Browsers {
        android: version(68),
        chrome: version(68),
        ios_saf: version(12),
        safari: version(12),
        ..Browsers::default()
    })
}
