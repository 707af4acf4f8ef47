//! What follows from the answers, in the browser.

use domain::refusal::Refusal;
use domain::round::{LimitPer, Phase};
use domain::time::Timestamp;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::attempt::pause_ms;
use super::state::Stage;
use super::{Bar, Row};
use crate::act::{Claimed, claim_pack};
use crate::failure::Failure;
use crate::island::live::{LivePack, LiveStock};
use crate::island::{clock, feed};

/// An opening that is nearer than this is waited for: the clocks differ by a blink.
const BLINK_MS: u32 = 3_000;

impl Bar {
    /// Begins to follow the answers. What a plain form left undecided is asked again at once.
    pub(super) fn follow(self) {
        for (index, row) in self.rows().into_iter().enumerate() {
            Effect::new(move |_| match row.stage.get_untracked() {
                Stage::Busy(None) => self.wait(index, row, 0, Stage::Busy),
                Stage::Settling(None) => self.wait(index, row, 0, Stage::Settling),
                _ => {}
            });
        }
    }

    fn answered(self, index: usize, row: Row, answer: Result<Claimed, Failure>) {
        match answer {
            Ok(claimed) => self.granted(index, row, claimed.serial),
            Err(Failure::Busy { retry_after_ms }) => {
                self.wait(index, row, retry_after_ms, Stage::Busy);
            }
            Err(Failure::Unknown) => self.wait(index, row, 0, Stage::Settling),
            Err(Failure::Refused { refusal, retry_after_ms, .. }) => {
                self.refused(index, row, refusal, retry_after_ms);
            }
            Err(Failure::Invalid { .. } | Failure::NotFound | Failure::Forbidden) => {
                row.stage.set(Stage::Outdated);
            }
        }
    }

    fn granted(self, index: usize, row: Row, serial: u32) {
        row.stage.set(Stage::Granted(serial));
        self.fresh.set(Some((index, serial)));
        self.share(index, Stage::Held { serial: Some(serial), other_account: false });
        // Shown once it stands there. On a phone it may be below the fold.
        Timeout::new(50, || {
            if let Ok(Some(grant)) = document().query_selector("[data-testid=granted]") {
                let centre = web_sys::ScrollIntoViewOptions::new();
                centre.set_block(web_sys::ScrollLogicalPosition::Center);
                grant.scroll_into_view_with_scroll_into_view_options(&centre);
            }
        })
        .forget();
    }

    /// With one claim a round, what was got of one pack stands against every other.
    fn share(self, index: usize, stage: Stage) {
        if self.model.with_value(|model| model.limit_per) == LimitPer::Round {
            for (_, other) in
                self.rows().into_iter().enumerate().filter(|(other, _)| *other != index)
            {
                other.stage.set(stage);
            }
        }
    }

    fn refused(self, index: usize, row: Row, refusal: Refusal, retry_after_ms: Option<u32>) {
        if let (Refusal::NotOpenYet, Some(ms @ ..=BLINK_MS)) = (refusal, retry_after_ms) {
            return self.wait(index, row, ms, |_| Stage::Working);
        }
        let stage = Stage::after(refusal);
        row.stage.set(stage);
        if stage.is_theirs() {
            self.share(index, stage);
        }
        match refusal {
            Refusal::NotSignedIn => drop(window().location().set_href("/sign-in?next=/")),
            Refusal::NotOpenYet => clock::doubt(),
            Refusal::SoldOut => self.learn(index, Phase::SoldOut),
            Refusal::RoundPaused => self.learn(index, Phase::Paused),
            Refusal::RoundStopped => self.learn(index, Phase::Stopped),
            Refusal::RoundClosed => self.learn(index, Phase::Closed),
            _ => {}
        }
    }

    /// The desk's word is newer than the stream's: every island hears it.
    fn learn(self, index: usize, phase: Phase) {
        let known = self.pulse.live.get_untracked().map(|live| live.packs).unwrap_or_default();
        self.model.with_value(|model| {
            let packs = model.packs.iter().enumerate().map(|(place, pack)| {
                let live = known.iter().find(|known| known.id == pack.id);
                let left = live.map_or(pack.remaining, |live| live.remaining);
                let taken = phase == Phase::SoldOut && place == index;
                LivePack { id: pack.id.clone(), remaining: if taken { 0 } else { left } }
            });
            let packs: Vec<LivePack> = packs.collect();
            let remaining = packs.iter().map(|pack| pack.remaining).sum();
            let phase = if phase == Phase::SoldOut && remaining > 0 { Phase::Open } else { phase };
            feed::publish(
                &model.glance.round,
                LiveStock { remaining, phase, server_time: clock::now(), packs },
            );
        });
    }

    /// Asks again after a pause, unless the person did so meanwhile or left the page.
    fn wait(
        self,
        index: usize,
        row: Row,
        asked_ms: u32,
        stage: impl Fn(Option<Timestamp>) -> Stage,
    ) {
        let repetition = row.repetitions.get_value();
        let pause = pause_ms(repetition, asked_ms, clock::jitter());
        row.stage.set(stage(Some(clock::now().plus_millis(i64::from(pause)))));
        row.repetitions.set_value(repetition + 1);
        Timeout::new(pause, move || {
            let meant = row.repetitions.get_value() == repetition + 1;
            let waiting = row.stage.get_untracked().is_undecided();
            let shown = self.root.get_untracked().is_some_and(|root| root.is_connected());
            if meant && waiting && shown {
                row.stage.set(Stage::Idle);
                self.send(index);
            }
        })
        .forget();
    }

    /// Sends the request, unless it is under way.
    pub(super) fn send(self, index: usize) {
        let row = self.rows()[index];
        if row.stage.get_untracked() == Stage::Working {
            return;
        }
        let claim = self.model.with_value(|model| {
            let pack = &model.packs[index];
            let key = pack.form_key.as_ref()?.parse().ok()?;
            Some((model.glance.round.clone(), pack.id.clone(), key))
        });
        let Some((round, pack, key)) = claim else { return row.stage.set(Stage::Outdated) };
        row.stage.set(Stage::Working);
        spawn_local(async move { self.answered(index, row, claim_pack(round, pack, key).await) });
    }
}
