//! A cluster through its whole life, with the PostgreSQL of this machine.

use std::{fs, path::Path, process::Command};

use anyhow::Result;
use rig::{Cluster, cluster::programs, command::output};

fn ask(cluster: &Cluster, sql: &str) -> Result<String> {
    let psql = programs().expect("PostgreSQL is installed").join("psql");
    Ok(output(Command::new(psql).args([cluster.url(), "-Atqc", sql]))?.trim().to_owned())
}

/// A process that ended and that nobody has asked about yet still has its number, but no command.
fn is_alive(process: u32) -> bool {
    fs::read(format!("/proc/{process}/cmdline")).is_ok_and(|command| !command.is_empty())
}

#[test]
fn what_was_committed_is_there_after_an_immediate_stop() -> Result<()> {
    let mut cluster = Cluster::start(&[("work_mem", "5MB"), ("application_name", "it's")])?;
    assert_eq!(ask(&cluster, "show work_mem")?, "5MB");
    assert_eq!(ask(&cluster, "show fsync")?, "on");
    ask(&cluster, "create table kept (it int); insert into kept values (7)")?;
    let before = cluster.postmaster()?;
    assert!(cluster.processes()?.len() > 1);

    cluster.stop_immediately()?;
    assert!(!is_alive(before));
    assert!(ask(&cluster, "select 1").is_err());
    cluster.start_again()?;
    assert_ne!(cluster.postmaster()?, before);
    assert_eq!(ask(&cluster, "select it from kept")?, "7");

    // The second server is the one that must go with the value.
    let (after, folder) = (cluster.postmaster()?, ask(&cluster, "show data_directory")?);
    drop(cluster);
    assert!(!is_alive(after));
    assert!(!Path::new(&folder).exists());
    Ok(())
}
