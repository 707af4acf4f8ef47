//! A server under measurement: a process on the servers' core, ended with the value.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::processor::{Core, pinned, used};

/// The key of the bench's own installation: codes can be made with it as phones would show them.
pub(crate) const MASTER_KEY: &str =
    "1:00000000000000000000000000000000000000000000000000000000000000b1";

/// The longest that a server takes until it listens, and that one answer takes.
const STARTS: Duration = Duration::from_mins(2);
const ANSWER_MAX: Duration = Duration::from_mins(1);

/// A running server.
pub(crate) struct Subject {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Subject {
    /// Starts a program and waits until it says where it listens.
    pub(crate) async fn start(program: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start_with(program, arguments, &[]).await
    }

    /// The same with some settings from the environment.
    pub(crate) async fn start_with(
        program: &Path,
        arguments: &[&str],
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let mut command = Command::from(pinned(Core::Servers, program));
        command
            .args(arguments)
            .envs(settings.iter().copied())
            .env("JINQUAN_LOG", "error")
            .env("JINQUAN_MASTER_KEYS", MASTER_KEY);
        command.stdout(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn()?;
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        let line = timeout(STARTS, lines.next_line()).await;
        let line = line.with_context(|| format!("{arguments:?} does not say where it listens"))?;
        let line = line?.with_context(|| format!("{arguments:?} ended at once"))?;
        let address = line.strip_prefix("listening on http://").context("no address")?.parse()?;
        Ok(Self { address, child })
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("the server has ended")
    }

    /// Waits until it has done what it does by itself after its start, such as learning who is signed in: until it and
    /// its database use less than a tenth of a core for a second, at most two minutes.
    pub(crate) async fn until_idle(&self, database: u32) -> Result<()> {
        let pids = [self.pid()?, database];
        for _ in 0..120 {
            let before = used(&pids)?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            if used(&pids)? - before < 0.1 {
                return Ok(());
            }
        }
        bail!("the server is busy by itself for two minutes")
    }

    /// Ends it and waits until it is gone.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    /// One request on a connection of its own; the answer as it went over the wire.
    pub(crate) async fn ask(&self, request: &[u8]) -> Result<String> {
        ask(self.address, request).await
    }
}

/// One request on a connection of its own; the answer as it went over the wire.
pub(crate) async fn ask(address: SocketAddr, request: &[u8]) -> Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    let text = String::from_utf8(request.to_vec())?;
    // Without it the server would keep the connection, and the answer would have no end.
    let text = text.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    stream.write_all(text.as_bytes()).await?;
    let mut answer = String::new();
    let read = timeout(ANSWER_MAX, stream.read_to_string(&mut answer)).await;
    read.with_context(|| format!("no answer to {}", text.lines().next().unwrap_or_default()))??;
    Ok(answer.replacen("connection: close\r\n", "", 1))
}
