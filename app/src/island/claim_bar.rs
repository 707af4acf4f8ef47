//! The one act of the landing page: claim a pack. It works as a plain form; awake, it sends the same form by fetch,
//! keeps asking with the same key until there is an answer, and appears by itself when the round opens.

#![expect(missing_docs, reason = "the macro makes a struct for the properties without one")]

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

use domain::time::{Place, Timestamp};
use leptos::prelude::*;

use self::model::ClaimBarModel;
use self::state::{Face, Moment, Stage, spoken};
use super::countdown::seconds_to;
use super::pulse::Pulse;
use crate::text::Text;

/// What the parts of the bar share.
#[derive(Clone, Copy)]
struct Bar {
    text: Text,
    model: StoredValue<ClaimBarModel>,
    pulse: Pulse,
    rows: StoredValue<Vec<Row>>,
    /// The pack that was granted on this page, last, and its number.
    fresh: RwSignal<Option<(usize, u32)>>,
    face: Memo<Face>,
    root: NodeRef<leptos::html::Div>,
}

/// One pack's act.
#[derive(Clone, Copy)]
struct Row {
    stage: RwSignal<Stage>,
    /// How often the request was repeated; also tells a timer that it is out of date.
    #[cfg_attr(
        not(feature = "hydrate"),
        expect(dead_code, reason = "nothing is repeated on the server")
    )]
    repetitions: StoredValue<u32>,
}

impl Bar {
    fn new(model: ClaimBarModel) -> Self {
        let (gate, barred, signed_in) = (model.glance.gate, model.refusal, model.signed_in);
        let pulse = Pulse::of_page(model.glance.server_time);
        let row = |pack| Row {
            stage: RwSignal::new(Stage::of_page(&model, pack)),
            repetitions: StoredValue::new(0),
        };
        let rows: Vec<Row> = model.packs.iter().map(row).collect();
        let stages: Vec<RwSignal<Stage>> = rows.iter().map(|row| row.stage).collect();
        let face = Memo::new(move |_| {
            let stages: Vec<Stage> = stages.iter().map(|stage| stage.get()).collect();
            let phase = pulse.phase(gate);
            let seconds_to_open = seconds_to(gate.window.opens_at(), pulse.now.get());
            Moment { phase, seconds_to_open, stage: spoken(&stages), signed_in, barred }.face()
        });
        Self {
            text: Text(model.glance.language),
            model: StoredValue::new(model),
            pulse,
            rows: StoredValue::new(rows),
            fresh: RwSignal::new(None),
            face,
            root: NodeRef::new(),
        }
    }

    /// The acts, one for each pack.
    fn rows(self) -> Vec<Row> {
        self.rows.get_value()
    }

    fn has_one_pack(self) -> bool {
        self.model.with_value(|model| model.packs.len() == 1)
    }

    /// When the page asks again by itself, if it waits to.
    fn asks_again_at(self) -> Option<Timestamp> {
        self.rows.with_value(|rows| rows.iter().find_map(|row| row.stage.get().asks_again_at()))
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
pub fn ClaimBar(
    /// The round and the person's part of it.
    model: ClaimBarModel,
) -> impl IntoView {
    let glance = model.glance.clone();
    let bar = Bar::new(model);
    bar.pulse.listen(Box::new(move || bar.root.get().map(Into::into)), Some(&glance));
    #[cfg(feature = "hydrate")]
    bar.follow();
    let awaited = glance.gate.window.place(glance.server_time) == Place::Before;
    view! {
        {outcome::outcome(bar)}
        {awaited.then(|| acts::late_reminder(bar))}
        {(!bar.has_one_pack()).then(|| packs::packs(bar))}
        <div node_ref=bar.root class=move || bar.face.get().class() data-testid="claim-bar">
            <div class="claim-bar__inner" data-refusal=move || bar.face.get().refusal()>
                {status::status(bar)}
                {acts::acts(bar)}
            </div>
        </div>
    }
}
