//! Where risk control looks at acts before they are decided (R19): the engine's windows, the configurations in force,
//! and what is still to be written down. What reaches the desk is written in the transaction that decides it; the rest
//! within a second.

pub mod event;
pub mod origin;
mod pending;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use domain::id::RoundId;
use domain::refusal::Refusal;
use domain::risk::radar::Suspect;
use domain::risk::record::Record;
use domain::risk::{Assessment, Configuration, Engine, Event};
use domain::time::{SECOND_MS, Timestamp};
use store::Store;

use pending::{Pending, Unwritten};

/// How far back acts are read when a server starts, in milliseconds: as far as the longest window goes.
const REFILL_MS: i64 = 24 * 3_600 * SECOND_MS;
/// The most acts that are read then.
const REFILL_MAX: u64 = 200_000;

/// What looks at every act.
#[derive(Default)]
pub struct Screen {
    engine: Mutex<Engine>,
    configurations: ArcSwap<Configurations>,
    pending: Mutex<Pending>,
    /// What could not be written. Whoever writes holds it, so that nothing is written twice.
    unwritten: tokio::sync::Mutex<Unwritten>,
    #[cfg(feature = "fail-points")]
    said: arc_swap::ArcSwapOption<Assessment>,
}

/// Nothing is left afterwards, but where the database did not answer.
async fn write_or_keep(unwritten: &mut Unwritten, store: &Store) -> Result<(), store::Error> {
    let written = match unwritten.write(store).await {
        Err(store::Error::Taken) => Ok(()),
        Err(error @ (store::Error::Contended | store::Error::Engine(_))) => return Err(error),
        // What the tables refuse now they would refuse for ever.
        written => written,
    };
    *unwritten = Unwritten::default();
    written
}

/// The configurations in force.
#[derive(Debug, Default)]
pub struct Configurations {
    /// The version and the configuration of every round without one of its own; 0 is the shipped one.
    of_campaign: (i64, Configuration),
    /// Of single rounds.
    of_rounds: Vec<(RoundId, i64, Configuration)>,
}

impl Configurations {
    /// The configuration that counts for a round, or for what belongs to none, with its version.
    pub fn of(&self, round: Option<&RoundId>) -> (i64, &Configuration) {
        let own = self.of_rounds.iter().find(|(id, _, _)| Some(id) == round);
        let (version, configuration) = &self.of_campaign;
        own.map_or((*version, configuration), |(_, version, own)| (*version, own))
    }
}

impl Screen {
    /// Looks at an act that is written down by whoever asks, and notes it.
    pub fn look(&self, event: Event) -> Record {
        let configurations = self.configurations.load();
        let (version, configuration) = configurations.of(event.round.as_ref());
        let assessment = self.engine().assess(&event, configuration, version);
        Record { event, assessment: self.said().unwrap_or(assessment) }
    }

    /// What [`Self::look`] would say of a sale that may follow. It is neither noted nor written down.
    pub fn foresee(&self, event: &Event) -> Assessment {
        let configurations = self.configurations.load();
        let (version, configuration) = configurations.of(event.round.as_ref());
        let assessment = self.engine().foresee(event, configuration, version);
        self.said().unwrap_or(assessment)
    }

    /// What a fault run or a test wants said of every act, whatever is seen of it. A release has none of it.
    #[cfg(feature = "fail-points")]
    fn said(&self) -> Option<Assessment> {
        self.said.load_full().map(|said| (*said).clone())
    }

    #[cfg(not(feature = "fail-points"))]
    #[expect(clippy::unused_self, reason = "the same shape as with the feature")]
    const fn said(&self) -> Option<Assessment> {
        None
    }

    /// Lets every act meet that assessment, whatever is seen of it, or none again.
    #[cfg(feature = "fail-points")]
    pub fn set(&self, assessment: Option<Assessment>) {
        self.said.store(assessment.map(Arc::new));
    }

    /// Looks at an act that is written down within a second.
    pub fn note(&self, event: Event) -> Assessment {
        let record = self.look(event);
        let assessment = record.assessment.clone();
        self.pending().add(record);
        assessment
    }

    /// Counts a claim that was refused without the desk.
    pub fn count_refusal(&self, round: &RoundId, refusal: Refusal, now: Timestamp) {
        self.pending().count(round, refusal, now);
    }

    /// The merchants that stand out, the most first.
    pub fn radar(&self) -> Vec<Suspect> {
        let radar = self.engine().radar();
        radar.suspects(self.configurations.load().of(None).1)
    }

    /// The configurations in force.
    pub fn configurations(&self) -> Arc<Configurations> {
        self.configurations.load_full()
    }

    /// Reads which configurations are in force.
    ///
    /// # Errors
    /// When the database does not answer; what was in force stays.
    pub async fn refresh(&self, store: &Store) -> Result<(), store::Error> {
        let mut configurations = Configurations::default();
        for stored in store.risk_configurations().await? {
            match stored.round {
                None => configurations.of_campaign = (stored.version, stored.configuration),
                Some(round) => {
                    let own = (round, stored.version, stored.configuration);
                    configurations.of_rounds.push(own);
                }
            }
        }
        self.configurations.store(Arc::new(configurations));
        Ok(())
    }

    /// Fills the windows with what was seen lately, by every server; what this one sees meanwhile counts already. A
    /// line that cannot be read is passed over: nobody is kept from claiming by it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn refill(&self, store: &Store, now: Timestamp) -> Result<(), store::Error> {
        let configurations = self.configurations.load_full();
        let batches = store.risk_batches_since(now.plus_millis(-REFILL_MS), REFILL_MAX).await?;
        for batch in batches {
            let records: Vec<Record> = batch
                .content
                .lines()
                .filter_map(|line| Record::parse(line, batch.configuration).ok())
                .collect();
            // A row at a time: neither whoever claims meanwhile nor the rest of the background waits for all of them.
            {
                let mut engine = self.engine();
                for Record { event, .. } in &records {
                    engine.observe(event, configurations.of(event.round.as_ref()).1);
                }
            }
            tokio::task::yield_now().await;
        }
        Ok(())
    }

    /// Writes down what is not yet: first what an earlier writing left.
    ///
    /// # Errors
    /// When the database does not answer; what was to be written is tried again by the next writing.
    pub async fn write(&self, store: &Store) -> Result<(), store::Error> {
        let mut unwritten = self.unwritten.lock().await;
        write_or_keep(&mut unwritten, store).await?;
        *unwritten = self.pending().take();
        write_or_keep(&mut unwritten, store).await
    }

    fn engine(&self) -> MutexGuard<'_, Engine> {
        self.engine.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
