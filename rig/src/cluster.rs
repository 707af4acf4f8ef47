//! A throwaway PostgreSQL: its own folder, its own port, gone afterwards.

use std::{
    fmt::Write as _,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpListener,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{command, owner::Owner, process};

/// Carries out one order a line: `start` waits until the server takes connections, `stop` is
/// SIGQUIT to the postmaster. When the other end of its input closes it stops whatever server runs
/// on the folder by then and removes the folder. The other end closes when [`Cluster`] is dropped,
/// and also when this program dies in whatever way, so nothing needs to catch a signal. The broken
/// pipe of an answer that nobody waits for must not end it before that.
const KEEPER: &str = r#"
trap '' PIPE
control() { "$1"/pg_ctl "$3" -w -s -t 60 -D "$2"/data $4 </dev/null >>"$2"/log 2>&1; }
while read -r order; do
    case "$order" in
        start) control "$1" "$2" start "-l $2/log" ;;
        stop) control "$1" "$2" stop "-m immediate" ;;
    esac
    echo "$?" 2>/dev/null
done
test ! -e "$2"/data/postmaster.pid ||
    control "$1" "$2" stop "-m fast" || control "$1" "$2" stop "-m immediate"
rm -rf "$2"
"#;

/// What every cluster has. Everything else is the default of the installed PostgreSQL, `fsync`
/// included.
const SETTINGS: [(&str, &str); 2] = [("listen_addresses", "127.0.0.1"), ("max_connections", "200")];

/// A cluster; dropping it stops and removes it.
pub struct Cluster {
    keeper: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    programs: PathBuf,
    folder: PathBuf,
    url: String,
}

impl Cluster {
    /// Creates a cluster in the folder for temporary files and starts it. `settings` are further lines of its
    /// configuration.
    pub fn start(settings: &[(&str, &str)]) -> Result<Self> {
        Self::start_below(&std::env::temp_dir(), settings, &[])
    }

    /// The same, below another folder that everybody may enter, and with more in the environment of its processes.
    pub fn start_below(
        parent: &Path,
        settings: &[(&str, &str)],
        environment: &[(&str, String)],
    ) -> Result<Self> {
        let programs = programs().context("PostgreSQL is not installed")?;
        let owner = Owner::find()?;
        let folder = owner.folder(parent)?;
        let cluster = Self::start_in(&programs, &folder, &owner, settings, environment);
        if cluster.is_err() {
            // The keeper may have removed it already.
            drop(fs::remove_dir_all(&folder));
        }
        cluster
    }

    /// Where a client connects, as the superuser of the cluster.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes a database and says where a client connects to it.
    pub fn create_database(&self, name: &str) -> Result<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args([&self.url, "-qc", &format!("create database {name}")]);
        command::output(&mut psql)?;
        let (server, _) = self.url.rsplit_once('/').context("an address without a database")?;
        Ok(format!("{server}/{name}"))
    }

    /// The process that is the parent of all the others; it changes with [`Self::start_again`].
    pub fn postmaster(&self) -> Result<u32> {
        let text = fs::read_to_string(self.folder.join("data/postmaster.pid"));
        let text = text.context("PostgreSQL does not run")?;
        text.lines().next().and_then(|line| line.trim().parse().ok()).context("postmaster.pid")
    }

    /// Every process of the server, the postmaster first, for whoever counts processor time.
    pub fn processes(&self) -> Result<Vec<u32>> {
        Ok(process::with_children(self.postmaster()?))
    }

    /// Stops the server in the middle of whatever it does: no connection ends its work, nothing is
    /// written down any more, and the next start has to recover.
    pub fn stop_immediately(&mut self) -> Result<()> {
        self.order("stop")
    }

    /// Starts the server again, on the same data and the same port.
    pub fn start_again(&mut self) -> Result<()> {
        self.order("start")
    }

    fn start_in(
        programs: &Path,
        folder: &Path,
        owner: &Owner,
        settings: &[(&str, &str)],
        environment: &[(&str, String)],
    ) -> Result<Self> {
        let password = secret()?;
        let password_file = folder.join("password");
        fs::write(&password_file, &password)?;
        owner.give(&password_file)?;
        let mut initdb = owner.command(programs.join("initdb"), folder);
        initdb.args(["--username=postgres", "--auth-host=password", "--auth-local=reject"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--lc-collate=C"]);
        initdb.arg("--pwfile").arg(&password_file).arg("--pgdata").arg(folder.join("data"));
        command::output(&mut initdb)?;
        let port = free_port()?.to_string();
        let sockets = folder.display().to_string();
        let place = [("port", port.as_str()), ("unix_socket_directories", &sockets)];
        configure(folder, &[&place, &SETTINGS, settings].concat())?;

        let mut keeper = owner.command("sh", folder);
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs).arg(folder);
        keeper.envs(environment.iter().cloned());
        // Its own process group: Ctrl-C in the terminal must not stop the server before the tests.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = keeper.spawn().context("cannot start the keeper of PostgreSQL")?;
        let (orders, answers) = (keeper.stdin.take(), keeper.stdout.take());
        let answers = BufReader::new(answers.context("the keeper has no output")?);
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        let (programs, folder) = (programs.to_owned(), folder.to_owned());
        let mut cluster = Self { keeper, orders, answers, programs, folder, url };
        cluster.order("start")?;
        Ok(cluster)
    }

    fn order(&mut self, order: &str) -> Result<()> {
        let orders = self.orders.as_mut().context("the keeper takes no orders any more")?;
        writeln!(orders, "{order}").context("the keeper of PostgreSQL is gone")?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        if answer.trim() != "0" {
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            bail!("PostgreSQL did not {order} within 60 s: {}", log.trim());
        }
        Ok(())
    }
}

impl Drop for Cluster {
    #[expect(clippy::print_stderr, reason = "there is nobody to return the fault to")]
    fn drop(&mut self) {
        drop(self.orders.take());
        if let Err(error) = self.keeper.wait() {
            eprintln!("the PostgreSQL cluster may still run: {error}");
        }
    }
}

/// The folder with PostgreSQL's programs, newest first.
pub fn programs() -> Option<PathBuf> {
    let told = command::output(Command::new("pg_config").arg("--bindir")).ok();
    let told = told.map(|text| PathBuf::from(text.trim()));
    let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<(u32, PathBuf)> = packaged
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let packaged = folders.into_iter().rev().map(|(_, folder)| folder);
    told.into_iter().chain(packaged).find(|folder| is_complete(folder))
}

fn is_complete(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_ctl", "psql"].iter().all(|name| folder.join(name).is_file())
}

fn configure(folder: &Path, settings: &[(&str, &str)]) -> Result<()> {
    let file = folder.join("data/postgresql.conf");
    // The last line of a name holds.
    let mut text = fs::read_to_string(&file)?;
    for (name, value) in settings {
        writeln!(text, "{name} = '{}'", value.replace('\'', "''"))?;
    }
    fs::write(&file, text).context("the configuration of the cluster")
}

/// A port below those that the kernel gives to connections: while the server is stopped, a client's
/// connection must not take its place.
fn free_port() -> Result<u16> {
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let first = (std::process::id() % 10_000) as u16;
    let mut ports = (0..10_000).map(|step| 20_000 + (first + step) % 10_000);
    ports.find(is_free).context("no port of 20000 to 29999 is free")
}

/// A password that another user of this machine cannot guess.
fn secret() -> Result<String> {
    let mut bytes = [0_u8; 16];
    fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}
