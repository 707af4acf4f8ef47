//! PostgreSQL is stopped in the middle of everything and started again. The server stays, says `busy` meanwhile, and
//! goes on by itself.

use anyhow::{Context as _, Result};

use crate::{
    kill::{ENOUGH, Who},
    load::{AtLoss, Load},
    outcome::Outcome,
    patience,
    run::{Engine, Run},
    scene::Scene,
    server::{Environment, Server},
};

/// Stops PostgreSQL `count` times under load.
pub(crate) fn run(
    run: &Run,
    who: Who,
    left_out: &Environment,
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    let mut scene: Option<(Scene, Server)> = None;
    for _ in 0..count {
        if scene.as_ref().is_none_or(|(it, _)| it.crowd.left() < ENOUGH) {
            end(scene.take(), outcome)?;
            scene = Some(run.scene(Engine::Postgres, who, left_out)?);
        }
        let (scene, server) = scene.as_mut().context("a scene")?;
        let load = Load::begin(scene, &server.base, AtLoss::Stays);
        let enough = 1 + dice.below(120);
        patience::until("claims before PostgreSQL stops", || Ok(load.granted() >= enough))?;
        let busy = load.busy();
        run.postgres(rig::Cluster::stop_immediately)?;
        patience::until("somebody hears `busy`", || Ok(load.busy() > busy))?;
        run.postgres(rig::Cluster::start_again)?;
        let granted = load.granted();
        patience::until("claims after PostgreSQL runs again", || Ok(load.granted() > granted + 8))?;
        went_on(scene, server, load, outcome)?;
        if outcome.is_control && !outcome.is_clean() {
            break;
        }
    }
    end(scene, outcome)
}

/// Ends a load through which the server had to stay, and compares.
pub(crate) fn went_on(
    scene: &Scene,
    server: &mut Server,
    load: Load,
    outcome: &mut Outcome,
) -> Result<()> {
    if server.has_ended()? {
        outcome.take(vec![format!("the server has ended: {}", server.said())]);
    }
    outcome.take(load.unheard());
    outcome.made(load)?;
    outcome.unknown += scene.unknown();
    outcome.take(scene.compare(&server.base)?);
    outcome.take(scene.settle(&server.base)?);
    outcome.take(scene.compare(&server.base)?);
    outcome.take(scene.verify_owed()?);
    Ok(())
}

/// Looks at everything of a database once more, and keeps it where something was found.
pub(crate) fn end(scene: Option<(Scene, Server)>, outcome: &mut Outcome) -> Result<()> {
    let Some((scene, server)) = scene else { return Ok(()) };
    outcome.take(scene.last_look(&server)?);
    drop(server);
    outcome.keep(scene);
    Ok(())
}
