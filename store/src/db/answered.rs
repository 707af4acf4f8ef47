//! How long PostgreSQL is waited for. It ends by itself whatever takes it too long, and says so; whoever hears nothing
//! for longer than that is cut off from it, and the system would notice after a quarter of an hour.

use std::io;
use std::time::Duration;

/// What PostgreSQL is told to end after so long.
pub(super) const STATEMENT_MAX: &str = "10s";
/// What was asked and is not answered by then is given up. A commit may have happened: that is found by its key (R3).
const ANSWER_MAX: Duration = Duration::from_secs(15);

/// The answer, if there is one in time.
pub(super) async fn answered<T>(
    asking: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(ANSWER_MAX, asking).await.unwrap_or_else(|_| {
        Err(io::Error::new(io::ErrorKind::TimedOut, "PostgreSQL does not answer").into())
    })
}
