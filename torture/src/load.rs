//! Load: a few persons at a time who ask without a pause, each for one pack after the other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use anyhow::{Result, anyhow};

use crate::{
    book::Slot,
    crowd::{Crowd, Said},
    http::Client,
    scene::Scene,
    till::{Deed, Tills},
};

/// How many ask at once.
const AT_ONCE: usize = 8;
/// How long somebody waits who was told to ask again, and whoever heard nothing.
const PAUSE: Duration = Duration::from_millis(20);

/// What somebody does who hears nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtLoss {
    /// Goes away: the server is gone.
    Leaves,
    /// Asks again, with the same key.
    Stays,
}

/// How often the crowd has heard what.
#[derive(Default)]
pub(crate) struct Heard {
    pub(crate) granted: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) lost: AtomicU64,
}

/// A running load.
pub(crate) struct Load {
    pub(crate) heard: Arc<Heard>,
    over: Arc<AtomicBool>,
    persons: Vec<JoinHandle<Result<Vec<String>>>>,
}

impl Load {
    pub(crate) fn begin(scene: &Scene, base: &str, at_loss: AtLoss) -> Self {
        let (heard, over) = (Arc::new(Heard::default()), Arc::new(AtomicBool::new(false)));
        let begin = |_| {
            let asker = Asker {
                crowd: scene.crowd.clone(),
                tills: scene.tills.clone(),
                client: Client::of(base),
                at_loss,
                heard: heard.clone(),
                over: over.clone(),
            };
            thread::spawn(|| asker.run())
        };
        let persons = (0..AT_ONCE).map(begin).collect();
        Self { heard, over, persons }
    }

    pub(crate) fn granted(&self) -> u64 {
        self.heard.granted.load(Ordering::Relaxed)
    }

    pub(crate) fn busy(&self) -> u64 {
        self.heard.busy.load(Ordering::Relaxed)
    }

    fn lost(&self) -> u64 {
        self.heard.lost.load(Ordering::Relaxed)
    }

    /// That somebody has heard nothing, while there is a server that must answer.
    pub(crate) fn unheard(&self) -> Vec<String> {
        match self.lost() {
            0 => Vec::new(),
            lost => vec![format!("{lost} times somebody heard nothing at all")],
        }
    }

    /// Ends it, and says what was heard that must never be said.
    pub(crate) fn end(self) -> Result<Vec<String>> {
        self.over.store(true, Ordering::Relaxed);
        let joined = self.persons.into_iter().map(JoinHandle::join);
        let all: Result<Vec<_>> =
            joined.map(|it| it.unwrap_or_else(|_| Err(anyhow!("somebody fell over")))).collect();
        Ok(all?.concat())
    }
}

struct Asker {
    crowd: Arc<Crowd>,
    tills: Option<Arc<Tills>>,
    client: Client,
    at_loss: AtLoss,
    heard: Arc<Heard>,
    over: Arc<AtomicBool>,
}

impl Asker {
    fn run(mut self) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        while !self.is_over() {
            let Some(slot) = self.crowd.next() else { break };
            self.crowd.book.attempt(slot)?;
            // Every eighth asks again although the answer has arrived.
            let times = if slot.person % 8 == 0 { 2 } else { 1 };
            for _ in 0..times {
                if !self.settle(slot, &mut faults)? {
                    return Ok(faults);
                }
            }
            if let Some(tills) = self.tills.clone()
                && !self.trade(&tills, slot, &mut faults)?
            {
                return Ok(faults);
            }
        }
        Ok(faults)
    }

    /// Does with the claimed voucher what is planned; `false`: there is no answer any more.
    fn trade(&mut self, tills: &Tills, slot: Slot, faults: &mut Vec<String>) -> Result<bool> {
        if self.crowd.book.acknowledged(slot).is_none() {
            return Ok(true);
        }
        for deed in Deed::plan(slot) {
            let prepare = |it: &mut Self| tills.prepare(&it.crowd, &mut it.client, deed);
            let ask = |it: &mut Self| tills.ask(&it.crowd, &mut it.client, deed);
            if !self.ask(prepare, faults)? || !self.ask(ask, faults)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Asks for a pack until there is an answer; `false`: there will be none.
    fn settle(&mut self, slot: Slot, faults: &mut Vec<String>) -> Result<bool> {
        self.ask(|it| it.crowd.claim(&mut it.client, slot), faults)
    }

    fn ask(
        &mut self,
        mut act: impl FnMut(&mut Self) -> Result<Said>,
        faults: &mut Vec<String>,
    ) -> Result<bool> {
        loop {
            match act(self)? {
                Said::Granted => {
                    self.heard.granted.fetch_add(1, Ordering::Relaxed);
                    return Ok(true);
                }
                Said::Ready => return Ok(true),
                Said::Wrong(fault) => {
                    faults.push(fault);
                    return Ok(true);
                }
                Said::Busy => self.heard.busy.fetch_add(1, Ordering::Relaxed),
                Said::Lost if self.at_loss == AtLoss::Leaves => {
                    self.heard.lost.fetch_add(1, Ordering::Relaxed);
                    return Ok(false);
                }
                Said::Lost => self.heard.lost.fetch_add(1, Ordering::Relaxed),
            };
            if self.is_over() {
                return Ok(false);
            }
            thread::sleep(PAUSE);
        }
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}
