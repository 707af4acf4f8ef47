//! Refusals a second: what the great majority of a rush is told.

use anyhow::{Result, ensure};

use super::{Time, closed};
use crate::closed::{Act, Persons};
use crate::database::Engine;
use crate::figure::Sample;
use crate::person::claim_request;
use crate::stage::{EARLY, OPEN, Stage};
use crate::subject::Subject;

/// The database with one pack, and persons who press again and again.
pub(crate) const SCARCE: &str = "scarce";
/// How many they are.
pub(crate) const PERSONS: u64 = 50_000;

/// Why nobody gets a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    SoldOut,
    NotOpenYet,
}

/// Answers a second.
pub(crate) async fn refusals(stage: &Stage, why: Why, time: Time) -> Result<Sample> {
    let (server, _) = refusing(stage, why).await?;
    let (share, again) = (PERSONS - 1, PERSONS - 1);
    let persons = Persons { first: 2, share, again, act: Act::Claim };
    let measured =
        closed(&stage.yardsticks.refused, &[server.address], &[server.pid()?], time, persons)
            .await?;
    ensure!(measured.seen.granted() == 0, "{} were told yes", measured.seen.granted());
    server.stop().await?;
    Ok(measured.sample(measured.seen.answers))
}

/// The answer as it goes over the wire.
pub(crate) async fn said(stage: &Stage<()>, why: Why) -> Result<String> {
    let (server, said) = refusing(stage, why).await?;
    server.stop().await?;
    Ok(said)
}

/// A server that refuses, and what it says.
async fn refusing<Y>(stage: &Stage<Y>, why: Why) -> Result<(Subject, String)> {
    let url = stage.databases(Engine::Sqlite).copy(SCARCE, "spoilt").await?;
    let (now, code) = match why {
        Why::SoldOut => (OPEN, "\"code\":\"sold_out\""),
        Why::NotOpenYet => (EARLY, "\"code\":\"not_open_yet\""),
    };
    let server = stage.serve(&url, now).await?;
    // The last pack goes; whoever comes now is told no.
    server.ask(&claim_request(1)).await?;
    let said = server.ask(&claim_request(2)).await?;
    ensure!(said.contains(code), "the product said: {said}");
    Ok((server, said))
}
