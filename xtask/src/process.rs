//! Other programs: called, shown, read.

use std::{
    io::{BufRead as _, BufReader, Read},
    process::{Command, Stdio},
    sync::Mutex,
    thread,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
pub(crate) use rig::command::output;
use rig::command::{line, start};

/// A named piece of work that says when it begins and how long it took.
pub(crate) struct Step {
    name: String,
    began: Instant,
}

impl Step {
    /// Prints the name.
    #[expect(clippy::disallowed_methods, reason = "a build has no clock but the machine's")]
    pub(crate) fn begin(name: impl Into<String>) -> Self {
        let name = name.into();
        println!("==> {name}");
        Self { name, began: Instant::now() }
    }

    /// Prints the time.
    pub(crate) fn end(self) {
        println!("    {}: {:.1} s", self.name, self.began.elapsed().as_secs_f32());
    }
}

/// `cargo`, without the variables with which an outer `cargo run` describes *this* program: they
/// would make build scripts run again for nothing.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new("cargo");
    for (name, _) in std::env::vars_os() {
        let described = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_CRATE_", "CARGO_BIN_", "CARGO_PRIMARY_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
        });
        if described {
            cargo.env_remove(name);
        }
    }
    cargo
}

/// Runs to the end, with its output on ours; an unsuccessful end is an error.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let status = command.stdin(Stdio::null()).status().with_context(|| start(command))?;
    if !status.success() {
        bail!("`{}` ended with {status}", line(command));
    }
    Ok(())
}

/// Runs to the end, shows every line at once and keeps them all. Says whether it was successful.
pub(crate) fn echo(command: &mut Command) -> Result<(bool, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| start(command))?;
    let kept = Mutex::new(String::new());
    let (out, err) = (child.stdout.take(), child.stderr.take());
    thread::scope(|scope| {
        scope.spawn(|| out.map(|stream| show(stream, &kept)));
        scope.spawn(|| err.map(|stream| show(stream, &kept)));
    });
    let status = child.wait()?;
    let kept = kept.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok((status.success(), kept))
}

/// Whether the program can be started at all.
pub(crate) fn exists(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn show(stream: impl Read, kept: &Mutex<String>) {
    for line in BufReader::new(stream).split(b'\n').map_while(Result::ok) {
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        if let Ok(mut kept) = kept.lock() {
            kept.push_str(&line);
            kept.push('\n');
        }
    }
}
