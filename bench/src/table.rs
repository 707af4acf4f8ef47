//! The table: which ratio of which subjects, what it must be, and what we want to publish.

use crate::figure::{Figure, Round, Sample, ratios, values};
use crate::measure::mean;

/// Figure, subject, compared with, what must hold, what we want.
const RATES: [(&str, &str, &str, f64, f64); 15] = [
    ("claims_postgres_vs_naive", "postgres", "naive_postgres", 20.0, 50.0),
    ("claims_sqlite_vs_naive", "sqlite", "naive_sqlite", 20.0, 50.0),
    ("claims_postgres_vs_redis", "postgres", "redis_everysec", 1.0, 1.5),
    ("claims_postgres_vs_redis_always", "postgres", "redis_always", 1.2, 1.8),
    ("claims_postgres_vs_plain", "postgres", PLAIN, 0.35, 0.65),
    ("claims_sqlite_vs_plain", "sqlite", PLAIN, 0.35, 0.65),
    ("claims_postgres_vs_limit", "postgres", "limit_postgres", 0.20, 0.45),
    ("claims_sqlite_vs_limit", "sqlite", "limit_sqlite", 0.20, 0.45),
    ("sold_out_vs_plain", "sold_out", PLAIN, 0.85, 0.95),
    ("not_open_yet_vs_plain", "not_open_yet", PLAIN, 0.85, 0.95),
    ("three_servers_vs_one", "three_servers", "postgres", 0.9, 1.2),
    ("claims_with_streams_vs_without", "watched_sqlite", "sqlite", 0.9, 1.0),
    ("redemptions_postgres_vs_plain", "redeem_postgres", PLAIN, 0.0, 0.0),
    ("redemptions_sqlite_vs_plain", "redeem_sqlite", PLAIN, 0.0, 0.0),
    ("redemptions_postgres_vs_simple_update", "redeem_postgres", "update_postgres", 1.5, 3.0),
];

/// Stands for the yardstick, the plain handler with the same answer, which stands beside every subject.
const PLAIN: &str = "plain";

const TIMED: [&str; 7] = [
    "sqlite",
    "watched_sqlite",
    "postgres",
    "naive_sqlite",
    "naive_postgres",
    "redis_everysec",
    "redis_always",
];

/// Every figure that the rounds give.
pub(crate) fn of(rounds: &[Round]) -> Vec<Figure> {
    let rate = |sample: &Sample| sample.rate;
    let p99 = |sample: &Sample| sample.p99_ms;
    let mut figures = Vec::new();
    for (name, subject, other, must, want) in RATES {
        let ratios = if other == PLAIN {
            values(rounds, subject, Sample::relative)
        } else {
            ratios(rounds, (subject, other), Sample::relative)
        };
        let figure = Figure::of(name, "ratio", &ratios);
        figures.extend(figure.map(
            |figure| {
                if must > 0.0 { figure.at_least(must, want) } else { figure }
            },
        ));
    }
    let slow = ratios(rounds, ("postgres", "naive_postgres"), p99);
    figures.extend(
        Figure::of("claims_postgres_p99_vs_naive", "ratio", &slow)
            .map(|figure| figure.at_most(0.1, 1.0 / 30.0)),
    );
    let beside_streams = ratios(rounds, ("watched_sqlite", "sqlite"), p99);
    figures.extend(Figure::of("claims_p99_with_streams_vs_without", "ratio", &beside_streams));
    for subject in TIMED {
        let each = values(rounds, subject, |sample| sample.processor_us);
        figures.extend(Figure::of(format!("processor_{subject}"), "us per claim", &each));
        let each = values(rounds, subject, rate);
        figures.extend(Figure::of(format!("rate_{subject}"), "claims/s on this machine", &each));
    }
    for subject in ["redeem_sqlite", "redeem_postgres"] {
        let each = values(rounds, subject, rate);
        figures.extend(Figure::of(
            format!("rate_{subject}"),
            "redemptions/s on this machine",
            &each,
        ));
        let each = values(rounds, subject, |sample| sample.processor_us);
        figures.extend(Figure::of(format!("processor_{subject}"), "us per redemption", &each));
    }
    for subject in ["sign_in_sqlite", "sign_in_postgres"] {
        let each = values(rounds, subject, rate);
        figures.extend(Figure::of(format!("rate_{subject}"), "sign-ins/s on this machine", &each));
        let each = values(rounds, subject, |sample| sample.processor_us / 100.0);
        figures.extend(Figure::of(format!("ten_thousand_{subject}"), "s of one core", &each));
    }
    let plain: Vec<f64> = rounds.iter().filter_map(yardsticks).collect();
    figures.extend(Figure::of("rate_plain", "answers/s on this machine", &plain));
    figures
}

/// What the yardsticks gave in a round, beside all of its subjects.
fn yardsticks(round: &Round) -> Option<f64> {
    let all: Vec<f64> = round.values().map(|sample| sample.yardstick).collect();
    (!all.is_empty()).then(|| mean(&all))
}
