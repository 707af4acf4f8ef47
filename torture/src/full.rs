//! The disk is full, or fails, while people claim; then it is well again. Afterwards the power goes as well.

pub(crate) mod postgres;

use anyhow::{Context as _, Result, ensure};

use crate::{
    crowd::{PERSONS, knock},
    disk::{Disk, State},
    http::Client,
    load::{AtLoss, Load},
    outcome::Outcome,
    patience, power,
    run::Run,
    scene::Scene,
    server::{Environment, Server},
};

/// How many power cuts follow each time.
const CUTS: u64 = 3;

/// Lets the disk fail `count` times.
pub(crate) fn run(run: &Run, state: State, count: u64, outcome: &mut Outcome) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    while outcome.made < count {
        let (scene, mut server, disk) = run.scene_on_disk(&Environment::new())?;
        let begin = scene.crowd.traced();
        let span = power::Span { begin, last: begin };
        for _ in 0..(count - outcome.made).min(3) {
            let granted = 1 + dice.below(60);
            server = suffer(&scene, server, &disk, state, granted, outcome)?;
        }
        server.kill()?;
        disk.fault.set(state)?;
        if let Err(error) = scene.serve(&disk.environment()) {
            // It may not start on such a disk, with one sentence.
            println!("    {error:#}");
        }
        disk.fault.set(State::Healthy)?;
        // The cuts are not counted: they are what is compared here.
        let mut after = Outcome::default();
        power::cut(&scene, &disk, span, CUTS, &mut dice, &mut after)?;
        outcome.absorb(after);
        if !outcome.is_clean() {
            outcome.keep(scene);
            break;
        }
    }
    Ok(())
}

/// Claims, a failing disk, `busy`, a healthy disk, claims.
fn suffer(
    scene: &Scene,
    server: Server,
    disk: &Disk,
    state: State,
    enough: u64,
    outcome: &mut Outcome,
) -> Result<Server> {
    let mut server = server;
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
    disk.fault.set(State::Healthy)?;
    if server.has_ended()? {
        // It may stop rather than go on; whoever waits asks the next one.
        ensure!(!server.last_line().is_empty(), "it ended without a word");
        outcome.heard(&load);
        outcome.take(load.end()?);
        server = scene.serve(&disk.environment())?;
        outcome.count();
    } else {
        let granted = load.granted();
        patience::until("claims after the disk is well", || Ok(load.granted() > granted + 8))
            .with_context(|| server.last_line())?;
        if load.lost() > 0 {
            outcome.take(vec!["somebody heard nothing at all".to_owned()]);
        }
        outcome.made(load)?;
    }
    outcome.unknown += scene.book().unknown().len() as u64;
    outcome.take(scene.settle(&server.base)?.1);
    outcome.take(scene.compare(&server.base)?);
    Ok(server)
}
