//! Databases with persons in them: made once for each engine, then copied for every measurement.

use std::path::Path;
use std::str::FromStr as _;

use anyhow::{Context as _, Result};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, Connection as _, raw_sql};
use tempfile::TempDir;

use crate::person::token;

/// How many sessions are written with one statement.
const CHUNK: u64 = 20_000;
/// A session of the benchmark ends in the year 2100.
const EXPIRES_AT: i64 = 4_102_444_800_000;

/// The engine behind a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

/// What a database begins with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Content {
    /// Persons who are signed in, numbered from 1.
    pub(crate) persons: u64,
    /// Packs of round 1.
    pub(crate) packs: u32,
}

/// Databases of one engine, and where they are.
pub(crate) struct Databases<'a> {
    pub(crate) engine: Engine,
    /// The product's binary.
    pub(crate) product: &'a Path,
    /// The PostgreSQL that has them.
    pub(crate) cluster: &'a str,
    /// The folder that has them.
    pub(crate) folder: &'a TempDir,
}

impl Databases<'_> {
    /// Makes a database with the shipped campaign at another stock.
    pub(crate) async fn make(&self, name: &str, content: Content) -> Result<()> {
        let url = self.url(name);
        if self.engine == Engine::Postgres {
            self.administer(&format!("create database {name}")).await?;
        }
        let campaign = self.folder.path().join(format!("{name}.toml"));
        std::fs::write(&campaign, campaign_of(content.packs))?;
        let file = campaign.to_str().context("a folder that is no text")?;
        let mut product = std::process::Command::new(self.product);
        rig::command::output(product.args(["campaign", "import", file, "--database", &url]))?;
        match self.engine {
            Engine::Sqlite => fill_sqlite(&url, content.persons).await,
            Engine::Postgres => fill_postgres(&url, content.persons).await,
        }
    }

    /// A database with nothing in it.
    pub(crate) async fn make_empty(&self, name: &str) -> Result<String> {
        self.remove(name).await?;
        self.administer(&format!("create database {name}")).await?;
        Ok(self.url(name))
    }

    /// A copy, which may be spoilt.
    pub(crate) async fn copy(&self, from: &str, to: &str) -> Result<String> {
        self.remove(to).await?;
        match self.engine {
            Engine::Sqlite => {
                std::fs::copy(self.file(from), self.file(to))?;
            }
            Engine::Postgres => {
                self.administer(&format!("create database {to} template {from}")).await?;
            }
        }
        Ok(self.url(to))
    }

    /// Removes a database, if it is there.
    pub(crate) async fn remove(&self, name: &str) -> Result<()> {
        match self.engine {
            Engine::Sqlite => {
                for end in ["", "-wal", "-shm"] {
                    let file = format!("{}{end}", self.file(name));
                    if Path::new(&file).exists() {
                        std::fs::remove_file(file)?;
                    }
                }
                Ok(())
            }
            Engine::Postgres => {
                self.administer(&format!("drop database if exists {name} with (force)")).await
            }
        }
    }

    /// Where the product finds it.
    pub(crate) fn url(&self, name: &str) -> String {
        match self.engine {
            Engine::Sqlite => format!("sqlite:{}", self.file(name)),
            Engine::Postgres => {
                let (server, _) = self.cluster.rsplit_once('/').unwrap_or((self.cluster, ""));
                format!("{server}/{name}")
            }
        }
    }

    fn file(&self, name: &str) -> String {
        self.folder.path().join(format!("{name}.db")).display().to_string()
    }

    async fn administer(&self, statement: &str) -> Result<()> {
        let mut connection = postgres(self.cluster).await?;
        raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        Ok(connection.close().await?)
    }
}

/// A connection of our own, beside the product.
pub(crate) async fn postgres(url: &str) -> Result<PgConnection> {
    Ok(PgConnection::connect_with(&PgConnectOptions::from_str(url)?).await?)
}

/// A connection of our own, beside the product.
pub(crate) async fn sqlite(url: &str) -> Result<SqliteConnection> {
    let file = url.strip_prefix("sqlite:").context("not a file")?;
    Ok(SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await?)
}

fn campaign_of(packs: u32) -> String {
    server::demo::CAMPAIGN
        .replace("stock = 60_000", &format!("stock = {packs}"))
        .replace("budget_fen = 300_000_000", &format!("budget_fen = {}", u64::from(packs) * 5_000))
        .replace("appropriation_fen = 1_500_000_000", "appropriation_fen = 15_000_000_000")
}

/// What everybody agreed to, as rows.
fn consents() -> String {
    let one = |(purpose, version)| format!("select '{purpose}' as purpose, {version} as version");
    server::session::required_consents().map(one).join(" union all ")
}

async fn fill_postgres(url: &str, persons: u64) -> Result<()> {
    let consents = consents();
    let statements = format!(
        "insert into person (id, masked_name, division, created_at)
             select lpad(i::text, 26, '0'), '張*', '140502', 0 from generate_series(1, {persons}) i;
         insert into account (id, person_id, entrance, subject, real_name_level, created_at)
             select id, id, 'demo', id, 2, 0 from person;
         insert into consent (account_id, purpose, number, version, given, entrance, at)
             select a.id, c.purpose, 1, c.version, 1, 'demo', 0
             from account a, ({consents}) c;
         insert into session (token_hash, account_id, created_at, expires_at, seen_at)
             select sha256(decode(lpad(to_hex(i), 64, '0'), 'hex')), lpad(i::text, 26, '0'), 0, {EXPIRES_AT}, 0
             from generate_series(1, {persons}) i;
         update session set seen_at = cast(extract(epoch from clock_timestamp()) * 1000 as bigint);
         vacuum analyze;
         checkpoint"
    );
    let mut connection = postgres(url).await?;
    for statement in statements.split(';') {
        raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}

async fn fill_sqlite(url: &str, persons: u64) -> Result<()> {
    let consents = consents();
    let numbers = format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < {persons})"
    );
    let mut connection = sqlite(url).await?;
    let statements = format!(
        "begin;
         {numbers} insert into person (id, masked_name, division, created_at)
             select printf('%026d', i), '張*', '140502', 0 from n;
         insert into account (id, person_id, entrance, subject, real_name_level, created_at)
             select id, id, 'demo', id, 2, 0 from person;
         insert into consent (account_id, purpose, number, version, given, entrance, at)
             select a.id, c.purpose, 1, c.version, 1, 'demo', 0
             from account a, ({consents}) c;"
    );
    raw_sql(AssertSqlSafe(statements)).execute(&mut connection).await?;
    for first in (1..=persons).step_by(usize::try_from(CHUNK)?) {
        let last = (first + CHUNK - 1).min(persons);
        // SQLite cannot hash.
        let rows: Vec<String> = (first..=last)
            .map(|number| {
                format!("[{number},\"{}\"]", server::key::hex(&server::key::sha256(&token(number))))
            })
            .collect();
        let insert = "insert into session (token_hash, account_id, created_at, expires_at, seen_at)
                      select unhex(value ->> 1), printf('%026d', value ->> 0), 0, $2,
                             cast(unixepoch() * 1000 as integer)
                      from json_each($1)";
        let query = sqlx::query(insert).bind(format!("[{}]", rows.join(","))).bind(EXPIRES_AT);
        query.execute(&mut connection).await?;
    }
    raw_sql("commit; analyze; pragma wal_checkpoint(truncate)").execute(&mut connection).await?;
    Ok(connection.close().await?)
}
