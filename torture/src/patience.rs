//! Waiting for something to happen, never for time to pass.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

/// Long enough for everything that recovers by itself on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until `holds`; that it does not within [`PATIENCE`] is an error that says what was waited for.
pub(crate) fn until(what: &str, holds: impl FnMut() -> Result<bool>) -> Result<()> {
    within(PATIENCE, what, holds)
}

/// The same with a patience of its own.
pub(crate) fn within(
    patience: Duration,
    what: &str,
    mut holds: impl FnMut() -> Result<bool>,
) -> Result<()> {
    let began = now();
    while !holds()? {
        if began.elapsed() > patience {
            bail!("waited {} s for this: {what}", patience.as_secs());
        }
        thread::sleep(Duration::from_millis(3));
    }
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the machine that is tortured has no other clock")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
