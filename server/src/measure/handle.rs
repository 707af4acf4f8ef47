//! Handles of what is counted for each request: made with the first one, shared by all.

use std::sync::LazyLock;

use domain::refusal::{Refusal, TillRefusal};
use http::StatusCode;
use metrics::Counter;

/// What was full when somebody was told `busy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Busy {
    /// The queue in front of the desk, or of the sessions.
    Queue,
    /// The batch could not be settled.
    Failed,
    /// The line in front of the desk: a place and a time were given.
    Line,
    /// The person's own rate.
    OwnRate,
    /// The rate of a block of addresses.
    Block,
    /// As many were signing in as may at once.
    SignIns,
    /// As many streams were open as may be.
    Streams,
    /// As many files were being taken out as may at once.
    Exports,
    /// The database did not answer.
    Store,
}

/// How those who work here fared at their door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaffEntry {
    /// They are in.
    In,
    /// Login, password or code was wrong.
    Wrong,
    /// Too many tries.
    Locked,
    /// The server could not decide.
    Failed,
}

const BUSY: [(Busy, &str); 9] = [
    (Busy::Queue, "queue"),
    (Busy::Failed, "failed"),
    (Busy::Line, "line"),
    (Busy::OwnRate, "own_rate"),
    (Busy::Block, "block"),
    (Busy::SignIns, "sign_ins"),
    (Busy::Streams, "streams"),
    (Busy::Exports, "exports"),
    (Busy::Store, "store"),
];

const STAFF: [(StaffEntry, &str); 4] = [
    (StaffEntry::In, "in"),
    (StaffEntry::Wrong, "wrong"),
    (StaffEntry::Locked, "locked"),
    (StaffEntry::Failed, "failed"),
];

/// The classes of statuses, from 1xx.
const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];

/// A counter for each value of a label.
struct Labelled<K>(Vec<(K, Counter)>);

impl<K: Copy + PartialEq> Labelled<K> {
    fn of(
        values: impl IntoIterator<Item = (K, &'static str)>,
        counter: impl Fn(&'static str) -> Counter,
    ) -> Self {
        Self(values.into_iter().map(|(key, label)| (key, counter(label))).collect())
    }

    fn count(&self, key: K) {
        if let Some((_, counter)) = self.0.iter().find(|(known, _)| *known == key) {
            counter.increment(1);
        }
    }
}

/// Somebody was told `busy`.
pub fn busy(reason: Busy) {
    static COUNTERS: LazyLock<Labelled<Busy>> = LazyLock::new(|| {
        Labelled::of(BUSY, |reason| metrics::counter!("jinquan_busy_total", "reason" => reason))
    });
    COUNTERS.count(reason);
}

/// A claim was refused.
pub fn refused(refusal: Refusal) {
    static COUNTERS: LazyLock<Labelled<Refusal>> = LazyLock::new(|| {
        let codes = Refusal::ALL.into_iter().map(|refusal| (refusal, refusal.code()));
        Labelled::of(
            codes,
            |code| metrics::counter!("jinquan_claims_refused_total", "code" => code),
        )
    });
    COUNTERS.count(refusal);
}

/// A claim had been granted before.
pub fn claim_replayed() {
    static COUNTER: LazyLock<Counter> =
        LazyLock::new(|| metrics::counter!("jinquan_claims_replayed_total"));
    COUNTER.increment(1);
}

/// A redemption was refused.
pub fn redemption_refused(refusal: TillRefusal) {
    metrics::counter!("jinquan_redemptions_refused_total", "code" => refusal.code()).increment(1);
}

/// A refund was refused.
pub fn refund_refused(refusal: TillRefusal) {
    metrics::counter!("jinquan_refunds_refused_total", "code" => refusal.code()).increment(1);
}

/// Somebody signed in (`Some(true)`), was refused (`Some(false)`), or nothing could be decided.
pub fn sign_in(is_in: Option<bool>) {
    let outcome = match is_in {
        Some(true) => "in",
        Some(false) => "refused",
        None => "failed",
    };
    metrics::counter!("jinquan_sign_ins_total", "outcome" => outcome).increment(1);
}

/// Somebody who works here came to their door.
pub fn staff_sign_in(entry: StaffEntry) {
    static COUNTERS: LazyLock<Labelled<StaffEntry>> = LazyLock::new(|| {
        Labelled::of(STAFF, |it| metrics::counter!("jinquan_staff_sign_ins_total", "outcome" => it))
    });
    COUNTERS.count(entry);
}

/// A request was answered.
pub fn answered(status: StatusCode) {
    static COUNTERS: LazyLock<Vec<Counter>> = LazyLock::new(|| {
        let counter = |class| metrics::counter!("jinquan_answers_total", "class" => class);
        CLASSES.into_iter().map(counter).collect()
    });
    if let Some(counter) = COUNTERS.get(usize::from(status.as_u16() / 100).saturating_sub(1)) {
        counter.increment(1);
    }
}
