//! A client that keeps its connection, and that tells a lost answer from every other one.

use std::{
    fmt::Write as _,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::patience;

/// Longer than everything that the server bounds by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection to a server, made anew when it was lost.
pub(crate) struct Client {
    address: String,
    connection: Option<BufReader<TcpStream>>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) replayed: bool,
    pub(crate) cookie: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).with_context(|| format!("not JSON: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Client {
    /// A client of the server at `base`, which begins with `http://`.
    pub(crate) fn of(base: &str) -> Self {
        Self { address: base.trim_start_matches("http://").to_owned(), connection: None }
    }

    /// Reads a path as whoever the cookie belongs to.
    pub(crate) fn get(&mut self, path: &str, cookie: &str) -> Result<Answer> {
        self.get_with(path, ("cookie", cookie))
    }

    /// Reads a path with one header line.
    fn get_with(&mut self, path: &str, (name, value): (&str, &str)) -> Result<Answer> {
        let address = &self.address;
        self.send(&format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n{name}: {value}\r\n\r\n"))
    }

    /// The same, again as long as the server says `busy`: one whose database was away comes upon its lost connections
    /// one after another.
    pub(crate) fn get_patiently(&mut self, path: &str, header: (&str, &str)) -> Result<Answer> {
        let mut answer = self.get_with(path, header)?;
        patience::until("an answer that is not `busy`", || {
            if answer.status == 503 {
                answer = self.get_with(path, header)?;
            }
            Ok(answer.status != 503)
        })?;
        Ok(answer)
    }

    /// Sends a body with further header lines.
    pub(crate) fn post(
        &mut self,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Answer> {
        let mut text = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in headers {
            let _ = write!(text, "{name}: {value}\r\n");
        }
        text.push_str("\r\n");
        text.push_str(body);
        self.send(&text)
    }

    /// An error means that the answer is lost: what was asked may have been done.
    fn send(&mut self, text: &str) -> Result<Answer> {
        if self.connection.is_none() {
            let connection = TcpStream::connect(&self.address)?;
            connection.set_nodelay(true)?;
            connection.set_read_timeout(Some(PATIENCE))?;
            self.connection = Some(BufReader::new(connection));
        }
        let Some(connection) = &mut self.connection else { bail!("no connection") };
        let answer = connection
            .get_mut()
            .write_all(text.as_bytes())
            .map_err(Into::into)
            .and_then(|()| read(connection));
        if answer.is_err() {
            self.connection = None;
        }
        answer
    }
}

fn read(connection: &mut BufReader<TcpStream>) -> Result<Answer> {
    let mut line = String::new();
    connection.read_line(&mut line)?;
    let status = line.split(' ').nth(1).context("no status line")?.parse()?;
    let mut answer = Answer { status, replayed: false, cookie: None, body: Vec::new() };
    let mut length = 0;
    loop {
        line.clear();
        ensure!(connection.read_line(&mut line)? > 0, "the headers are cut off");
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse()?,
            "idempotent-replayed" => answer.replayed = value == "true",
            "set-cookie" => answer.cookie = value.split(';').next().map(str::to_owned),
            "transfer-encoding" => bail!("an answer without a length"),
            _ => {}
        }
    }
    answer.body.resize(length, 0);
    connection.read_exact(&mut answer.body)?;
    Ok(answer)
}
