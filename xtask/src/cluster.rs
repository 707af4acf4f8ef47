//! A throwaway PostgreSQL: its own folder, its own port, gone afterwards.

use std::{
    fs,
    net::TcpListener,
    os::unix::{
        fs::{DirBuilderExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{
    process::{self, Step},
    site::digest,
    tool,
};

/// Starts the server, waits until the other end of its standard input is closed, then stops the
/// server and removes the folder. The other end closes when [`Cluster`] is dropped, and also when
/// this program dies in whatever way, so nothing needs to catch a signal.
const KEEPER: &str = r#"
"$1"/postgres -D "$2"/data -p "$3" -h 127.0.0.1 -k "$2" -c max_connections=200 >"$2"/log 2>&1 &
server=$!
read -r _
kill -INT "$server"
wait "$server"
rm -rf "$2"
"#;

/// A running cluster; dropping it stops and removes it.
pub(crate) struct Cluster {
    keeper: Child,
    url: String,
}

impl Cluster {
    /// Creates a cluster with the defaults of the installed PostgreSQL (`fsync` included).
    pub(crate) fn start() -> Result<Self> {
        let step = Step::begin("PostgreSQL: a throwaway cluster");
        let programs = tool::postgres_folder().context("PostgreSQL is not installed")?;
        let owner = Owner::find()?;
        let folder = owner.folder()?;
        let cluster = Self::start_in(&programs, &folder, &owner);
        if cluster.is_err() {
            // The keeper may have removed it already.
            drop(fs::remove_dir_all(&folder));
        }
        step.end();
        cluster
    }

    /// Where a client connects, as the superuser of the cluster.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn start_in(programs: &Path, folder: &Path, owner: &Owner) -> Result<Self> {
        let password = secret()?;
        let password_file = folder.join("password");
        fs::write(&password_file, &password)?;
        owner.give(&password_file)?;
        let mut initdb = owner.command(programs.join("initdb"), folder);
        initdb.args(["--username=postgres", "--auth-host=password", "--auth-local=reject"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8"]);
        initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(folder.join("data"));
        process::output(&mut initdb)?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut keeper = owner.command("sh", folder);
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs).arg(folder).arg(port.to_string());
        // Its own process group: Ctrl-C in the terminal must not stop the server before the tests.
        keeper.process_group(0).stdin(Stdio::piped());
        let keeper = keeper.spawn().context("cannot start PostgreSQL")?;
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        let cluster = Self { keeper, url };
        wait_until_ready(programs, folder, port)?;
        Ok(cluster)
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the PostgreSQL cluster may still run: {error}");
        }
    }
}

/// Whoever the cluster runs as: PostgreSQL refuses to run as root.
struct Owner {
    /// User and group, when they are not our own.
    other: Option<(u32, u32)>,
}

impl Owner {
    fn find() -> Result<Self> {
        if process::output(Command::new("id").arg("-u"))?.trim() != "0" {
            return Ok(Self { other: None });
        }
        let users = fs::read_to_string("/etc/passwd")?;
        let entry = |name: &str| {
            users.lines().find_map(|line| {
                let fields: Vec<&str> = line.split(':').collect();
                let is_it = fields.first() == Some(&name);
                let numbers = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
                is_it.then_some(numbers)
            })
        };
        let other = entry("postgres").or_else(|| entry("nobody"));
        Ok(Self { other: Some(other.context("no user `postgres` or `nobody` on this machine")?) })
    }

    fn folder(&self) -> Result<PathBuf> {
        let name = format!("jinquan-test-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::DirBuilder::new().mode(0o700).create(&folder).context("the folder of the cluster")?;
        self.give(&folder)?;
        Ok(folder)
    }

    fn give(&self, path: &Path) -> Result<()> {
        let Some((user, group)) = self.other else {
            return Ok(());
        };
        Ok(chown(path, Some(user), Some(group))?)
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).env("HOME", folder);
        if let Some((user, group)) = self.other {
            command.uid(user).gid(group);
        }
        command
    }
}

fn wait_until_ready(programs: &Path, folder: &Path, port: u16) -> Result<()> {
    for _ in 0..300 {
        let mut ready = Command::new(programs.join("pg_isready"));
        ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        if process::output(&mut ready).is_ok() {
            return Ok(());
        }
        thread::sleep(Duration::from_millis(100));
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    bail!("PostgreSQL did not start within 30 s: {}", log.trim())
}

/// A password that another user of this machine cannot guess.
fn secret() -> Result<String> {
    let mut bytes = [0; 16];
    std::io::Read::read_exact(&mut fs::File::open("/dev/urandom")?, &mut bytes)?;
    Ok(digest(&bytes))
}
