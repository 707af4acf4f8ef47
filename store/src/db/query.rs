//! A statement on whichever engine it is for.

use domain::id::RoundId;
use sqlx::postgres::{PgArguments, PgPool};
use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{Arguments, PgConnection, Sqlite, Transaction};

use super::answered::answered;
use super::pooled::Pooled;
use super::{Bind, Cells, Record, Sql};
use crate::error::Error;

/// Where a statement runs.
pub(super) enum Target<'c> {
    Sqlite(&'c SqlitePool),
    SqliteTx(&'c mut Transaction<'static, Sqlite>),
    Postgres(&'c PgPool),
    PostgresTx(&'c mut PgConnection),
}

/// A statement with its values.
pub(crate) struct Query<'c> {
    sql: Sql,
    target: Target<'c>,
    values: Values,
    fault: Option<Error>,
}

enum Values {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

/// Runs `$method` of the driver's own query on whichever engine it is for.
macro_rules! run {
    ($query:expr, $make:ident, $method:ident) => {{
        let Query { sql, target, values, fault } = $query;
        if let Some(fault) = fault {
            return Err(fault);
        }
        match (target, values) {
            (Target::Sqlite(pool), Values::Sqlite(values)) => {
                sqlx::$make(sql.sqlite, values).$method(pool).await?.into()
            }
            (Target::SqliteTx(tx), Values::Sqlite(values)) => {
                sqlx::$make(sql.sqlite, values).$method(&mut **tx).await?.into()
            }
            (Target::Postgres(pool), Values::Postgres(values)) => {
                let mut pooled = Box::pin(Pooled::of(pool)).await?;
                let asking = sqlx::$make(sql.postgres, values).$method(pooled.connection());
                let answer = answered(asking).await?;
                pooled.ended();
                answer.into()
            }
            (Target::PostgresTx(tx), Values::Postgres(values)) => {
                answered(sqlx::$make(sql.postgres, values).$method(tx)).await?.into()
            }
            _ => return Err(Error::broken("values for the other engine")),
        }
    }};
}

impl<'c> Query<'c> {
    pub(super) fn new(sql: impl Into<Sql>, target: Target<'c>) -> Self {
        let values = match target {
            Target::Sqlite(_) | Target::SqliteTx(_) => Values::Sqlite(SqliteArguments::default()),
            Target::Postgres(_) | Target::PostgresTx(_) => Values::Postgres(PgArguments::default()),
        };
        Self { sql: sql.into(), target, values, fault: None }
    }

    /// The value of the next `$n`.
    pub(crate) fn bind<T: Bind>(mut self, value: T) -> Self {
        let added = match &mut self.values {
            Values::Sqlite(values) => values.add(value),
            Values::Postgres(values) => values.add(value),
        };
        if let Err(error) = added {
            self.fault = Some(sqlx::Error::Encode(error).into());
        }
        self
    }

    /// The values of a page of a round: `$1` the round, `$2` and `$3` the transfer and the identifier of the row before
    /// it, `$4` how many.
    pub(crate) fn bind_page(
        self,
        round: &RoundId,
        after: Option<(i64, impl ToString)>,
        limit: u32,
    ) -> Self {
        let after = after.map(|(sequence, id)| (sequence, id.to_string()));
        let (sequence, id) = after.unwrap_or_default();
        self.bind(round.to_string()).bind(sequence).bind(id).bind(i64::from(limit))
    }

    /// The cells of a set of rows, column by column.
    pub(crate) fn bind_rows(mut self, columns: Vec<Cells>) -> Self {
        let added = match &mut self.values {
            Values::Sqlite(values) => values.add(as_json(&columns)),
            Values::Postgres(values) => columns.into_iter().try_for_each(|column| match column {
                Cells::Text(texts) => values.add(texts),
                Cells::Number(numbers) => values.add(numbers),
            }),
        };
        if let Err(error) = added {
            self.fault = Some(sqlx::Error::Encode(error).into());
        }
        self
    }

    /// The number of rows it changed.
    pub(crate) async fn execute(self) -> Result<u64, Error> {
        let changed: Changed = run!(self, query_with, execute);
        Ok(changed.0)
    }

    /// The number of rows that a statement of several parts wrote, all of them together: on SQLite the parts stand one
    /// after another, on PostgreSQL the statement selects that number.
    pub(crate) async fn written(self) -> Result<u64, Error> {
        if matches!(self.values, Values::Sqlite(_)) {
            return self.execute().await;
        }
        let (written,): (i64,) = self.fetch_one().await?;
        Ok(written.unsigned_abs())
    }

    /// Every row.
    pub(crate) async fn fetch_all<T: Record>(self) -> Result<Vec<T>, Error> {
        Ok(run!(self, query_as_with, fetch_all))
    }

    /// The only row; that there is one is certain.
    pub(crate) async fn fetch_one<T: Record>(self) -> Result<T, Error> {
        self.fetch_optional().await?.ok_or_else(|| Error::broken("a row that must be there is not"))
    }

    /// The row, if there is one.
    pub(crate) async fn fetch_optional<T: Record>(self) -> Result<Option<T>, Error> {
        Ok(run!(self, query_as_with, fetch_optional))
    }
}

/// The rows as an array of arrays.
fn as_json(columns: &[Cells]) -> String {
    let count = columns.first().map_or(0, Cells::len);
    let mut json = Vec::with_capacity(count * 192 + 2);
    json.push(b'[');
    for row in 0..count {
        json.extend_from_slice(if row == 0 { b"[" } else { b",[" });
        for (place, column) in columns.iter().enumerate() {
            if place > 0 {
                json.push(b',');
            }
            // Writing texts and numbers into memory cannot fail.
            let _ = match column {
                Cells::Text(texts) => serde_json::to_writer(&mut json, &texts.get(row)),
                Cells::Number(numbers) => serde_json::to_writer(&mut json, &numbers.get(row)),
            };
        }
        json.push(b']');
    }
    json.push(b']');
    String::from_utf8(json).unwrap_or_default()
}

/// The number of changed rows, from either driver's result.
struct Changed(u64);

impl From<sqlx::sqlite::SqliteQueryResult> for Changed {
    fn from(result: sqlx::sqlite::SqliteQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

impl From<sqlx::postgres::PgQueryResult> for Changed {
    fn from(result: sqlx::postgres::PgQueryResult) -> Self {
        Self(result.rows_affected())
    }
}

/// The plan of a statement, a line each. PostgreSQL is asked for the generic plan, which is what a
/// server that has run the statement a few times lives with; `literals` are its values there, as
/// SQL.
#[cfg(feature = "negative-control")]
pub(crate) async fn plan(db: &super::Db, sql: Sql, literals: &str) -> Result<Vec<String>, Error> {
    use sqlx::AssertSqlSafe;

    match db {
        super::Db::Sqlite { reader, .. } => {
            let text = AssertSqlSafe(format!("explain query plan {}", sql.sqlite));
            let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(text).fetch_all(reader).await?;
            Ok(rows.into_iter().map(|(_, _, _, line)| line).collect())
        }
        super::Db::Postgres { pool, .. } => {
            let mut connection = pool.acquire().await?.detach();
            let prepare = format!("prepare asked as {}", sql.postgres);
            sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut connection).await?;
            let generic = "set plan_cache_mode = force_generic_plan";
            sqlx::raw_sql(generic).execute(&mut connection).await?;
            let text = AssertSqlSafe(format!("explain execute asked({literals})"));
            let rows: Vec<(String,)> = sqlx::query_as(text).fetch_all(&mut connection).await?;
            Ok(rows.into_iter().map(|(line,)| line).collect())
        }
    }
}
