//! The power goes. One life after the other on a disk whose every change is traced, and then the folder as it would be
//! after a cut at this place of the trace or that.

use anyhow::Result;

use crate::{
    dice::Dice,
    disk::{Disk, State},
    kill::Who,
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
    who: Who,
    left_out: &Environment,
    count: u64,
    outcome: &mut Outcome,
) -> Result<()> {
    let mut dice = run.dice(&outcome.name);
    while outcome.made < count {
        let (scene, server, disk) = run.scene_on_disk(who, left_out)?;
        let begin = scene.crowd.traced();
        let breaks = live(&scene, server, &disk, &mut dice, outcome)?;
        let span = Span { begin, breaks };
        // What a control must show is shown by the worst cut of each trace.
        let cuts = if outcome.is_control { 1 } else { CUTS };
        cut(&scene, &disk, &span, cuts.min(count - outcome.made), &mut dice, outcome)?;
        if !outcome.is_clean() {
            outcome.keep(scene);
            break;
        }
    }
    Ok(())
}

/// Each life ends with a kill; two of three between a write and its flush, where what can be read is not on the disk.
/// The last server only answers again what was asked before; gives how long the trace was at each end.
fn live(
    scene: &Scene,
    server: Server,
    disk: &Disk,
    dice: &mut Dice,
    outcome: &mut Outcome,
) -> Result<Vec<u64>> {
    let (mut server, mut ends) = (server, Vec::new());
    for _ in 0..LIVES {
        let load = Load::begin(scene, &server.base, AtLoss::Leaves);
        let enough = dice.below(GRANTED);
        patience::until("claims before the end", || Ok(load.granted() >= enough))?;
        outcome.take(load.unheard());
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
        outcome.unknown += scene.unknown();
        Trace::mend(&disk.trace())?;
        ends.push(scene.crowd.traced());
        server = scene.serve(&disk.environment())?;
        outcome.take(scene.settle(&server.base)?);
        outcome.take(scene.compare(&server.base)?);
    }
    server.kill()?;
    Ok(ends)
}

/// A part of a trace.
pub(crate) struct Span {
    /// Where everybody was signed in.
    pub(crate) begin: u64,
    /// Where something broke: a life ended, and the next server began; or the disk was well again.
    pub(crate) breaks: Vec<u64>,
}

impl Span {
    /// Where the power goes, and how much is left of what was not flushed, in fourths. The worst come first, with
    /// nothing left: right after the first answer after the last break, and at a break, before anybody could make
    /// durable what an answer was given for too early.
    fn place(
        &self,
        number: u64,
        scene: &Scene,
        trace: &Trace,
        dice: &mut Dice,
    ) -> Result<(u64, u64)> {
        let last = self.breaks.last().copied().unwrap_or(self.begin);
        if number == 0 {
            return Ok((scene.first_after(last).unwrap_or(last), 0));
        }
        let broke = dice.below(self.breaks.len() as u64);
        let broke = self.breaks.get(usize::try_from(broke)?).copied().unwrap_or(last);
        if number == 1 {
            return Ok((broke, 0));
        }
        let granted = scene.book().granted();
        let at = match dice.below(4) {
            0 => self.begin + dice.below(trace.len() - self.begin),
            1 if !granted.is_empty() => {
                let slot = granted[usize::try_from(dice.below(granted.len() as u64))?];
                scene.book().acknowledged(slot).map_or(self.begin, |it| it.trace)
            }
            2 => broke,
            _ => trace.len(),
        };
        Ok((at, dice.below(5)))
    }
}

/// Cuts the power at some places of the trace: where it is worst, anywhere, right after an answer, and at its end.
/// What was acknowledged by then is there, and is answered again as it was.
pub(crate) fn cut(
    scene: &Scene,
    disk: &Disk,
    span: &Span,
    count: u64,
    dice: &mut Dice,
    outcome: &mut Outcome,
) -> Result<()> {
    Trace::mend(&disk.trace())?;
    let trace = Trace::read(&disk.trace())?;
    for number in 0..count {
        let (at, of_four) = span.place(number, scene, &trace, dice)?;
        let folder = tempfile::tempdir()?;
        trace.cut(at, of_four, dice, folder.path())?;
        let url = format!("sqlite:{}", folder.path().join("jinquan.db").display());
        match scene.binary.serve(&url, &folder.path().join("log"), &Environment::new()) {
            Ok(server) => {
                outcome.take(scene.compare_all(&server.base, at)?);
                outcome.take(scene.replay(&server.base, at)?);
            }
            Err(error) => outcome.take(vec![format!("after a cut at {at}: {error:#}")]),
        }
        outcome.take(scene.binary.doctor(&url)?);
        outcome.take(scene.verify_owed_at(&url)?);
        outcome.count();
    }
    Ok(())
}
