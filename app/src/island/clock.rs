//! The campaign clock in the browser. What counts is the server's clock: it is measured against the browser's
//! monotonic one, so that a device with a wrong date counts down rightly. One tick for the whole document, at each
//! second of the server and at the edges of the rounds that are shown.

use std::cell::{Cell, RefCell};

use domain::id::RoundId;
use domain::time::{SECOND_MS, Timestamp};
use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use wasm_bindgen::closure::Closure;

use super::ask::load_live;
use super::{feed, pulse};

/// A round trip that is short enough to stop measuring.
const GOOD_ROUND_TRIP_MS: f64 = 150.0;
/// How often a measurement is tried.
const TRIES: usize = 3;
/// How far the stream's word may be from the clock before the clock is measured again.
const DRIFT_MS: i64 = 2_500;
/// How often the stream may ask for that.
const DRIFT_PAUSE_MS: f64 = 60_000.0;
/// How soon a measurement that failed is tried again, at the server's next word.
const FAILED_PAUSE_MS: f64 = 3_000.0;

#[derive(Clone, Copy, PartialEq)]
enum Offset {
    /// Nothing is known.
    None,
    /// From a time that the server said, when it arrived.
    Guessed(f64),
    /// Measured.
    Measured(f64),
}

thread_local! {
    static OFFSET: Cell<Offset> = const { Cell::new(Offset::None) };
    /// When the last measurement ended, by the monotonic clock; without end while one is under way.
    static TRIED: Cell<f64> = const { Cell::new(0.0) };
    static NEXT: RefCell<Option<Timeout>> = const { RefCell::new(None) };
}

/// The campaign clock, now.
pub(super) fn now() -> Timestamp {
    let offset = match OFFSET.get() {
        Offset::None => 0.0,
        Offset::Guessed(offset) | Offset::Measured(offset) => offset,
    };
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds of a date, far below 2^53")]
    Timestamp::from_millis((monotonic_ms() + offset).floor() as i64)
}

/// A number from 0 to 1, to spread what would come at once.
pub(super) fn jitter() -> f64 {
    js_sys::Math::random()
}

/// A first guess, until the clock is measured: the page's own time stands for the moment at which it arrived.
pub(super) fn guess(server_time: Timestamp) {
    if !matches!(OFFSET.get(), Offset::Measured(_)) {
        OFFSET.set(Offset::Guessed(offset(server_time, arrived_ms())));
    }
}

/// From the monotonic clock to the server's, if `server_time` was then.
fn offset(server_time: Timestamp, monotonic_ms: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of a date, far below 2^53")]
    let server_ms = server_time.millis() as f64;
    server_ms - monotonic_ms
}

/// Measures the clock, unless it was measured already.
pub(super) fn need(round: RoundId) {
    if !matches!(OFFSET.get(), Offset::Measured(_)) {
        measure(round);
    }
}

/// Holds the clock against what the server just said. Measures again when that is far from it, as the device slept or
/// the network is slow, and when the last measurement came to nothing.
pub(super) fn compare(server_time: Timestamp) {
    let ahead = server_time.millis_since(now());
    let pause = match OFFSET.get() {
        Offset::Measured(_) if ahead.abs() <= DRIFT_MS => return,
        Offset::Measured(_) => DRIFT_PAUSE_MS,
        _ => {
            // A word is older when it is heard than when it was said: a guess that is behind it is late for certain.
            if ahead > 0 {
                OFFSET.set(Offset::Guessed(offset(server_time, monotonic_ms())));
                tick();
            }
            FAILED_PAUSE_MS
        }
    };
    if let (true, Some(round)) = (monotonic_ms() - TRIED.get() > pause, pulse::round()) {
        measure(round);
    }
}

