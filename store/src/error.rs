//! What can go wrong in the store. "Not found" is `Ok(None)`, never an error.

use std::fmt;

/// Why the store could not do what was asked. Its `Display` is fit for a log line and holds no SQL.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed in a way that says nothing about the data: the connection, the disk, a
    /// defect.
    #[error("the database failed")]
    Engine(#[source] EngineError),
    /// A row does not have the form that this product writes.
    #[error("table {table}, column {column}, row {row}: not what was written there")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// What identifies the row.
        row: String,
    },
    /// Others were in the way: a lock, a serialization failure, no free connection. Nothing was
    /// written; it may be tried again.
    #[error("the database is busy")]
    Contended,
    /// A setting is wrong: one sentence that names it.
    #[error("{0}")]
    Setting(String),
    /// A law would have been broken; the transaction must not be committed. A defect, or a guard
    /// doing its work.
    #[error("a law of the database stood in the way: {0}")]
    Broken(String),
    /// A row that must be new was there already, such as the claim of somebody who was taken for a
    /// stranger. Nothing of the transaction may be committed; it may be decided again.
    #[error("a row that must be new was there already")]
    Taken,
    /// The account at the entrance belongs to another person (R1).
    #[error("the account belongs to another person")]
    Bound,
}

/// What the engine reported, for the log.
pub struct EngineError(sqlx::Error);

impl fmt::Display for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for EngineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for EngineError {}

impl Error {
    /// A row that does not have the form that this product writes.
    pub(crate) fn corrupt(
        table: &'static str,
        column: &'static str,
        row: impl fmt::Display,
    ) -> Self {
        Self::Corrupt { table, column, row: row.to_string() }
    }

    /// A law that the number of changed rows shows to be broken.
    pub(crate) fn broken(law: impl Into<String>) -> Self {
        Self::Broken(law.into())
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        if matches!(error, sqlx::Error::PoolTimedOut) {
            return Self::Contended;
        }
        let Some(report) = error.as_database_error() else {
            return Self::Engine(EngineError(error));
        };
        if report.is_unique_violation() {
            return Self::Taken;
        }
        let code = report.code().unwrap_or_default();
        match Kind::of(&code) {
            Kind::Contended => Self::Contended,
            // PostgreSQL names the constraint; SQLite's message names table and columns. Neither
            // holds a value.
            Kind::Law => Self::Broken(report.constraint().unwrap_or(report.message()).to_owned()),
            Kind::Other => Self::Engine(EngineError(error)),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Error {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError;
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
                Self::Setting("database: it was written by a newer version of jinquan".to_owned())
            }
            MigrateError::VersionMismatch(step) => Self::Setting(format!(
                "database: step {step} of its schema is not the one of this jinquan"
            )),
            other => Self::Engine(EngineError(sqlx::Error::Migrate(Box::new(other)))),
        }
    }
}

/// What an engine's code means to the caller.
enum Kind {
    Contended,
    Law,
    Other,
}

impl Kind {
    /// PostgreSQL's codes have five characters; SQLite's are numbers whose low byte is the class.
    fn of(code: &str) -> Self {
        match code {
            // Serialization, deadlock, lock timeout, statement timeout, too many connections.
            "40001" | "40P01" | "55P03" | "57014" | "53300" => Self::Contended,
            _ if code.len() == 5 && code.starts_with("23") => Self::Law,
            _ if code.len() == 5 => Self::Other,
            _ => match code.parse::<u32>().map(|number| number & 0xff) {
                Ok(5 | 6) => Self::Contended,
                Ok(19) => Self::Law,
                _ => Self::Other,
            },
        }
    }
}
