//! PostgreSQL's disk is full, or fails, while people claim; then it is well again. The server stays throughout.

use anyhow::{Context as _, Result, ensure};
use rig::Cluster;

use crate::{
    disk::{Fault, State},
    kill::ENOUGH,
    load::{AtLoss, Load},
    outcome::Outcome,
    patience,
    run::Run,
    scene::Scene,
    server::Server,
    stop::went_on,
};

/// Where the disk fails, as PostgreSQL names it.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// Tables and indexes: what needs room there fails.
    Tables,
    /// Its log: every process of PostgreSQL but the first ends, again and again, until the disk is well.
    Log,
}

/// Lets the disk fail `count` times.
pub(crate) fn run(
    run: &Run,
    (place, state): (Place, State),
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    let (cluster, fault) = run.cluster_on_disk(place.folder())?;
    let mut scene: Option<(Scene, Server)> = None;
    for _ in 0..count {
        if scene.as_ref().is_none_or(|(it, _)| it.crowd.left() < ENOUGH) {
            scene = Some(run.scene_in(&cluster)?);
        }
        let (scene, server) = scene.as_mut().context("a scene")?;
        let load = Load::begin(scene, &server.base, AtLoss::Stays);
        let enough = 1 + dice.below(60);
        patience::until("claims before the disk fails", || Ok(load.granted() >= enough))?;
        suffer(&cluster, &fault, state, &load)?;
        let granted = load.granted();
        patience::until("claims after the disk is well", || Ok(load.granted() > granted + 8))
            .with_context(|| server.last_line())?;
        went_on(scene, server, load, outcome)?;
    }
    if let Some((scene, server)) = scene {
        outcome.take(scene.compare_all(&server.base, u64::MAX)?);
        drop(server);
        outcome.keep(scene);
    }
    Ok(())
}

/// A failing disk, `busy`, a healthy disk.
fn suffer(cluster: &Cluster, fault: &Fault, state: State, load: &Load) -> Result<()> {
    let (busy, postmaster) = (load.busy(), cluster.postmaster()?);
    fault.set(state)?;
    patience::until("people hear `busy`", || Ok(load.busy() > busy + 16 && fault.failed()? > 0))?;
    fault.set(State::Healthy)?;
    ensure!(cluster.postmaster()? == postmaster, "PostgreSQL was started anew");
    Ok(())
}

impl Place {
    const fn folder(self) -> &'static str {
        match self {
            Self::Tables => "base",
            Self::Log => "pg_wal",
        }
    }
}
