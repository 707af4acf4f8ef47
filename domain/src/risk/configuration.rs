//! Weights, lines and thresholds: what a city sets for a round, with checked defaults.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Act, Assessment, Bearing, Dimension, Finding, Reason, Verdict, reason::Side};

/// The most points that any number of a configuration may be.
pub const POINTS_MAX: u32 = 1_000;

/// The most minutes that the risk desk may have: sixty days.
pub const DECIDE_WITHIN_MINUTES_MAX: u32 = 86_400;

/// How one reason counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Points at the line; twice as much at twice the line (half of it, where less is worse). 0 leaves it out.
    pub weight: u32,
    /// The line, in the unit of the reason; at least 1.
    pub limit: i64,
}

/// How acts are scored and what follows. Every member may be left out of a file: what is shipped counts then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Configuration {
    /// Acts whose verdicts are only kept and do nothing (shadow).
    pub shadow: Vec<Act>,
    /// From this score on an act is held; at most what all dimensions together count for.
    pub hold: u32,
    /// From this score on it is refused; `None` leaves that to people.
    pub refuse: Option<u32>,
    /// How many minutes the risk desk has for a held claim; never longer than the round.
    pub decide_within_minutes: u32,
    /// No dimension counts for more; below `hold`, so that two have to speak.
    pub dimension_cap: u32,
    /// The reasons.
    pub rules: Rules,
}

/// A rule for every reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules([Rule; Reason::COUNT]);

/// Why a configuration is not taken; the first that holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAConfiguration {
    /// A threshold that nothing or everything reaches.
    #[error(
        "dimension_cap is at least 1 and below hold, hold at most refuse, and both at most what all dimensions \
         together count for and {POINTS_MAX}"
    )]
    Thresholds,
    /// No time to decide in, or more than any round has.
    #[error("decide_within_minutes is 1 to {DECIDE_WITHIN_MINUTES_MAX}")]
    DecideWithin,
    /// A rule out of range.
    #[error(
        "rules.{0}: weight is at most {POINTS_MAX}, limit at least 1 and at most 1,000,000,000"
    )]
    Rule(&'static str),
}

/// The largest limit.
const LIMIT_MAX: i64 = 1_000_000_000;

impl Default for Configuration {
    /// What is shipped. It only watches (shadow): nobody is kept waiting by rules that a city has not seen at work on
    /// its own past (`jinquan risk replay`).
    fn default() -> Self {
        Self {
            shadow: Act::ALL.to_vec(),
            hold: 60,
            refuse: None,
            decide_within_minutes: 1_440,
            dimension_cap: 40,
            rules: Rules::default(),
        }
    }
}

impl Default for Rules {
    fn default() -> Self {
        let mut rules = [Rule { weight: 0, limit: 1 }; Reason::COUNT];
        for reason in Reason::ALL {
            rules[*reason as usize] = shipped(*reason);
        }
        Self(rules)
    }
}

/// What is shipped; docs/RISK.md says what each number counts.
const fn shipped(reason: Reason) -> Rule {
    let (weight, limit) = match reason {
        Reason::WeakRealName => (5, 1),
        Reason::ScatteredHouseholds => (15, 4),
        Reason::FreshAccount => (5, 600_000),
        Reason::ManyAccounts => (10, 4),
        Reason::SharedDevice => (15, 8),
        Reason::MissingDevice => (20, 1),
        Reason::SharedNetwork => (10, 64),
        Reason::NetworkWithoutDevices => (30, 500),
        Reason::ImpossibleSpeed => (40, 200),
        Reason::FarFromTill => (30, 5_000),
        Reason::FrozenPosition => (15, 12),
        Reason::HandsTooFast => (30, 12_000),
        Reason::Clockwork => (30, 40),
        Reason::Hammering => (25, 60),
        Reason::FirstInstant => (10, 150),
        Reason::TillTooFast => (25, 6_000),
        Reason::OddHour => (15, 5),
        Reason::AtThreshold => (5, 200),
        Reason::MerchantAtThreshold => (30, 700),
        Reason::ManyRefunds => (25, 300),
        Reason::Ring => (30, 300),
        Reason::OneMerchantOnly => (5, 4),
    };
    Rule { weight, limit }
}