/// Tells every island the time, and comes again at the next second or edge. Stops when nobody listens.
pub(super) fn tick() {
    feed::check();
    let now = now();
    pulse::each(|pulse| pulse.now.set(now));
    let next = pulse::is_felt().then(|| {
        let second = Timestamp::from_millis((now.millis() / SECOND_MS + 1) * SECOND_MS);
        let target = pulse::next_edge(now).map_or(second, |edge| edge.min(second));
        // A timer may fire a little early; then it comes once more.
        let wait = u32::try_from(target.millis_since(now) + 1).unwrap_or(1);
        Timeout::new(wait, tick)
    });
    NEXT.set(next);
}

fn measure(round: RoundId) {
    if TRIED.replace(f64::INFINITY).is_infinite() {
        return;
    }
    spawn_local(async move {
        let mut best: Option<(f64, f64)> = None;
        for _ in 0..TRIES {
            let sent = monotonic_ms();
            let Some(live) = load_live(&round).await else { continue };
            let back = monotonic_ms();
            let offset = offset(live.server_time, f64::midpoint(sent, back));
            let trip = back - sent;
            feed::publish(&round, live);
            if best.is_none_or(|(shortest, _)| trip < shortest) {
                best = Some((trip, offset));
            }
            if trip < GOOD_ROUND_TRIP_MS {
                break;
            }
        }
        TRIED.set(monotonic_ms());
        if let Some((_, offset)) = best {
            OFFSET.set(Offset::Measured(offset));
            tick();
        }
    });
}

/// Watches for the moments after which the clock is not to be trusted: a device that slept, a page that comes back
/// from the history.
pub(super) fn watch() {
    thread_local! {
        static WATCHED: Cell<bool> = const { Cell::new(false) };
    }
    if WATCHED.replace(true) {
        return;
    }
    let woken = Closure::<dyn Fn(web_sys::Event)>::new(|event: web_sys::Event| {
        let restored = event.type_() == "pageshow";
        if restored && flag(&event, "persisted") {
            feed::reopen();
            doubt();
        } else if !restored && !document().hidden() {
            feed::wake();
            doubt();
        }
    });
    let listener: &js_sys::Function = woken.as_ref().unchecked_ref();
    // Both targets live as long as the document, so the listener is never taken away.
    drop(document().add_event_listener_with_callback("visibilitychange", listener));
    drop(window().add_event_listener_with_callback("pageshow", listener));
    woken.forget();
}

/// The monotonic clock may have stood still: measure again, or, where no round is shown, load the page again.
pub(super) fn doubt() {
    if let Offset::Measured(offset) = OFFSET.get() {
        OFFSET.set(Offset::Guessed(offset));
    }
    match pulse::round() {
        Some(round) => measure(round),
        None if pulse::is_felt() => refresh_page(),
        None => {}
    }
    tick();
}

fn flag(of: &JsValue, name: &str) -> bool {
    js_sys::Reflect::get(of, &JsValue::from_str(name)).is_ok_and(|value| value.is_truthy())
}

fn monotonic_ms() -> f64 {
    window().performance().map_or(0.0, |performance| performance.now())
}

/// When the page arrived, by the monotonic clock: the page script keeps it, for this page is often not the first.
fn arrived_ms() -> f64 {
    let jinquan =
        js_sys::Reflect::get(&window(), &JsValue::from_str("jinquan")).unwrap_or_default();
    let arrived = js_sys::Reflect::get(&jinquan, &JsValue::from_str("arrived")).ok();
    arrived.and_then(|value| value.as_f64()).unwrap_or_else(monotonic_ms)
}

/// Loads what the page shows again, through the page script where it is there.
pub(super) fn refresh_page() {
    let refresh = js_sys::Reflect::get(&window(), &JsValue::from_str("jinquan"))
        .and_then(|jinquan| js_sys::Reflect::get(&jinquan, &JsValue::from_str("refresh")))
        .ok()
        .and_then(|refresh| refresh.dyn_into::<js_sys::Function>().ok());
    match refresh {
        Some(refresh) => drop(refresh.call0(&JsValue::UNDEFINED)),
        None => drop(window().location().reload()),
    }
}
