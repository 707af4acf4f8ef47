//! The power goes. One life after the other on a disk whose every change is traced, and then the folder as it would be
//! after a cut at this place of the trace or that.

use anyhow::Result;

use crate::{
    dice::Dice,
    disk::{Disk, State},
    load::{AtLoss, Load},
    outcome::Outcome,
    patience,
    run::Run,
    scene::Scene,
    server::{Environment, Server},
    trace::Trace,
};

/// How many servers run on a disk, one after the other.
const LIVES: u64 = 3;
/// How many cuts are looked at on one trace.
const CUTS: u64 = 15;
/// The most claims that are granted before a life ends.
const GRANTED: u64 = 150;

/// Cuts the power `count` times.
pub(crate) fn run(
    run: &Run,
    left_out: &Environment,
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    while outcome.made < count {
        let (scene, server, disk) = run.scene_on_disk(left_out)?;
        let begin = scene.crowd.traced();
        let last = live(&scene, server, &disk, &mut dice, outcome)?;
        let span = Span { begin, last };
        // What a control must show is shown by the worst cut of each trace.
        let cuts = if outcome.is_control { 1 } else { CUTS };
        cut(&scene, &disk, span, cuts.min(count - outcome.made), &mut dice, outcome)?;
        if !outcome.is_clean() {
            outcome.keep(scene);
            break;
        }
    }
    Ok(())
}

/// Each life ends with a kill; two of three between a write and its flush, where what can be read is not on the disk.
/// The last server only answers again what was asked before; gives how long the trace was when it began.
fn live(
    scene: &Scene,
    server: Server,
    disk: &Disk,
    dice: &mut Dice,
    outcome: &mut Outcome,
) -> Result<u64> {
    let (mut server, mut last) = (server, 0);
    for _ in 0..LIVES {
        let load = Load::begin(scene, &server.base, AtLoss::Leaves);
        let enough = dice.below(GRANTED);
        patience::until("claims before the end", || Ok(load.granted() >= enough))?;
        // Whoever never flushes is not killed by it.
        if !disk.is_flushed() || dice.below(3) == 0 {
            server.kill()?;
        } else {
            disk.fault.set(State::FlushKills)?;
            server.wait()?;
            disk.fault.set(State::Healthy)?;
        }
        outcome.heard(&load);
        outcome.take(load.end()?);
        outcome.unknown += scene.book().unknown().len() as u64;
        Trace::mend(&disk.trace())?;
        last = scene.crowd.traced();
        server = scene.serve(&disk.environment())?;
        outcome.take(scene.settle(&server.base)?.1);
        outcome.take(scene.compare(&server.base)?);
    }
    server.kill()?;
    Ok(last)
}

/// A part of a trace.
#[derive(Clone, Copy)]
pub(crate) struct Span {
    /// Where everybody was signed in.
    pub(crate) begin: u64,
    /// Where the last server began.
    pub(crate) last: u64,
}

/// Cuts the power at some places of the trace: anywhere, right after an answer, and at its end.
pub(crate) fn cut(
    scene: &Scene,
    disk: &Disk,
    Span { begin, last }: Span,
    count: u64,
    dice: &mut Dice,
    outcome: &mut Outcome,
) -> Result<()> {
    Trace::mend(&disk.trace())?;
    let trace = Trace::read(&disk.trace())?;
    let granted = scene.book().granted();
    for number in 0..count {
        // The worst comes first: right after the first answer of the last server, and nothing is left but what was
        // flushed.
        let (place, of_four) = if number == 0 { (3, 0) } else { (dice.below(3), dice.below(5)) };
        let at = match place {
            3 => scene.book().first_after(last).unwrap_or(last),
            0 => begin + dice.below(trace.len() - begin),
            1 if !granted.is_empty() => {
                let slot = granted[usize::try_from(dice.below(granted.len() as u64))?];
                scene.book().acknowledged(slot).map_or(begin, |it| it.trace)
            }
            _ => trace.len(),
        };
        let folder = tempfile::tempdir()?;
        trace.cut(at, of_four, dice, folder.path())?;
        let url = format!("sqlite:{}", folder.path().join("jinquan.db").display());
        match scene.binary.serve(&url, &folder.path().join("log"), &Environment::new()) {
            Ok(server) => outcome.take(scene.compare_all(&server.base, at)?),
            Err(error) => outcome.take(vec![format!("after a cut at {at}: {error:#}")]),
        }
        outcome.take(scene.binary.doctor(&url)?);
        outcome.take(scene.binary.verify(&url)?.0);
        outcome.count();
    }
    Ok(())
}
