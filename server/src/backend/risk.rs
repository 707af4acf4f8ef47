//! What is configured of risk control, and what another configuration would have said (R19).

pub mod replay;

use domain::audit::{Act, Entry, Who};
use domain::id::RoundId;
use domain::risk::Configuration;
use domain::time::Timestamp;
use store::Store;

/// Puts a checked configuration in force, with its line in the audit record; its version. Every server knows it within
/// the time of a refresh.
///
/// # Errors
/// When the database does not answer.
pub async fn configure(
    store: &Store,
    round: Option<&RoundId>,
    configuration: &Configuration,
    (who, at, why): (&Who, Timestamp, &str),
) -> Result<i64, store::Error> {
    let mut tx = store.begin().await?;
    let version = store::risk::configure(&mut tx, round, configuration, (who, at, why)).await?;
    let subject = round.map_or_else(|| "campaign".to_owned(), ToString::to_string);
    let detail = format!("version {version}: {why}");
    let entry = Entry { at, who: who.clone(), act: Act::RiskConfigured, subject, detail };
    store::audit::record(&mut tx, &entry).await?;
    tx.commit().await?;
    Ok(version)
}
