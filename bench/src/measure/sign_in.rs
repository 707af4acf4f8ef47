//! First sign-ins a second: what the minute before the opening is full of.

use anyhow::{Result, ensure};

use super::claims::PLENTY;
use super::{Time, closed};
use crate::audit;
use crate::closed::{Act, Persons};
use crate::database::Engine;
use crate::figure::Sample;
use crate::stage::{EARLY, Stage};

/// Through the demonstration entrance, each by another person; person, account, consent and session are written.
pub(crate) async fn sign_ins(stage: &Stage, engine: Engine, time: Time) -> Result<Sample> {
    let url = stage.databases(engine).copy(PLENTY, "spoilt").await?;
    let server = stage.serve(&url, EARLY).await?;
    let mut processes = vec![server.pid()?];
    if engine == Engine::Postgres {
        processes.push(stage.postmaster()?);
    }
    let before = audit::persons(engine, &url).await?;
    let persons = Persons { first: 1, share: 3_000_000, again: 0, act: Act::SignIn };
    let measured =
        closed(&stage.yardsticks.granted, &[server.address], &processes, time, persons).await?;
    ensure!(measured.seen.refusals == 0, "{} were told no", measured.seen.refusals);
    server.stop().await?;
    let came = audit::persons(engine, &url).await? - before;
    let answers = measured.warm.granted() + measured.seen.granted();
    ensure!(
        (answers..=answers + time.open_at_ends() as u64).contains(&came),
        "audit: {answers} were let in, {came} persons are there"
    );
    Ok(measured.sample(measured.seen.answers))
}
