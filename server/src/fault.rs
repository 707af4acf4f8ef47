//! Places where a fault run (`make torture`) ends the process in the middle of its work. A release has none of this:
//! without the feature `fail-points` [`point`] is empty, and nothing reads a switch.

#[cfg(feature = "fail-points")]
use store::control::Guard;

/// Ends the process as a kill does, if a fault run asked for it. The names and what to ask for are in `docs/FAULTS.md`.
#[inline]
pub fn point(name: &'static str) {
    #[cfg(feature = "fail-points")]
    fail::fail_point!(name, |_| std::process::abort());
    #[cfg(not(feature = "fail-points"))]
    let _ = name;
}

/// Reads from `FAILPOINTS` where to end, and which guard to leave out so that the run can show that it would notice.
#[cfg(feature = "fail-points")]
#[must_use]
pub fn arm() -> fail::FailScenario<'static> {
    let scenario = fail::FailScenario::setup();
    for (name, guard) in [
        ("without-sync", Guard::Sync),
        ("without-key", Guard::Key),
        ("without-till-key", Guard::TillKey),
        ("without-log", Guard::Log),
    ] {
        if fail::eval(name, |_| ()).is_some() {
            store::control::leave_out(guard);
        }
    }
    scenario
}
