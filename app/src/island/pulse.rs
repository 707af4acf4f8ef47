//! What every island feels: the clock, each second and at the edges of its round, and what is left.
//!
//! Each island has signals of its own, and the one document-wide list of them is gone through by `each`, which
//! drops every island whose element has left the document. So an island that a navigation took away is not told
//! anything any more, none of its effects runs again, and no island has to be told to stop.

use domain::round::{Gate, Phase};
use domain::time::Timestamp;
use leptos::prelude::*;

use super::live::LiveStock;

/// The pulse of one island.
#[derive(Clone, Copy)]
pub(super) struct Pulse {
    /// The campaign clock.
    pub(super) now: RwSignal<Timestamp>,
    /// What the server said last, if it said anything since the page was made.
    pub(super) live: RwSignal<Option<LiveStock>>,
}

impl Pulse {
    /// The pulse of a page that was made at `server_time`.
    pub(super) fn of_page(server_time: Timestamp) -> Self {
        Self { now: RwSignal::new(server_time), live: RwSignal::new(None) }
    }

    /// What the phase follows from, as far as is known now.
    pub(super) fn gate(self, page: Gate) -> Gate {
        self.live.with(|live| live.as_ref().map_or(page, |live| live.gate(page)))
    }

    /// The phase, now.
    pub(super) fn phase(self, page: Gate) -> Phase {
        self.gate(page).phase(self.now.get())
    }
}

#[cfg(feature = "hydrate")]
pub(super) use super::ask::refresh_if_used;
#[cfg(feature = "hydrate")]
pub(super) use super::clock::refresh_page;
#[cfg(feature = "hydrate")]
pub(super) use browser::{each, is_felt, next_edge, round, stale};

/// On the server nothing moves.
#[cfg(not(feature = "hydrate"))]
impl Pulse {
    pub(super) fn listen(self, glance: Option<&super::glance::Glance>) {
        let _ = (self, glance);
    }
}

/// On the server nothing is loaded again.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn refresh_page() {}

/// On the server nothing is asked.
#[cfg(not(feature = "hydrate"))]
pub(super) const fn refresh_if_used() {}

#[cfg(feature = "hydrate")]
mod browser {
    use std::cell::RefCell;

    use domain::id::RoundId;
    use domain::time::{Timestamp, Window};
    use leptos::prelude::*;
    use leptos::web_sys::Element;

    use super::super::glance::Glance;
    use super::super::live::LiveStock;
    use super::super::{clock, feed, given};
    use super::Pulse;

    struct Listener {
        root: Element,
        round: Option<(RoundId, Window)>,
        pulse: Pulse,
    }

    thread_local! {
        static LISTENERS: RefCell<Vec<Listener>> = const { RefCell::new(Vec::new()) };
    }

    impl Pulse {
        /// Begins to be told of the time and, where the island looks at a round, of its stock and its edges.
        pub(in super::super) fn listen(self, glance: Option<&Glance>) {
            let round = glance.map(|glance| (glance.round.clone(), glance.gate.window));
            let island = given::island();
            // Only when the view stands: what the clock says now may be more than what the server rendered.
            queue_microtask(move || {
                if let Some(root) = island {
                    join(Listener { root, round, pulse: self });
                }
            });
        }

        /// Whether the island is still in the document.
        pub(in super::super) fn is_felt(self) -> bool {
            LISTENERS.with_borrow(|all| {
                all.iter()
                    .any(|listener| listener.pulse.now == self.now && listener.root.is_connected())
            })
        }
    }

    fn join(listener: Listener) {
        let (pulse, round) = (listener.pulse, listener.round.clone());
        LISTENERS.with_borrow_mut(|all| all.push(listener));
        clock::watch();
        clock::guess(pulse.now.get_untracked());
        if let Some((round, _)) = round {
            if let Some(live) = feed::open(&round) {
                pulse.live.set(Some(live));
            }
            clock::need(round);
        }
        clock::tick();
    }

    /// Tells every island that is still in the document, and forgets the others.
    pub(in super::super) fn each(tell: impl Fn(Pulse)) {
        LISTENERS.with_borrow_mut(|all| all.retain(|listener| listener.root.is_connected()));
        let pulses: Vec<Pulse> =
            LISTENERS.with_borrow(|all| all.iter().map(|listener| listener.pulse).collect());
        pulses.into_iter().for_each(tell);
    }

    /// Whether anybody listens.
    pub(in super::super) fn is_felt() -> bool {
        LISTENERS.with_borrow(|all| !all.is_empty())
    }

    /// The first edge of a round after `now`.
    pub(in super::super) fn next_edge(now: Timestamp) -> Option<Timestamp> {
        LISTENERS.with_borrow(|all| {
            let mut next = None;
            for (_, window) in all.iter().filter_map(|listener| listener.round.as_ref()) {
                for edge in [window.opens_at(), window.closes_at()] {
                    if edge > now && next.is_none_or(|next| edge < next) {
                        next = Some(edge);
                    }
                }
            }
            next
        })
    }

    /// The round that somebody listens for.
    pub(in super::super) fn round() -> Option<RoundId> {
        LISTENERS.with_borrow(|all| {
            all.iter().find_map(|listener| listener.round.as_ref().map(|(round, _)| round.clone()))
        })
    }

    /// Whether the server works with another window than a page that is shown.
    pub(in super::super) fn stale(live: &LiveStock) -> bool {
        LISTENERS.with_borrow(|all| {
            let mut windows = all
                .iter()
                .filter_map(|listener| listener.round.as_ref().map(|(_, window)| *window));
            windows.any(|window| live.belies(window))
        })
    }
}
