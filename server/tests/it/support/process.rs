//! Servers as real processes, and a client for them.

use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response, Uri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::Answer;

/// The binary under test.
const BINARY: &str = env!("CARGO_BIN_EXE_jinquan");
/// The longest that a server takes until it listens or has ended, and that an answer takes.
const LONGEST: Duration = Duration::from_mins(1);
/// The longest that a command takes, on the largest ledger of a test.
const COMMAND_MAX: Duration = Duration::from_mins(30);

/// A server process. It ends with the value.
pub(crate) struct Server {
    pub(crate) base: String,
    log: PathBuf,
    _folder: tempfile::TempDir,
    child: Child,
}

impl Server {
    /// Starts `jinquan serve` on a free port and waits until it says where.
    pub(crate) async fn start(arguments: &[&str]) -> Self {
        Self::start_logging("warn", arguments).await
    }

    /// The same, with a log of this loudness.
    pub(crate) async fn start_logging(level: &str, arguments: &[&str]) -> Self {
        Self::start_with(arguments, &[("JINQUAN_LOG", level)]).await
    }

    /// The same, with variables of the environment.
    pub(crate) async fn start_with(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let kept = super::log::folder().unwrap_or_else(|| folder.path().to_owned());
        let log =
            kept.join(format!("process-{:032x}.log", server::chance::Chance::default().bits()));
        let file = std::fs::File::create(&log).unwrap();
        let mut child = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = timeout(LONGEST, lines.next_line()).await.expect("it listens within a minute");
        let line = line.unwrap().expect("the server says where it listens");
        let base =
            line.strip_prefix("listening on ").expect("the first line is the address").to_owned();
        Self { base, log, _folder: folder, child }
    }

    /// Tells it to stop, as a service manager does.
    pub(crate) async fn stop(&self) {
        let order = format!("kill -TERM {}", self.child.id().unwrap());
        let told = Command::new("sh").args(["-c", &order]).status().await.unwrap();
        assert!(told.success(), "the server could not be told to stop");
    }

    /// Waits until it has ended; whether it said that all went well.
    pub(crate) async fn ended(mut self) -> bool {
        timeout(LONGEST, self.child.wait()).await.expect("it ends").unwrap().success()
    }

    /// Waits until it has ended itself at a fail point.
    pub(crate) async fn killed_itself(mut self) {
        let status = timeout(LONGEST, self.child.wait()).await.expect("it passes its fail point");
        assert_aborted(status.unwrap());
    }

    /// What the server has logged so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }
}

/// By how many seconds the machine's clock is to be moved to get to an instant.
pub(crate) fn offset_to(instant: &str) -> String {
    let instant: domain::time::Timestamp = instant.parse().unwrap();
    let ahead_ms = instant.millis_since(server::clock::Clock::machine(0).system());
    (ahead_ms / 1_000).to_string()
}

/// Starts a server on a database, at `now`, that ends itself at `point` while it does what is due, and waits until it
/// has.
pub(crate) async fn killed_at(point: &str, database: &str, now: &str) {
    let status = Command::new(BINARY)
        .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--database", database, "--now", now])
        .env("JINQUAN_LOG", "off")
        .env("FAILPOINTS", format!("{point}=return"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .status();
    assert_aborted(
        timeout(LONGEST, status).await.expect("it passes there within a second").unwrap(),
    );
}

/// It ended at its fail point, and not because it could not begin.
fn assert_aborted(status: ExitStatus) {
    const SIGABRT: i32 = 6;
    assert_eq!(status.signal(), Some(SIGABRT), "{status}");
}

/// Runs a command of the binary to its end: exit code, standard output, standard error.
pub(crate) async fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    run_with(arguments, &[]).await
}

/// The same, with variables of the environment.
pub(crate) async fn run_with(
    arguments: &[&str],
    environment: &[(&str, &str)],
) -> (Option<i32>, String, String) {
    let mut command = Command::new(BINARY);
    command.args(arguments).env("JINQUAN_LOG", "off").envs(environment.iter().copied());
    let output = timeout(COMMAND_MAX, command.kill_on_drop(true).output()).await;
    let output = output.expect("the command ends").unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Runs a command whose standard output nobody reads: exit code, standard error.
pub(crate) async fn run_unread(arguments: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = Command::new(BINARY);
    command.args(arguments).env("JINQUAN_LOG", "off").stdout(writer).stderr(Stdio::piped());
    let output = command.spawn().unwrap().wait_with_output().await.unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// A client that keeps its connections.
#[derive(Clone)]
pub(crate) struct Http(Client<HttpConnector, Body>);

impl Http {
    pub(crate) fn new() -> Self {
        Self(Client::builder(TokioExecutor::new()).build_http())
    }

    /// Sends a request that names a path to the server at `base`.
    pub(crate) async fn send(&self, base: &str, request: Request<Body>) -> Answer {
        self.try_send(base, request).await.expect("an answer")
    }

    /// The same; nothing where the connection ended without an answer.
    pub(crate) async fn try_send(&self, base: &str, mut request: Request<Body>) -> Option<Answer> {
        let path = request.uri().path_and_query().unwrap().to_string();
        *request.uri_mut() = format!("{base}{path}").parse::<Uri>().unwrap();
        let whole = async {
            let response: Response<_> = self.0.request(request).await.ok()?;
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(Body::new(body), usize::MAX).await.ok()?.to_vec();
            Some(Answer { status: parts.status, headers: parts.headers, body })
        };
        timeout(LONGEST, whole).await.expect("the server neither answers nor ends")
    }
}
