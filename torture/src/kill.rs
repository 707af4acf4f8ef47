//! The server is killed, at random moments or at the places where it hurts most, and started again.

use std::{thread, time::Duration};

use anyhow::Result;

use crate::{
    dice::Dice,
    load::{AtLoss, Load},
    outcome::Outcome,
    run::{Engine, Run},
    scene::Scene,
    server::Environment,
};

/// Below this many packs that nobody asked for, a new database begins.
pub(crate) const ENOUGH: usize = 800;

/// The longest that a load of claims runs before the kill, in milliseconds.
const LOAD_MS: u64 = 400;

/// The places in the server, in the order in which a claim passes them (`server/src/lane`).
const POINTS: [&str; 5] =
    ["before-begin", "after-lock", "before-commit", "after-commit", "mid-answer"];

/// The places that tills pass, beside `mid-answer`.
const TILL_POINTS: [&str; 5] = [
    "redemption-before-commit",
    "redemption-after-commit",
    "refund-before-commit",
    "refund-after-commit",
    "mid-answer",
];

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// Citizens, for packs.
    Citizens,
    /// Citizens for packs, and tills with what was claimed.
    Tills,
}

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
    who: Who,
    moment: Moment,
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    // A till comes to its turn only after a claim and a code.
    let load_ms = if who == Who::Tills { 2 * LOAD_MS } else { LOAD_MS };
    let mut scene: Option<Scene> = None;
    for _ in 0..count {
        if scene.as_ref().is_none_or(|it| it.crowd.left() < ENOUGH) {
            if let Some(full) = scene.take() {
                end(&full, outcome)?;
            }
            let (new, server) = run.scene(engine, who, &Environment::new())?;
            server.kill()?;
            scene = Some(new);
        }
        let Some(scene) = &scene else { continue };
        let point = match (moment, who) {
            (Moment::Any, _) => None,
            (Moment::Place, Who::Citizens) => Some(*drawn(&POINTS, &mut dice)?),
            (Moment::Place, Who::Tills) => Some(*drawn(&TILL_POINTS, &mut dice)?),
            (Moment::WithoutKey, Who::Citizens) => Some("after-commit"),
            (Moment::WithoutKey, Who::Tills) => Some("redemption-after-commit"),
        };
        let passes = point.map_or(0, |point| settled(scene, point)) + dice.below(30);
        let server = scene.serve(&armed(who, moment, point, passes))?;
        outcome.take(scene.compare(&server.base)?);
        // Every other time while the server runs, for a command that opens SQLite alone folds its log.
        if outcome.made % 2 == 1 {
            outcome.take(scene.verify_owed()?);
        }
        outcome.take(scene.settle(&server.base)?);
        let load = Load::begin(scene, &server.base, AtLoss::Leaves);
        if point.is_some() {
            server.wait()?;
        } else {
            thread::sleep(Duration::from_millis(dice.below(load_ms)));
            outcome.take(load.unheard());
            server.kill()?;
        }
        outcome.made(load)?;
        outcome.unknown += scene.unknown();
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
    outcome.take(scene.compare(&server.base)?);
    outcome.take(scene.settle(&server.base)?);
    outcome.take(scene.last_look(&server)?);
    Ok(())
}

fn armed(who: Who, moment: Moment, point: Option<&str>, passes: u64) -> Environment {
    let Some(point) = point else { return Environment::new() };
    let passing = if passes == 0 { String::new() } else { format!("{passes}*off->") };
    let left_out = match (moment, who) {
        (Moment::WithoutKey, Who::Citizens) => "without-key=return;",
        (Moment::WithoutKey, Who::Tills) => "without-till-key=return;",
        _ => "",
    };
    vec![("FAILPOINTS", format!("{left_out}{point}={passing}return"))]
}

fn drawn<'a, T>(of: &'a [T], dice: &mut Dice) -> Result<&'a T> {
    Ok(&of[usize::try_from(dice.below(of.len() as u64))?])
}

/// How often a server passes a place at most while everything that was left open is settled.
fn settled(scene: &Scene, point: &str) -> u64 {
    let claims = scene.unsettled().len();
    let deeds = scene.tills.as_ref().map(|tills| tills.unsettled()).unwrap_or_default();
    let refunds = deeds.iter().filter(|deed| deed.is_refund()).count();
    let all = claims + scene.with_another_key().len();
    let passes = match point {
        "mid-answer" => all + deeds.len(),
        // Somebody whom the server has not seen yet is taken for a stranger, and the batch begins anew.
        "before-begin" | "after-lock" => 2 * all,
        _ if point.starts_with("refund") => refunds,
        _ if point.starts_with("redemption") => deeds.len() - refunds,
        _ => all,
    };
    passes as u64
}
