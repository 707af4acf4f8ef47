//! PostgreSQL's disk is full, or fails, while people claim; then it is well again. The server stays throughout.

use anyhow::{Context as _, Result, ensure};

use crate::{
    disk::State,
    kill::ENOUGH,
    load::{AtLoss, Load},
    outcome::Outcome,
    patience,
    run::Run,
    scene::Scene,
    server::Server,
    stop::{end, went_on},
};

/// Where the disk fails, as PostgreSQL names it.
#[derive(Clone, Copy)]
pub(crate) enum Place {
    /// Tables and indexes: what needs room there fails, and PostgreSQL goes on.
    Tables,
    /// Its log: every process of PostgreSQL but the first ends, again and again, until the disk is well or that one
    /// ends too.
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
    let (mut cluster, fault) = run.cluster_on_disk(place.folder())?;
    let mut scene: Option<(Scene, Server)> = None;
    for _ in 0..count {
        if scene.as_ref().is_none_or(|(it, _)| it.crowd.left() < ENOUGH) {
            end(scene.take(), outcome)?;
            scene = Some(run.scene_in(&cluster)?);
        }
        let (scene, server) = scene.as_mut().context("a scene")?;
        let load = Load::begin(scene, &server.base, AtLoss::Stays);
        let enough = 1 + dice.below(60);
        patience::until("claims before the disk fails", || Ok(load.granted() >= enough))?;
        let postmaster = cluster.postmaster()?;
        fault.set(state)?;
        let busy = load.busy();
        patience::until("people hear `busy`", || {
            Ok(load.busy() > busy + 16 && fault.failed()? > 0)
        })?;
        fault.set(State::Healthy)?;
        let granted = load.granted();
        patience::until("claims after the disk is well", || {
            if cluster.postmaster().is_err() {
                // It gave up: whoever runs it starts it again.
                cluster.start_again()?;
            }
            Ok(load.granted() > granted + 8)
        })
        .with_context(|| server.said())?;
        if matches!(place, Place::Tables) {
            ensure!(cluster.postmaster()? == postmaster, "PostgreSQL was started anew");
        }
        went_on(scene, server, load, outcome)?;
    }
    end(scene, outcome)
}

impl Place {
    const fn folder(self) -> &'static str {
        match self {
            Self::Tables => "base",
            Self::Log => "pg_wal",
        }
    }
}
