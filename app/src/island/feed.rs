//! The live stream: one for the whole document, whatever islands come and go. Where a stream does not hold (a proxy
//! that buffers, an old kernel) the page asks every few seconds instead, and tries the stream again after a minute.

use std::cell::{Cell, RefCell};

use domain::id::RoundId;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::answer::Answer;
use super::ask::load_live;
use super::live::LiveStock;
use super::{clock, pulse};

/// Errors in a row after which the stream is given up.
const ERRORS_MAX: u8 = 3;
/// Between two questions, without a stream: this long, and up to as long again.
const POLL_MS: f64 = 3_000.0;
/// How many questions are asked before the stream is tried again: about a minute.
const POLLS: u8 = 13;
/// The server says something every fifteen seconds: a stream that was silent for longer is dead.
const SILENCE_MS: f64 = 20_000.0;
/// The page is loaded again within so long when the round's window was changed.
const REFRESH_SPREAD_MS: f64 = 3_000.0;

struct Stream {
    source: EventSource,
    /// Kept as long as the stream is open.
    _stock: Closure<dyn Fn(MessageEvent)>,
    _error: Closure<dyn Fn()>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

struct Feed {
    round: RoundId,
    stream: Option<Stream>,
    errors: u8,
    polls: u8,
    /// When something was heard last, or the stream was opened, by the clock that goes on while a device sleeps.
    heard: f64,
    timer: Option<Timeout>,
    latest: Option<LiveStock>,
}

impl Feed {
    fn is_silent(&self) -> bool {
        js_sys::Date::now() - self.heard > SILENCE_MS
    }
}

thread_local! {
    static FEED: RefCell<Option<Feed>> = const { RefCell::new(None) };
    static REFRESH: Cell<bool> = const { Cell::new(false) };
}

/// Follows a round, and says what is known of it already.
pub(super) fn open(round: &RoundId) -> Option<LiveStock> {
    let known = FEED.with_borrow(|feed| {
        feed.as_ref().filter(|feed| feed.round == *round).map(|feed| feed.latest.clone())
    });
    known.unwrap_or_else(|| {
        let feed = Feed {
            round: round.clone(),
            stream: None,
            errors: 0,
            polls: 0,
            heard: 0.0,
            timer: None,
            latest: None,
        };
        FEED.set(Some(feed));
        connect();
        None
    })
}

/// Opens the stream anew, after the page came back from the history.
pub(super) fn reopen() {
    connect();
}

/// Opens the stream anew if it died while the device slept: the browser may not know yet.
pub(super) fn wake() {
    if FEED.with_borrow(|feed| feed.as_ref().is_some_and(Feed::is_silent)) {
        connect();
    }
}

/// Gives the stream up if it was silent for too long while the page is looked at: a proxy may hold it back, and a
/// network that the phone has left says nothing of it.
pub(super) fn check() {
    let dead = FEED.with_borrow(|feed| {
        feed.as_ref().is_some_and(|feed| feed.stream.is_some() && feed.is_silent())
    });
    if dead {
        give_up();
    }
}

/// Passes on what the server said, unless something newer is known.
pub(super) fn publish(round: &RoundId, live: LiveStock) {
    let newer = FEED.with_borrow_mut(|feed| {
        let feed = feed.as_mut().filter(|feed| feed.round == *round)?;
        let newer =
            feed.latest.as_ref().is_none_or(|latest| latest.server_time <= live.server_time);
        newer.then(|| feed.latest = Some(live.clone()))
    });
    if newer.is_none() {
        return;
    }
    pulse::each(|pulse| pulse.live.set(Some(live.clone())));
    if pulse::stale(&live) && !REFRESH.replace(true) {
        later(clock::jitter() * REFRESH_SPREAD_MS, || {
            REFRESH.set(false);
            clock::refresh_page();
        })
        .forget();
    }
}

fn connect() {
    let Some(round) = FEED.with_borrow(|feed| feed.as_ref().map(|feed| feed.round.clone())) else {
        return;
    };
    let mut address = String::from("/api/v1/rounds/");
    address.push_str(round.as_str());
    address.push_str("/live");
    let Ok(source) = EventSource::new(&address) else { return poll_soon() };
    let stock =
        Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| heard(&round, &event));
    let error = Closure::<dyn Fn()>::new(failed);
    drop(source.add_event_listener_with_callback("stock", stock.as_ref().unchecked_ref()));
    source.set_onerror(Some(error.as_ref().unchecked_ref()));
    change(|feed| {
        feed.errors = 0;
        feed.heard = js_sys::Date::now();
        feed.timer = None;
        feed.stream = Some(Stream { source, _stock: stock, _error: error });
    });
}

fn heard(round: &RoundId, event: &MessageEvent) {
    change(|feed| {
        feed.errors = 0;
        feed.heard = js_sys::Date::now();
    });
    let data = event.data().as_string().unwrap_or_default();
    if let Some(live) = Answer::read(&data).and_then(|answer| answer.live()) {
        clock::compare(live.server_time);
        publish(round, live);
    }
}

/// The browser connects again by itself, unless it gave up; after three failures in a row we do not wait for it.
fn failed() {
    let lost = FEED.with_borrow_mut(|feed| {
        let Some(feed) = feed else { return false };
        feed.errors = feed.errors.saturating_add(1);
        let closed = feed
            .stream
            .as_ref()
            .is_none_or(|stream| stream.source.ready_state() == EventSource::CLOSED);
        closed || feed.errors >= ERRORS_MAX
    });
    if lost {
        give_up();
    }
}

fn give_up() {
    change(|feed| feed.polls = 0);
    poll_soon();
}

fn poll_soon() {
    let timer = later(POLL_MS + clock::jitter() * POLL_MS, poll);
    change(|feed| {
        feed.stream = None;
        feed.timer = Some(timer);
    });
}

fn poll() {
    let due = FEED.with_borrow_mut(|feed| {
        let feed = feed.as_mut()?;
        feed.polls += 1;
        Some((feed.round.clone(), feed.polls >= POLLS))
    });
    match due {
        Some((_, true)) => connect(),
        Some((round, false)) => spawn_local(async move {
            if let Some(live) = load_live(&round).await {
                clock::compare(live.server_time);
                publish(&round, live);
            }
            // Another round may have been opened meanwhile, with a stream of its own.
            let still = FEED.with_borrow(|feed| {
                feed.as_ref().is_some_and(|feed| feed.round == round && feed.stream.is_none())
            });
            if still {
                poll_soon();
            }
        }),
        None => {}
    }
}

fn change(act: impl FnOnce(&mut Feed)) {
    FEED.with_borrow_mut(|feed| {
        if let Some(feed) = feed {
            act(feed);
        }
    });
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a few seconds in milliseconds"
)]
fn later(ms: f64, act: impl FnOnce() + 'static) -> Timeout {
    Timeout::new(ms as u32, act)
}
