//! The disk is full, or fails, while people claim; then it is well again. Afterwards the power goes as well.

pub(crate) mod postgres;

use anyhow::{Context as _, Result};

use crate::{
    crowd::{PERSONS, knock},
    disk::{Disk, State},
    http::Client,
    kill::Who,
    load::{AtLoss, Load},
    outcome::Outcome,
    patience, power,
    run::Run,
    scene::Scene,
    server::{Environment, SILENCE, Server},
};

/// How many power cuts follow each time.
const CUTS: u64 = 3;

/// Lets the disk fail `count` times.
pub(crate) fn run(run: &Run, state: State, count: u64, outcome: &mut Outcome) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    while outcome.made < count {
        let (scene, mut server, disk) = run.scene_on_disk(Who::Citizens, &Environment::new())?;
        let mut span = power::Span { begin: scene.crowd.traced(), breaks: Vec::new() };
        for _ in 0..(count - outcome.made).min(3) {
            let granted = 1 + dice.below(60);
            let (next, well) = suffer(&scene, server, &disk, state, granted, outcome)?;
            server = next;
            span.breaks.push(well);
        }
        server.kill()?;
        begin_on(&scene, &disk, state, outcome)?;
        // The cuts are not counted: they are what is compared here.
        let mut after = Outcome::default();
        power::cut(&scene, &disk, &span, CUTS, &mut dice, &mut after)?;
        outcome.absorb(after);
        if !outcome.is_clean() {
            outcome.keep(scene);
            break;
        }
    }
    Ok(())
}

/// A server need not start on such a disk, but then it says why.
fn begin_on(scene: &Scene, disk: &Disk, state: State, outcome: &mut Outcome) -> Result<()> {
    disk.fault.set(state)?;
    if let Err(error) = scene.serve(&disk.environment()) {
        let said = format!("{error:#}");
        println!("    {said}");
        let is_why = said.contains("did not start") && !said.contains(SILENCE);
        if !is_why || said.contains("panicked") {
            outcome.take(vec![format!("on a failing disk: {said}")]);
        }
    }
    disk.fault.set(State::Healthy)
}

/// Claims, a failing disk, `busy`, a healthy disk, claims; gives how long the trace was when the disk was well again.
fn suffer(
    scene: &Scene,
    mut server: Server,
    disk: &Disk,
    state: State,
    enough: u64,
    outcome: &mut Outcome,
) -> Result<(Server, u64)> {
    let load = Load::begin(scene, &server.base, AtLoss::Stays);
    patience::until("claims before the disk fails", || Ok(load.granted() >= enough))?;
    disk.fault.set(state)?;
    let busy = load.busy();
    patience::until("people hear `busy`, or the server ends", || {
        Ok((load.busy() > busy + 16 && disk.fault.failed()? > 0) || server.has_ended()?)
    })?;
    if !server.has_ended()? {
        let mut client = Client::of(&server.base);
        let door = knock(&mut client, PERSONS)?;
        let wallet = client.get("/api/v1/wallet", scene.crowd.cookie(0))?;
        if !matches!(door.status, 303 | 503) || !matches!(wallet.status, 200 | 503) {
            outcome.take(vec![format!(
                "{} at the door, {} in the wallet",
                door.status, wallet.status
            )]);
        }
    }
    let well = scene.crowd.traced();
    disk.fault.set(State::Healthy)?;
    if server.has_ended()? {
        outcome.take(vec![format!("the server has ended: {}", server.said())]);
        outcome.made(load)?;
        server = scene.serve(&disk.environment())?;
    } else {
        let granted = load.granted();
        patience::until("claims after the disk is well", || Ok(load.granted() > granted + 8))
            .with_context(|| server.said())?;
        outcome.take(load.unheard());
        outcome.made(load)?;
    }
    outcome.unknown += scene.unknown();
    outcome.take(scene.compare(&server.base)?);
    outcome.take(scene.settle(&server.base)?);
    outcome.take(scene.compare(&server.base)?);
    Ok((server, well))
}
