//! The server is killed, at random moments or at the places where it hurts most, and started again.

use std::{thread, time::Duration};

use anyhow::Result;

use crate::{
    load::{AtLoss, Load},
    outcome::Outcome,
    run::{Engine, Run},
    scene::Scene,
    server::Environment,
};

/// Below this many packs that nobody asked for, a new database begins.
pub(crate) const ENOUGH: usize = 800;

/// The longest that a load runs before the kill, in milliseconds.
const LOAD_MS: u64 = 400;

/// The places in the server, in the order in which a claim passes them (`server/src/lane`).
const POINTS: [&str; 5] =
    ["before-begin", "after-lock", "before-commit", "after-commit", "mid-answer"];

/// When the server dies.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// At any time, each as likely as another: SIGKILL from outside.
    Any,
    /// At a place, drawn anew for each kill, on the n-th time that it passes there: by itself.
    Place,
    /// Between a commit and its answer, and every request key is written only after that: a guard
    /// that is left out, which must be noticed.
    WithoutKey,
}

/// Kills `count` servers, one after the other.
pub(crate) fn run(
    run: &Run,
    engine: Engine,
    moment: Moment,
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    let mut scene: Option<Scene> = None;
    for _ in 0..count {
        if scene.as_ref().is_none_or(|it| it.crowd.left() < ENOUGH) {
            if let Some(full) = scene.take() {
                end(&full, outcome)?;
            }
            let (new, server) = run.scene(engine, &Environment::new())?;
            server.kill()?;
            scene = Some(new);
        }
        let Some(scene) = &scene else { continue };
        let passes = scene.unsettled().len() as u64 + dice.below(30);
        let point = match moment {
            Moment::Any => None,
            Moment::Place => Some(POINTS[usize::try_from(dice.below(POINTS.len() as u64))?]),
            Moment::WithoutKey => Some("after-commit"),
        };
        let server = scene.serve(&armed(moment, point, passes))?;
        // Every other time while the server runs, for a command that opens SQLite alone folds its log.
        if outcome.made % 2 == 1 {
            outcome.take(scene.verify()?);
        }
        outcome.take(scene.compare(&server.base)?);
        outcome.take(scene.settle(&server.base)?.1);
        let load = Load::begin(&scene.crowd, &server.base, AtLoss::Leaves);
        if point.is_some() {
            server.wait()?;
        } else {
            thread::sleep(Duration::from_millis(dice.below(LOAD_MS)));
            server.kill()?;
        }
        outcome.made(load)?;
        outcome.unknown += scene.book().unknown().len() as u64;
        if outcome.made.is_multiple_of(2) {
            outcome.take(scene.verify()?);
        }
    }
    if let Some(last) = scene.take() {
        end(&last, outcome)?;
        outcome.keep(last);
    }
    Ok(())
}

/// Everything once more, from nothing.
fn end(scene: &Scene, outcome: &mut Outcome) -> Result<()> {
    let server = scene.serve(&Environment::new())?;
    outcome.take(scene.settle(&server.base)?.1);
    outcome.take(scene.compare_all(&server.base, u64::MAX)?);
    outcome.take(scene.verify()?);
    Ok(())
}

fn armed(moment: Moment, point: Option<&str>, passes: u64) -> Environment {
    let Some(point) = point else { return Environment::new() };
    let passing = if passes == 0 { String::new() } else { format!("{passes}*off->") };
    let left_out = if moment == Moment::WithoutKey { "without-key=return;" } else { "" };
    vec![("FAILPOINTS", format!("{left_out}{point}={passing}return"))]
}
