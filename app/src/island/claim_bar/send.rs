//! What follows from the answers, in the browser.

use std::sync::atomic::Ordering;

use domain::refusal::Refusal;
use domain::round::{LimitPer, Phase};
use domain::time::Timestamp;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;

use super::Bar;
use super::attempt::{pause_ms, repetition};
use super::state::Stage;
use crate::act::Claimed;
use crate::failure::Failure;
use crate::island::ask::claim_pack;
use crate::island::live::{LivePack, LiveStock};
use crate::island::{clock, feed};

/// How long a timer is at most. One that slept with its device comes late by no more than this.
const NAP_MS: i64 = 1_000;
/// How long an answer is awaited before the same request is sent again, in milliseconds: a phone that went from one
/// network to another may never hear of it.
const PATIENCE_MS: i64 = 10_000;
/// An opening that is nearer than this is waited for: the clocks differ by a blink.
const BLINK_MS: u32 = 3_000;

impl Bar {
    /// Begins to follow the answers. What a plain form left undecided is asked again at once.
    pub(super) fn follow(self) {
        queue_microtask(move || {
            for (index, row) in self.known().rows.iter().enumerate() {
                match row.stage.get_untracked() {
                    Stage::Busy(None) => self.wait(index, 0, Stage::Busy),
                    Stage::Settling(None) => self.wait(index, 0, Stage::Settling),
                    _ => {}
                }
            }
        });
    }

    fn answered(self, index: usize, turn: u32, answer: Result<Claimed, Failure>) {
        // A no that comes after the same was asked again says nothing new.
        if answer.is_err() && !self.is_turn(index, turn) {
            return;
        }
        match answer {
            Ok(Claimed { serial: Some(serial), .. }) => self.granted(index, serial),
            // The page says what it means, and until when; the bar says it too if the page cannot be had.
            Ok(_) => {
                self.set(index, Stage::Review);
                clock::refresh_page();
            }
            Err(
                Failure::Busy { retry_after_ms }
                | Failure::Waiting { retry_after_ms, .. }
                | Failure::TooMany { retry_after_ms },
            ) => {
                self.wait(index, retry_after_ms, Stage::Busy);
            }
            Err(Failure::Unknown) => self.wait(index, 0, Stage::Settling),
            Err(Failure::Refused { refusal, retry_after_ms, .. }) => {
                self.refused(index, refusal, retry_after_ms);
            }
            Err(
                Failure::Invalid { .. }
                | Failure::NotFound
                | Failure::Forbidden
                | Failure::Declined(_),
            ) => {
                self.set(index, Stage::Outdated);
            }
        }
        if !self.is_undecided(index) && self.pulse.is_felt() {
            // Once it stands there.
            Timeout::new(50, show_outcome).forget();
        }
    }

    fn granted(self, index: usize, serial: u32) {
        self.known().granted.store(index, Ordering::Relaxed);
        self.set(index, Stage::Granted(serial));
        self.share(index, Stage::Held { serial: Some(serial), other_account: false });
    }

    /// With one claim a round, what was got of one pack stands against every other. A number that was said stays: a no
    /// to another pack, asked for at the same time, does not know it.
    fn share(self, index: usize, stage: Stage) {
        let known = self.known();
        if known.model.limit_per == LimitPer::Round {
            for (other, row) in known.rows.iter().enumerate() {
                if other != index && !row.stage.get_untracked().is_theirs() {
                    row.stage.set(stage);
                }
            }
        }
    }

    fn refused(self, index: usize, refusal: Refusal, retry_after_ms: Option<u32>) {
        if let (Refusal::NotOpenYet, Some(ms @ ..=BLINK_MS)) = (refusal, retry_after_ms) {
            return self.wait(index, ms, |_| Stage::Working);
        }
        let stage = Stage::after(refusal);
        self.set(index, stage);
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
        let (known, live) = (self.known(), self.pulse.live.get_untracked());
        let mut packs = Vec::new();
        let mut remaining = 0;
        for (place, pack) in known.model.packs.iter().enumerate() {
            let taken = phase == Phase::SoldOut && place == index;
            let left = live.as_ref().and_then(|live| live.of_pack(&pack.id));
            let left = if taken { 0 } else { left.unwrap_or(pack.remaining) };
            remaining += left;
            packs.push(LivePack { id: pack.id.clone(), remaining: left });
        }
        let phase = if phase == Phase::SoldOut && remaining > 0 { Phase::Open } else { phase };
        let said = LiveStock { remaining, phase, server_time: clock::now(), packs };
        feed::publish(&known.model.glance.round, said);
    }

