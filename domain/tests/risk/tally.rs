//! What became of whom.

use std::collections::BTreeMap;
use std::fmt;

use domain::risk::{Act, Assessment, Bearing, Reason, Verdict};

use crate::city::{City, Kind};

pub(crate) struct Tally {
    kinds: Vec<Kind>,
    /// Who was held at least once, and by which leading reason first.
    held: Vec<Option<(Act, Reason)>>,
    /// The highest score of each.
    score: Vec<u32>,
    acts: u64,
}

impl Tally {
    pub(crate) fn new(city: &City) -> Self {
        let kinds: Vec<Kind> = city.citizens.iter().map(|citizen| citizen.kind).collect();
        let (held, score) = (vec![None; kinds.len()], vec![0; kinds.len()]);
        Self { kinds, held, score, acts: 0 }
    }

    pub(crate) fn note(&mut self, person: u32, act: Act, assessment: &Assessment) {
        let person = person as usize;
        self.acts += 1;
        self.score[person] = self.score[person].max(assessment.score);
        if assessment.verdict > Verdict::Allow && self.held[person].is_none() {
            let mut leading =
                assessment.findings.iter().filter(|it| it.reason.bearing() == Bearing::Leading);
            self.held[person] = leading.next().map(|it| (act, it.reason));
        }
    }

    /// How many of a kind were held at least once, and how many there are.
    pub(crate) fn held(&self, kind: Kind) -> (u64, u64) {
        let own = self.kinds.iter().zip(&self.held).filter(|(it, _)| **it == kind);
        own.fold((0, 0), |(held, all), (_, it)| (held + u64::from(it.is_some()), all + 1))
    }

    /// Of those who were held by the reasons by which this kind is held: how many are attackers, in thousandths.
    pub(crate) fn precision_permille(&self, kind: Kind) -> u64 {
        let reasons: Vec<Reason> = self.reasons(|it| it == kind).into_keys().collect();
        let of = |honest: bool| -> u64 {
            let found = self.reasons(|it| it.is_honest() == honest);
            reasons.iter().filter_map(|reason| found.get(reason)).sum()
        };
        let (right, wrong) = (of(false), of(true));
        right * 1_000 / (right + wrong).max(1)
    }

    fn reasons(&self, wanted: impl Fn(Kind) -> bool) -> BTreeMap<Reason, u64> {
        let mut reasons = BTreeMap::new();
        for (kind, held) in self.kinds.iter().zip(&self.held) {
            if let Some((_, reason)) = held.filter(|_| wanted(*kind)) {
                *reasons.entry(reason).or_default() += 1;
            }
        }
        reasons
    }

    fn highest(&self, kind: Kind) -> u32 {
        let own = self.kinds.iter().zip(&self.score).filter(|(it, _)| **it == kind);
        own.map(|(_, score)| *score).max().unwrap_or_default()
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} citizens, {} acts", self.kinds.len(), self.acts)?;
        for kind in Kind::HONEST.into_iter().chain(Kind::ATTACKERS) {
            let (held, all) = self.held(kind);
            let (share, name) = (held * 1_000 / all.max(1), format!("{kind:?}"));
            write!(f, "{name:<11} {held:>6} of {all:>6} held, {share:>4} ‰")?;
            write!(f, ", highest score {:>3}", self.highest(kind))?;
            if !kind.is_honest() {
                write!(f, ", precision {:>4} ‰", self.precision_permille(kind))?;
            }
            let reasons = self.reasons(|it| it == kind);
            for (reason, count) in reasons {
                write!(f, ", {}: {count}", reason.code())?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
