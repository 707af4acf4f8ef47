//! What must be installed, checked first, so that a second call costs nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    process::{self, Step},
    site::digest,
    workspace::Workspace,
};

/// What the tools are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To serve.
    Run,
    /// To run every test.
    Test,
    /// To run the fault runs alone.
    Torture,
    /// To check without running.
    Check,
    /// To measure.
    Bench,
}

/// The first has no window, no menus and no pages of its own to draw: the same pages in three quarters of the time.
const BROWSERS: [&str; 5] =
    ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome"];
const WASM: &str = "wasm32-unknown-unknown";

/// Installs what is missing, without a question.
pub(crate) fn install(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    if purpose == Purpose::Torture {
        // No page is looked at.
        return debian_packages(&missing_packages(purpose));
    }
    wasm_target()?;
    debian_packages(&missing_packages(purpose))?;
    match (npm_packages(workspace, ""), purpose) {
        (Err(reason), Purpose::Run) => {
            println!("note: the WASM will be larger, wasm-opt is missing ({reason:#})");
            Ok(())
        }
        // The tests drive an old browser too. It is large, and nothing else needs it.
        (Ok(()), Purpose::Test) => npm_packages(workspace, "april-2020"),
        (result, _) => result,
    }
}

/// The browser that the tests drive.
pub(crate) fn browser() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| {
        let folders = ["/usr/bin", "/usr/local/bin", "/snap/bin"];
        folders.iter().map(|folder| Path::new(folder).join(name)).find(|path| path.is_file())
    })
}

fn wasm_target() -> Result<()> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", WASM]);
    if Path::new(process::output(&mut rustc)?.trim()).is_dir() {
        return Ok(());
    }
    if !process::exists("rustup") {
        bail!("the Rust target {WASM} is missing and there is no rustup to add it");
    }
    let step = Step::begin(format!("tools: rustup target add {WASM}"));
    process::run(Command::new("rustup").args(["target", "add", WASM]))?;
    step.end();
    Ok(())
}

/// The npm packages of `end2end`, or of a folder in it with packages of its own.
pub(crate) fn npm_packages(workspace: &Workspace, within: &str) -> Result<()> {
    let folder = workspace.end2end().join(within);
    let name = Path::new("end2end").join(within);
    let lock = fs::read(folder.join("package-lock.json"));
    let lock = lock.with_context(|| format!("no package-lock.json in {}", name.display()))?;
    let stamp = folder.join("node_modules/.installed");
    let wanted = digest(&lock);
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !process::exists("npm") {
        bail!("npm is missing; install Node.js 20 or newer with npm");
    }
    let step = Step::begin(format!("tools: npm ci in {}", name.display()));
    let mut npm = Command::new("npm");
    npm.args(["ci", "--no-progress", "--no-audit", "--no-fund"]).current_dir(&folder);
    // esbuild is put in its place by a script of its own; nothing else has one that is needed.
    if !within.is_empty() {
        npm.arg("--ignore-scripts");
    }
    process::run(npm.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    fs::write(stamp, wanted)?;
    step.end();
    Ok(())
}

fn missing_packages(purpose: Purpose) -> Vec<&'static str> {
    let wanted = match purpose {
        Purpose::Test => to_test(),
        Purpose::Bench => to_measure(),
        Purpose::Torture => vec![("postgresql", rig::cluster::programs().is_some())],
        Purpose::Check => vec![("npm", process::exists("npm"))],
        // What npm installs makes it smaller; nobody needs it to serve.
        Purpose::Run => Vec::new(),
    };
    wanted.iter().filter(|(_, present)| !present).map(|(name, _)| *name).collect()
}

fn to_test() -> Vec<(&'static str, bool)> {
    let fonts = process::output(Command::new("fc-list").arg(":lang=zh-tw"));
    let has_fonts = fonts.is_ok_and(|list| !list.trim().is_empty());
    vec![
        ("postgresql", rig::cluster::programs().is_some()),
        ("chromium-headless-shell", browser().is_some()),
        ("fonts-noto-cjk", has_fonts),
        ("npm", process::exists("npm")),
        ("python3-venv", crate::test::schema::can_install()),
    ]
}

fn to_measure() -> Vec<(&'static str, bool)> {
    let rig = rig::cluster::programs();
    let has_pgbench = rig.is_some_and(|folder| folder.join("pgbench").is_file());
    vec![
        ("postgresql", has_pgbench),
        ("redis-server", process::exists("redis-server")),
        // It ends badly when it is only asked for its version.
        ("wrk", is_on_path("wrk")),
        ("util-linux", process::exists("taskset")),
        ("npm", process::exists("npm")),
    ]
}

/// Whether a program is where the system looks for programs.
#[expect(clippy::disallowed_methods, reason = "a tool of the build asks as the shell does")]
fn is_on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

fn debian_packages(missing: &[&str]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !process::exists("apt-get") {
        bail!("missing: {names}; install them with the package manager of this machine");
    }
    let root = process::output(Command::new("id").arg("-u"))?.trim() == "0";
    if !root && process::output(Command::new("sudo").args(["-n", "true"])).is_err() {
        bail!("missing: {names}; run: sudo apt-get install -y {names}");
    }
    let step = Step::begin(format!("tools: apt-get install {names}"));
    let apt = |words: &[&str]| {
        let mut command = Command::new(if root { "env" } else { "sudo" });
        if !root {
            command.args(["-n", "env"]);
        }
        command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]);
        command.args(["-o", "DPkg::Lock::Timeout=120"]).args(words);
        process::run(&mut command)
    };
    apt(&["update"])?;
    apt(&[&["install", "-y", "--no-install-recommends"], missing].concat())?;
    step.end();
    Ok(())
}