impl Rules {
    /// The rule of a reason.
    pub const fn of(&self, reason: Reason) -> Rule {
        self.0[reason as usize]
    }

    /// The same with another rule.
    #[must_use]
    pub const fn with(mut self, reason: Reason, rule: Rule) -> Self {
        self.0[reason as usize] = rule;
        self
    }
}

impl Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Reason::ALL.iter().map(|reason| (reason, self.of(*reason))))
    }
}

impl<'de> Deserialize<'de> for Rules {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = BTreeMap::<Reason, Rule>::deserialize(deserializer)?;
        Ok(given
            .into_iter()
            .fold(Self::default(), |rules, (reason, rule)| rules.with(reason, rule)))
    }
}

impl Configuration {
    /// Whether the numbers make sense together.
    ///
    /// # Errors
    /// [`NotAConfiguration`], the first that holds.
    pub fn check(&self) -> Result<(), NotAConfiguration> {
        let refuse = self.refuse.unwrap_or(self.hold);
        let dimensions = u32::try_from(Dimension::ALL.len()).unwrap_or(u32::MAX);
        let score_max = self.dimension_cap.saturating_mul(dimensions).min(POINTS_MAX);
        let ladder = (1..self.hold).contains(&self.dimension_cap)
            && self.hold <= refuse
            && refuse <= score_max;
        if !ladder {
            return Err(NotAConfiguration::Thresholds);
        }
        if !(1..=DECIDE_WITHIN_MINUTES_MAX).contains(&self.decide_within_minutes) {
            return Err(NotAConfiguration::DecideWithin);
        }
        let wrong = Reason::ALL.iter().find(|reason| {
            let rule = self.rules.of(**reason);
            rule.weight > POINTS_MAX || !(1..=LIMIT_MAX).contains(&rule.limit)
        });
        wrong.map_or(Ok(()), |reason| Err(NotAConfiguration::Rule(reason.code())))
    }

    /// How long the risk desk has for a held claim, in milliseconds.
    pub const fn hold_ms(&self) -> i64 {
        self.decide_within_minutes as i64 * 60_000
    }

    /// What a reason counts for at what was measured; `None` below the line.
    pub fn find(&self, reason: Reason, measured: i64) -> Option<Finding> {
        let Rule { weight, limit } = self.rules.of(reason);
        // How far beyond the line, in thousandths: from 1,000 at the line to 2,000.
        let beyond = match reason.side() {
            Side::AtLeast if measured >= limit => measured.min(2 * limit) * 1_000 / limit,
            // The same upside down: half the line is as far beyond it as twice the line above.
            Side::AtMost if measured <= limit => {
                let half = limit / 2;
                1_000 + (limit - measured.max(half)) * 1_000 / (limit - half)
            }
            _ => return None,
        };
        let points = u64::from(weight) * beyond.unsigned_abs() / 1_000;
        let points = u32::try_from(points).unwrap_or(POINTS_MAX);
        (points > 0).then_some(Finding { reason, points, measured, limit })
    }

    /// The points of a dimension, to its cap.
    pub fn capped(&self, dimension: Dimension, findings: &[Finding]) -> u32 {
        let own = findings.iter().filter(|finding| finding.reason.dimension() == dimension);
        own.map(|finding| finding.points).sum::<u32>().min(self.dimension_cap)
    }

    /// The assessment of an act by what was found. `version` is this configuration's.
    pub fn assess(&self, act: Act, mut findings: Vec<Finding>, version: i64) -> Assessment {
        let score = Dimension::ALL.iter().map(|one| self.capped(*one, &findings)).sum();
        let leads = findings.iter().any(|it| it.reason.bearing() == Bearing::Leading);
        let verdict = match self.refuse {
            _ if !leads => Verdict::Allow,
            Some(refuse) if score >= refuse => Verdict::Refuse,
            _ if score >= self.hold => Verdict::Hold,
            _ => Verdict::Allow,
        };
        findings.sort_by_key(|it| (std::cmp::Reverse(it.points), it.reason));
        let enforced = if self.shadow.contains(&act) { Verdict::Allow } else { verdict };
        Assessment { verdict, enforced, score, findings, configuration: version }
    }
}
