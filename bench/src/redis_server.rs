//! A throwaway Redis: its own folder, its own port, gone afterwards.

use std::net::TcpListener;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::processor::{Core, pinned};

/// How many sessions travel in one message.
const CHUNK: u64 = 10_000;

/// A running Redis.
pub(crate) struct Redis {
    /// Where clients connect.
    pub(crate) url: String,
    child: Child,
    _folder: TempDir,
}

impl Redis {
    /// Starts one that appends to its file and flushes it `always` or `everysec`.
    pub(crate) async fn start(flush: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = Command::from(pinned(Core::Servers, "redis-server"));
        command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", ""]);
        command
            .args(["--appendonly", "yes", "--appendfsync", flush])
            .arg("--dir")
            .arg(folder.path());
        let child =
            command.stdout(Stdio::null()).kill_on_drop(true).spawn().context("redis-server")?;
        let redis = Self { url: format!("redis://127.0.0.1:{port}/"), child, _folder: folder };
        redis.connect().await?;
        Ok(redis)
    }

    /// Its process.
    pub(crate) fn pid(&self) -> Result<u32> {
        self.child.id().context("Redis has ended")
    }

    /// Signs the persons from `first` on in.
    pub(crate) async fn sign_in(&self, first: u64, count: u64) -> Result<()> {
        let mut connection = self.connect().await?;
        for chunk in (first..first + count).step_by(usize::try_from(CHUNK)?) {
            let mut pipe = redis::pipe();
            for number in chunk..(chunk + CHUNK).min(first + count) {
                pipe.set(format!("session:{number:064x}"), format!("{number:026} {number:026}"))
                    .ignore();
            }
            let () = pipe.query_async(&mut connection).await?;
        }
        Ok(())
    }

    /// Ends it.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.child.kill().await?;
        Ok(())
    }

    async fn connect(&self) -> Result<MultiplexedConnection> {
        let client = redis::Client::open(self.url.as_str())?;
        for _ in 0..100 {
            if let Ok(connection) = client.get_multiplexed_async_connection().await {
                return Ok(connection);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("Redis did not start within 5 s")
    }
}
