//! Whether the database is there, what time it has, and what the doctor finds.

use crate::db::{Engine, Sql};
use crate::error::Error;
use crate::open::Store;

/// A standby answers reads and refuses writes.
const CAN_WRITE: Sql = Sql {
    sqlite: "select cast(1 as bigint)",
    postgres: "select cast(case when pg_is_in_recovery() then 0 else 1 end as bigint)",
};

/// The connections of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolUse {
    /// `writer` and `reader` on SQLite, `server` on PostgreSQL.
    pub name: &'static str,
    /// How many are open.
    pub open: u32,
    /// How many of them do nothing.
    pub idle: u32,
    /// How many there may be.
    pub most: u32,
}

impl Store {
    /// One read, and that there is a connection that could write.
    pub async fn ping(&self) -> Result<(), Error> {
        let _: (i64,) = self.db.read("select cast(1 as bigint)").fetch_one().await?;
        let (can_write,): (i64,) = self.db.write(CAN_WRITE).fetch_one().await?;
        if can_write == 1 {
            Ok(())
        } else {
            Err(Error::Setting("database: PostgreSQL is a standby and takes no writes".to_owned()))
        }
    }

    /// How many connections of each pool are open and how many of them rest, at this moment.
    pub fn pools(&self) -> Vec<PoolUse> {
        self.db.pools()
    }

    /// The time of the database server in milliseconds since 1970, by which several servers agree.
    /// `None` on SQLite, which has no clock of its own.
    pub async fn database_time_ms(&self) -> Result<Option<i64>, Error> {
        if self.engine() == Engine::Sqlite {
            return Ok(None);
        }
        let (now,): (i64,) = self
            .db
            .read("select cast(floor(extract(epoch from clock_timestamp()) * 1000) as bigint)")
            .fetch_one()
            .await?;
        Ok(Some(now))
    }

    /// What the doctor finds, a sentence each; empty when all is well.
    pub async fn examine(&self) -> Result<Vec<String>, Error> {
        let mut findings = match self.engine() {
            Engine::Sqlite => self.examine_sqlite().await?,
            Engine::Postgres => self.examine_postgres().await?,
        };
        let (sum, appropriation): (i64, i64) = self
            .db
            .read(
                "select cast(coalesce((select sum(balance_fen) from ledger_account), 0) as bigint),
                        cast(coalesce((select sum(appropriation_fen) from campaign), 0) as bigint)",
            )
            .fetch_one()
            .await?;
        if sum != appropriation {
            findings.push(format!(
                "the accounts hold {sum} fen together, the appropriation is {appropriation}"
            ));
        }
        Ok(findings)
    }

    async fn examine_sqlite(&self) -> Result<Vec<String>, Error> {
        let integrity: Vec<(String,)> = self.db.read("pragma integrity_check").fetch_all().await?;
        let (orphans,): (i64,) =
            self.db.read("select count(*) from pragma_foreign_key_check").fetch_one().await?;
        let mut findings: Vec<String> = integrity
            .into_iter()
            .filter(|(line,)| line != "ok")
            .map(|(line,)| format!("integrity_check: {line}"))
            .collect();
        if orphans > 0 {
            findings.push(format!("{orphans} rows refer to rows that are not there"));
        }
        Ok(findings)
    }

    async fn examine_postgres(&self) -> Result<Vec<String>, Error> {
        let mut findings = Vec::new();
        for (name, wanted) in [
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("server_encoding", "UTF8"),
            ("default_transaction_isolation", "read committed"),
        ] {
            let (value,): (String,) = self
                .db
                .read("select current_setting($1)")
                .bind(name.to_owned())
                .fetch_one()
                .await?;
            if value != wanted {
                findings.push(format!("PostgreSQL has {name} = {value}; it should be {wanted}"));
            }
        }
        Ok(findings)
    }
}
