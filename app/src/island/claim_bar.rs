//! The one act of the landing page: claim a pack. It works as a plain form; awake, it sends the same form by fetch,
//! keeps asking with the same key until there is an answer, and appears by itself when the round opens.

mod acts;
#[cfg(any(feature = "hydrate", test))]
mod attempt;
pub mod model;
mod outcome;
mod packs;
#[cfg(feature = "hydrate")]
mod send;
mod state;
mod status;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicUsize};

use domain::round::Phase;
use domain::time::{Place, Timestamp};
use leptos::prelude::*;

use self::model::ClaimBarModel;
use self::state::{Face, Moment, Stage, spoken};
use super::changing::{class, value};
use super::countdown::seconds_to;
use super::given::given;
use super::pulse::Pulse;
use crate::text::Text;

/// What the parts of the bar share.
#[derive(Clone, Copy)]
struct Bar {
    text: Text,
    known: StoredValue<Arc<Known>>,
    pulse: Pulse,
    /// The face of the bar, and the phase that it follows from.
    seen: Memo<(Face, Phase)>,
}

/// What the page knows of the round and of the person's acts in it.
struct Known {
    model: ClaimBarModel,
    /// One for each pack.
    rows: Vec<Row>,
    /// The place of the pack that was granted on this page, last; past the end where none was.
    granted: AtomicUsize,
}

/// One pack's act.
struct Row {
    stage: RwSignal<Stage>,
    /// Counts the requests and the pauses between them; tells a timer that it is out of date.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "nothing is repeated on the server")
    )]
    turns: AtomicU32,
}

impl Bar {
    fn new(model: ClaimBarModel) -> Self {
        let (gate, barred, signed_in) = (model.glance.gate, model.refusal, model.signed_in);
        let (text, pulse) = (Text(model.glance.language), Pulse::of_page(model.glance.server_time));
        let row =
            |pack| Row { stage: RwSignal::new(Stage::of_page(pack)), turns: AtomicU32::new(0) };
        let rows: Vec<Row> = model.packs.iter().map(row).collect();
        let known = Arc::new(Known { model, rows, granted: AtomicUsize::new(usize::MAX) });
        let stored = StoredValue::new(known.clone());
        let seen = Memo::new(move |_| {
            let stages: Vec<Stage> = known.rows.iter().map(|row| row.stage.get()).collect();
            let phase = pulse.phase(gate);
            let seconds_to_open = seconds_to(gate.window.opens_at(), pulse.now.get());
            let stage = spoken(&stages);
            (Moment { phase, seconds_to_open, stage, signed_in, barred }.face(), phase)
        });
        Self { text, known: stored, pulse, seen }
    }

    fn face(self) -> Face {
        self.seen.get().0
    }

    fn phase(self) -> Phase {
        self.seen.get().1
    }

    fn known(self) -> Arc<Known> {
        self.known.get_value()
    }

    fn has_one_pack(self) -> bool {
        self.known().rows.len() == 1
    }

    /// When the page asks again by itself, if it waits to.
    fn asks_again_at(self) -> Option<Timestamp> {
        self.known().rows.iter().find_map(|row| row.stage.get().asks_again_at())
    }
}

/// On the server nothing is sent.
#[cfg(not(feature = "hydrate"))]
impl Bar {
    fn send(self, index: usize) {
        let _ = (self, index);
    }
}

/// The claim bar.
#[island]
pub fn ClaimBar() -> impl IntoView {
    let model: ClaimBarModel = given();
    let glance = model.glance.clone();
    let bar = Bar::new(model);
    bar.pulse.listen(Some(&glance));
    #[cfg(feature = "hydrate")]
    bar.follow();
    let awaited = glance.gate.window.place(glance.server_time) == Place::Before;
    let refusal = value(move || bar.face().refusal().map(str::to_owned));
    view! {
        {outcome::outcome(bar)}
        {awaited.then(|| acts::late_reminder(bar))}
        {(!bar.has_one_pack()).then(|| packs::packs(bar))}
        <div class=class(move || bar.face().class()) data-testid="claim-bar">
            <div class="claim-bar__inner" data-refusal=refusal>
                {status::status(bar)}
                {acts::acts(bar)}
            </div>
        </div>
    }
}
