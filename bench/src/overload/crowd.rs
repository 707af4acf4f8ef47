//! Everybody, and what each was told.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use tokio::time::Instant;

use super::{NEWCOMERS_SERVED, Outcome, SOON};

/// Of all persons so many are kept for the time after the flood.
const KEPT_FOR_AFTERWARDS: u64 = 2_000;
/// How often somebody who may press early is looked for, for one slot.
const LOOKS: usize = 8;
/// A fifth of the wait, and what the way of an answer takes.
const LATE_MAX: f64 = 0.2;
/// Two times are the same when they differ by less.
const SAME: Duration = Duration::from_millis(150);

/// A request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Job {
    pub(super) person: u64,
    pub(super) why: Why,
    pub(super) left: Instant,
}

/// Why somebody sends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    New,
    AtTheirTime,
    Early,
    AfterTheFlood,
}

#[derive(Clone, Copy, Default)]
struct Person {
    /// When they were first told a time, and which.
    told: Option<(Instant, Instant)>,
    /// When they come next.
    due: Option<Instant>,
    under_way: bool,
    decided: bool,
}

pub(super) struct Crowd {
    persons: Vec<Person>,
    first: u64,
    next: u64,
    again: BinaryHeap<Reverse<(Instant, u64)>>,
    random: fastrand::Rng,
    late_permille: Histogram<u64>,
    served_in_a_row: u32,
    pub(super) last_due: Instant,
    pub(super) outcome: Outcome,
}

impl Crowd {
    pub(super) fn new(first: u64, persons: u64) -> Result<Self> {
        Ok(Self {
            persons: vec![Person::default(); usize::try_from(persons)?],
            first,
            next: first,
            again: BinaryHeap::new(),
            random: fastrand::Rng::with_seed(1),
            late_permille: Histogram::new(3)?,
            served_in_a_row: 0,
            last_due: Instant::now(),
            outcome: Outcome::default(),
        })
    }

    /// Whoever sends next in the flood.
    pub(super) fn next(&mut self, now: Instant) -> Option<Job> {
        if let Some(job) = self.returning(now) {
            return Some(job);
        }
        let kept = self.first + self.persons.len() as u64 - KEPT_FOR_AFTERWARDS;
        if self.next < kept {
            return Some(self.first_time(Why::New, now));
        }
        let known = self.next - self.first;
        for _ in 0..LOOKS {
            let number = self.first + self.random.u64(0..known);
            let person = self.person(number);
            if person.due.is_some_and(|due| due > now) && !person.under_way && !person.decided {
                person.under_way = true;
                return Some(Job { person: number, why: Why::Early, left: now });
            }
        }
        None
    }

    /// Somebody whose time has come.
    pub(super) fn returning(&mut self, now: Instant) -> Option<Job> {
        while self.again.peek().is_some_and(|Reverse((at, _))| *at <= now) {
            let Reverse((at, number)) = self.again.pop()?;
            let person = self.person(number);
            if person.decided || person.due != Some(at) {
                continue;
            }
            if person.under_way {
                // They press at this moment anyway: as soon as that is answered.
                let soon = now + Duration::from_millis(20);
                person.due = Some(soon);
                self.again.push(Reverse((soon, number)));
                continue;
            }
            person.under_way = true;
            return Some(Job { person: number, why: Why::AtTheirTime, left: now });
        }
        None
    }

    /// Somebody who comes when the flood is over.
    pub(super) fn newcomer(&mut self, now: Instant) -> Option<Job> {
        let end = self.first + self.persons.len() as u64;
        (self.next < end).then(|| self.first_time(Why::AfterTheFlood, now))
    }

    fn first_time(&mut self, why: Why, now: Instant) -> Job {
        let number = self.next;
        self.next += 1;
        self.person(number).under_way = true;
        Job { person: number, why, left: now }
    }

    /// What was answered.
    pub(super) fn note(
        &mut self,
        job: Job,
        status: u16,
        retry_ms: Option<u64>,
        flood_ends: Instant,
    ) {
        let now = Instant::now();
        self.person(job.person).under_way = false;
        match status {
            201 => {
                self.outcome.granted += 1;
                self.outcome.granted_in_flood += u64::from(now < flood_ends);
                self.decided(job, now);
            }
            409 => {
                self.outcome.sold_out += 1;
                self.decided(job, now);
            }
            503 => self.outcome.busy += 1,
            429 => self.outcome.too_many += 1,
            _ => self.outcome.other += 1,
        }
        if let Some(ms) = retry_ms {
            self.told(job, now, now + Duration::from_millis(ms), status == 429);
        }
        if job.why == Why::AfterTheFlood && self.outcome.recovered_s.is_none() {
            let is_soon = matches!(status, 201 | 409) && now.duration_since(job.left) <= SOON;
            self.served_in_a_row = if is_soon { self.served_in_a_row + 1 } else { 0 };
            if self.served_in_a_row == NEWCOMERS_SERVED {
                self.outcome.recovered_s = Some(now.duration_since(flood_ends).as_secs_f64());
            }
        }
    }

    fn told(&mut self, job: Job, now: Instant, due: Instant, own_rate: bool) {
        let before = *self.person(job.person);
        match (job.why, before.told) {
            (Why::Early, Some(_)) => {
                // The time that they were told stays; whether they hear the same again is what is looked at.
                let known = before.due.unwrap_or(due);
                let differ = due.max(known).duration_since(due.min(known));
                self.outcome.moved += u64::from(!own_rate && differ > SAME);
                return;
            }
            (_, Some(_)) => self.outcome.put_off += u64::from(!own_rate),
            (_, None) => {
                self.outcome.told += 1;
                let wait_s = due.duration_since(now).as_secs_f64();
                self.outcome.longest_s = self.outcome.longest_s.max(wait_s);
                self.person(job.person).told = Some((now, due));
            }
        }
        self.person(job.person).due = Some(due);
        self.last_due = self.last_due.max(due);
        self.again.push(Reverse((due, job.person)));
    }

    fn decided(&mut self, job: Job, now: Instant) {
        let person = self.person(job.person);
        person.decided = true;
        let Some((told_at, due)) = person.told else { return };
        let late = now.saturating_duration_since(due).as_secs_f64();
        let late = late / due.duration_since(told_at).as_secs_f64().max(0.001);
        self.outcome.decided += 1;
        self.outcome.decided_in_time += u64::from(late <= LATE_MAX);
        self.outcome.late_worst = self.outcome.late_worst.max(late);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "thousandths")]
        let permille = (late * 1_000.0) as u64;
        // It grows by itself; only a value beyond any clock does not fit.
        let _ = self.late_permille.record(permille);
    }

    /// Whether everybody who was told a time is decided.
    pub(super) fn is_settled(&self) -> bool {
        self.outcome.told == self.outcome.decided
    }

    pub(super) fn close(&self) -> Outcome {
        #[expect(clippy::cast_precision_loss, reason = "thousandths")]
        let late_p99 = self.late_permille.value_at_quantile(0.99) as f64 / 1_000.0;
        Outcome { late_p99, ..self.outcome.clone() }
    }

    fn person(&mut self, number: u64) -> &mut Person {
        let place = usize::try_from(number - self.first).unwrap_or(0);
        &mut self.persons[place]
    }
}