    /// Asks again after a pause, unless the person did so meanwhile or left the page.
    fn wait(self, index: usize, asked_ms: u32, stage: fn(Option<Timestamp>) -> Stage) {
        let turn = self.turn(index);
        let pause = pause_ms(repetition(turn), asked_ms, clock::jitter());
        let at = clock::now().plus_millis(i64::from(pause));
        self.set(index, stage(Some(at)));
        self.go_on_at(index, turn, at, Self::send_again);
    }

    /// Goes on once it is time by the server's clock, which goes on while a device sleeps, unless another turn came.
    fn go_on_at(self, index: usize, turn: u32, at: Timestamp, go_on: fn(Self, usize)) {
        let left = at.millis_since(clock::now()).min(NAP_MS);
        let nap = u32::try_from(left).unwrap_or_default();
        Timeout::new(nap, move || {
            if !self.is_turn(index, turn) || !self.is_undecided(index) || !self.pulse.is_felt() {
                return;
            }
            if at > clock::now() {
                return self.go_on_at(index, turn, at, go_on);
            }
            go_on(self, index);
        })
        .forget();
    }

    fn send_again(self, index: usize) {
        self.set(index, Stage::Idle);
        self.send(index);
    }

    /// No answer came: nothing is known of the request, as after a lost reply.
    fn settle(self, index: usize) {
        self.wait(index, 0, Stage::Settling);
    }

    /// The next turn: what was planned in an earlier one is out of date.
    fn turn(self, index: usize) -> u32 {
        self.known().rows[index].turns.fetch_add(1, Ordering::Relaxed) + 1
    }

    fn is_turn(self, index: usize, turn: u32) -> bool {
        self.known().rows[index].turns.load(Ordering::Relaxed) == turn
    }

    /// Sends the request, unless it is under way.
    pub(super) fn send(self, index: usize) {
        let known = self.known();
        if known.rows[index].stage.get_untracked() == Stage::Working {
            return;
        }
        let pack = &known.model.packs[index];
        let Some(key) = pack.form_key.as_ref().and_then(|key| key.parse().ok()) else {
            return self.set(index, Stage::Outdated);
        };
        self.set(index, Stage::Working);
        let patience = clock::now().plus_millis(PATIENCE_MS);
        let turn = self.turn(index);
        self.go_on_at(index, turn, patience, Self::settle);
        spawn_local(async move {
            let (round, pack) = (&known.model.glance.round, &known.model.packs[index].id);
            self.answered(index, turn, claim_pack(round, pack, &key).await);
        });
    }

    fn is_undecided(self, index: usize) -> bool {
        self.known().rows[index].stage.get_untracked().is_undecided()
    }

    fn set(self, index: usize, stage: Stage) {
        self.known().rows[index].stage.set(stage);
    }
}

/// Brings what stands above the bar into view: on a phone it may be out of it. The button that was pressed is gone with
/// the answer; what is left of the bar takes its focus.
fn show_outcome() {
    if first(":focus").is_none()
        && let Some(wallet) = first(".claim-bar a")
    {
        drop(wallet.unchecked_ref::<web_sys::HtmlElement>().focus());
    }
    if let Some(outcome) = first(".granted, .round .notice[data-refusal]") {
        let centre = web_sys::ScrollIntoViewOptions::new();
        centre.set_block(web_sys::ScrollLogicalPosition::Center);
        outcome.scroll_into_view_with_scroll_into_view_options(&centre);
    }
}

fn first(selector: &str) -> Option<web_sys::Element> {
    document().query_selector(selector).ok().flatten()
}
