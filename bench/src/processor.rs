//! Processor time: where a process may run, how much it used, and who else was busy.

use std::collections::HashMap;
use std::fs;
use std::num::NonZero;
use std::process::Command;

use anyhow::{Context as _, Result};

/// Clock ticks in a second: fixed on Linux for what `/proc` tells.
const TICKS: f64 = 100.0;

/// Where servers run, and where generators do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Core {
    /// The product, its rivals, and the databases behind them.
    Servers,
    /// wrk and our own generator.
    Generators,
}

/// A program that runs on its core. On a machine with one core everything shares it.
pub(crate) fn pinned(core: Core, program: impl AsRef<std::ffi::OsStr>) -> Command {
    if allowed() < 2 {
        return Command::new(program);
    }
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", place(core)]).arg(program);
    command
}

/// Moves a process that runs already, with every child that it has, to a core.
pub(crate) fn pin(core: Core, pid: u32) -> Result<()> {
    if allowed() < 2 {
        return Ok(());
    }
    for pid in family(pid, &parents()?) {
        let mut taskset = Command::new("taskset");
        taskset.args(["--all-tasks", "--cpu-list", "--pid", place(core), &pid.to_string()]);
        // One that ended meanwhile needs no core.
        taskset.output().context("taskset")?;
    }
    Ok(())
}

/// How many cores this program may use.
pub(crate) fn allowed() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

fn place(core: Core) -> &'static str {
    match core {
        Core::Servers => "0",
        Core::Generators => "1",
    }
}

/// Seconds that the processes and everything that they started have used so far.
pub(crate) fn used(roots: &[u32]) -> Result<f64> {
    let parents = parents()?;
    let mut ticks = 0;
    for root in roots {
        for pid in family(*root, &parents) {
            // One that ended since was waited for, so its parent's account has it.
            ticks += stat(pid).map_or(0, |fields| fields[11..15].iter().sum());
        }
    }
    Ok(f64::from(u32::try_from(ticks)?) / TICKS)
}

/// Seconds for which the machine's cores were busy so far, whoever it was.
pub(crate) fn machine_busy() -> Result<f64> {
    let text = fs::read_to_string("/proc/stat")?;
    let line = text.lines().next().context("/proc/stat is empty")?;
    let ticks: Vec<f64> = line.split_whitespace().skip(1).flat_map(str::parse).collect();
    // User, nice, system, interrupts; not idle, waiting or stolen time.
    let busy = [0, 1, 2, 5, 6].into_iter().filter_map(|place| ticks.get(place)).sum::<f64>();
    Ok(busy / TICKS)
}

/// The resident memory of a process, in KiB.
pub(crate) fn resident_kib(pid: u32) -> Result<u64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

fn family(root: u32, parents: &HashMap<u32, u32>) -> Vec<u32> {
    let mut found = vec![root];
    let mut place = 0;
    while place < found.len() {
        let children = parents.iter().filter(|(_, parent)| **parent == found[place]);
        let children: Vec<u32> = children.map(|(child, _)| *child).collect();
        found.extend(children);
        place += 1;
    }
    found
}

fn parents() -> Result<HashMap<u32, u32>> {
    let mut parents = HashMap::new();
    for entry in fs::read_dir("/proc")? {
        let Some(pid) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = stat(pid).and_then(|fields| u32::try_from(fields[1]).ok()) {
            parents.insert(pid, parent);
        }
    }
    Ok(parents)
}

/// The numbers of `/proc/PID/stat` after the name: state (as 0), parent, … ; times from 11.
fn stat(pid: u32) -> Option<Vec<u64>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = text.rsplit_once(')')?;
    Some(rest.split_whitespace().map(|field| field.parse().unwrap_or(0)).collect())
}
