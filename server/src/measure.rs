//! What is measured: one list, which `docs/METRICS.md` shows and `/metrics` describes. What is counted for each request
//! is held in handles that are made once, so that counting costs one addition.

mod handle;

use std::fmt::Write as _;

use metrics::Unit;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

pub use handle::{
    Busy, StaffEntry, answered, busy, claim_replayed, redemption_refused, refund_refused, refused,
    sign_in, staff_sign_in,
};

/// What kind of number a measure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows; begins at 0 with the server.
    Counter,
    /// A state, as of when it is asked for.
    Gauge,
    /// How many were at most so large.
    Histogram,
}

impl Kind {
    /// Its name in Prometheus.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// A measure.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name; a unit stands last in it.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Its labels, with the values that there are; none has a value that a person could choose.
    pub labels: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

const fn counter(name: &'static str, labels: &'static str, meaning: &'static str) -> Measure {
    Measure { name, kind: Kind::Counter, labels, meaning }
}

const fn gauge(name: &'static str, labels: &'static str, meaning: &'static str) -> Measure {
    Measure { name, kind: Kind::Gauge, labels, meaning }
}

const fn histogram(name: &'static str, labels: &'static str, meaning: &'static str) -> Measure {
    Measure { name, kind: Kind::Histogram, labels, meaning }
}

/// Everything that is measured, in the order of the document.
pub const MEASURES: &[Measure] = &[
    counter("jinquan_claims_granted_total", "", "packs granted by this server"),
    counter("jinquan_claims_held_total", "", "packs set aside by this server for the risk desk"),
    counter(
        "jinquan_held_decided_total",
        "`ruling`: grant, refuse",
        "held claims that the risk desk decided",
    ),
    counter("jinquan_held_lapsed_total", "", "held claims that nobody decided in time"),
    counter("jinquan_appeals_filed_total", "", "appeals of persons against risk control"),
    counter(
        "jinquan_claims_replayed_total",
        "",
        "claims that had been granted before, by the same key",
    ),
    counter(
        "jinquan_claims_refused_total",
        "`code`: the refusals of a claim",
        "claims refused, whether by the board, from memory or at the desk",
    ),
    counter(
        "jinquan_busy_total",
        "`reason`: queue, failed, line, own_rate, block, sign_ins, streams, exports, store",
        "answers `busy`, by what was full",
    ),
    counter(
        "jinquan_batches_failed_total",
        "",
        "batches that the database did not settle: all in them were told `busy`",
    ),
    counter(
        "jinquan_batches_settled_again_total",
        "",
        "batches of claims in which somebody was taken for a stranger",
    ),
    histogram(
        "jinquan_lane_batch_requests",
        "`lane`: claims, tills, sessions, keys, counters",
        "requests in a batch",
    ),
    histogram(
        "jinquan_lane_batch_seconds",
        "`lane`: claims, tills, sessions, keys, counters",
        "time that a batch took",
    ),
    histogram(
        "jinquan_lane_wait_seconds",
        "`lane`: claims, tills, sessions, keys, counters",
        "how long the first of a batch had waited when it began",
    ),
    gauge(
        "jinquan_lane_waiting",
        "`lane`: claims, tills, sessions, keys, counters",
        "requests in the queue",
    ),
    gauge("jinquan_line_places", "", "places in the line in front of the desk that are remembered"),
    gauge(
        "jinquan_sockets_wait_seconds",
        "",
        "how long what people sent waited in the sockets lately until it was read",
    ),
    counter("jinquan_redemptions_total", "", "vouchers redeemed by this server"),
    counter(
        "jinquan_redemptions_refused_total",
        "`code`: the refusals of a till",
        "redemptions refused",
    ),
    counter("jinquan_refunds_total", "", "refunds made by this server"),
    counter("jinquan_refunds_refused_total", "`code`: the refusals of a till", "refunds refused"),
    counter(
        "jinquan_sign_ins_total",
        "`outcome`: in, refused, failed",
        "citizens who came in by an entrance, or did not",
    ),
    counter(
        "jinquan_staff_sign_ins_total",
        "`outcome`: in, wrong, locked, failed",
        "the same of those who work here",
    ),
    gauge("jinquan_sessions_known", "", "sessions in memory"),
    gauge("jinquan_live_streams", "", "live streams that are open"),
    gauge(
        "jinquan_packs_remaining",
        "`round`: the identifiers of the rounds",
        "packs left as the board has it",
    ),
    counter("jinquan_rounds_closed_total", "", "rounds that this server closed"),
    gauge("jinquan_results_count_seconds", "", "time that the last count of the results took"),
    gauge(
        "jinquan_ledger_in_order",
        "",
        "1 when the accounts had the appropriation in all and none was below zero, else 0",
    ),
    gauge(
        "jinquan_ledger_checked_timestamp_seconds",
        "",
        "when that was looked at, in seconds since 1970",
    ),
    gauge(
        "jinquan_database_connections",
        "`whose`: citizens, others, server, operations (one and the same on SQLite); `pool`: server, writer, reader; \
         `state`: open, idle, most",
        "connections to the database",
    ),
    counter(
        "jinquan_answers_total",
        "`class`: 2xx, 3xx, 4xx, 5xx",
        "answers, by the class of their status",
    ),
    counter(
        "jinquan_entrance_faults_total",
        "`entrance`, `fault`",
        "people whom an entrance did not let in, and notifies that were not taken, by fault",
    ),
    counter(
        "jinquan_panics_total",
        "",
        "defects that were given up by themselves: a request (500), a batch (busy), a turn in the background",
    ),
    gauge("jinquan_memory_resident_bytes", "", "memory that the process holds; Linux alone"),
    gauge("jinquan_build_info", "`version`, `engine`: sqlite, postgres", "always 1"),
];

/// The upper ends of the times, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0];
/// The upper ends of the sizes of batches.
const REQUESTS: [f64; 8] = [1.0, 4.0, 16.0, 64.0, 128.0, 256.0, 384.0, 512.0];

/// Begins to measure. Once in a process, before anything is counted.
///
/// # Errors
/// When something else measures already.
pub fn begin() -> Result<PrometheusHandle, String> {
    let builder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(|builder| {
            builder.set_buckets_for_metric(Matcher::Suffix("_requests".to_owned()), &REQUESTS)
        });
    let handle =
        builder.and_then(PrometheusBuilder::install_recorder).map_err(|error| error.to_string())?;
    for measure in MEASURES {
        match measure.kind {
            Kind::Counter => metrics::describe_counter!(measure.name, Unit::Count, measure.meaning),
            Kind::Gauge => metrics::describe_gauge!(measure.name, measure.meaning),
            Kind::Histogram => metrics::describe_histogram!(measure.name, measure.meaning),
        }
    }
    Ok(handle)
}

/// The list as `docs/METRICS.md` shows it.
pub fn table() -> String {
    let mut text = String::from("| name | kind | labels | meaning |\n| --- | --- | --- | --- |\n");
    for Measure { name, kind, labels, meaning } in MEASURES {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "| `{name}` | {} | {labels} | {meaning} |", kind.name());
    }
    text
}
