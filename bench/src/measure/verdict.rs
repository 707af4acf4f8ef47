//! What risk control adds to a claim (R19): the look at it, in process, with the windows of a whole city behind it.

use std::time::Instant;

use anyhow::{Context as _, Result};
use domain::id::{AccountId, AssessmentId, PersonId, RoundId};
use domain::risk::record::Record;
use domain::risk::{Act, Event, Origin, Tag};
use domain::time::Timestamp;
use hdrhistogram::Histogram;
use server::screen::Screen;

/// How many citizens come, each with a sign-in and a claim.
const CITIZENS: u64 = 200_000;
/// Of so many one shares a device with a whole farm; the others have one for a family.
const FARM_EVERY: u64 = 50;
/// How many act on the device of a farm.
const FARM: u64 = 40;
/// How many are of a family.
const FAMILY: u64 = 3;
/// How many act in a second of the campaign clock.
const PER_SECOND: u64 = 5_000;

/// The 99th percentile of what a claim waits for its verdict and for the line that is kept of it, in microseconds.
/// Every other citizen is there already; what is timed are the claims of the second half.
#[expect(clippy::disallowed_methods, reason = "a benchmark has no clock but the machine's")]
pub(crate) fn p99_us() -> Result<f64> {
    let screen = Screen::default();
    let round: RoundId = "r1".parse()?;
    let mut spent = Histogram::<u64>::new(3)?;
    let mut kept = String::new();
    for citizen in 0..CITIZENS {
        screen.look(act(Act::SignIn, citizen, &round)?);
        let claim = act(Act::Claim, citizen, &round)?;
        let began = Instant::now();
        let seen = screen.look(claim);
        Record::write(&seen.event, &seen.assessment, &mut kept);
        if citizen >= CITIZENS / 2 {
            spent.record(u64::try_from(began.elapsed().as_nanos())?)?;
        }
        if citizen.is_multiple_of(512) {
            kept.clear();
        }
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
    let us = spent.value_at_quantile(0.99) as f64 / 1_000.0;
    Ok(us)
}

/// What a citizen does, in the order of their numbers.
fn act(act: Act, citizen: u64, round: &RoundId) -> Result<Event> {
    let ms = i64::try_from(citizen * 1_000 / PER_SECOND)?;
    let at = Timestamp::from_millis(1_587_520_800_000 + ms);
    let id = AssessmentId::mint(citizen, u128::from(citizen) * 2 + u128::from(act == Act::Claim));
    let of_farm = citizen.is_multiple_of(FARM_EVERY);
    let device = if of_farm { citizen / FARM_EVERY / FARM } else { CITIZENS + citizen / FAMILY };
    let division = u32::try_from(140_000 + citizen % 3_000).context("a division")?;
    Ok(Event {
        person: Some(PersonId::mint(citizen, u128::from(citizen))),
        account: Some(AccountId::mint(citizen, u128::from(citizen))),
        round: Some(round.clone()),
        origin: Origin {
            device: Some(Tag::of(device + 1)),
            network: Some(Tag::of(citizen / 250 + 1)),
        },
        real_name_level: Some(3),
        division: Some(division),
        account_age_ms: Some(ms),
        open_for_ms: (act == Act::Claim).then_some(ms),
        ..Event::new(id, act, at)
    })
}
