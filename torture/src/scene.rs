//! One database with its crowd and its books, through as many servers as it takes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::{
    book::{Book, Slot, Stored, sample},
    campaign::{self, PACKS, STOCK},
    crowd::{Crowd, answer},
    http::Client,
    kill::Who,
    server::{Binary, Environment, Server},
    till::Tills,
    trace::Trace,
};

/// Of the claims that were answered so many from all the time, and as many of the last, are asked for again after each
/// fault.
const REPLAYS: usize = 12;
/// And so many of the last with another key.
const OTHER_KEYS: usize = 3;
/// How many are asked for again on each copy that a power cut has left.
const REPLAYS_OF_A_COPY: usize = 3;

/// A database, its crowd and its books.
pub(crate) struct Scene {
    pub(crate) url: String,
    pub(crate) crowd: Arc<Crowd>,
    /// The tills, where there are some.
    pub(crate) tills: Option<Arc<Tills>>,
    pub(crate) binary: Binary,
    folder: TempDir,
}

impl Scene {
    /// Imports the campaign and signs everybody in; gives the server that did it.
    pub(crate) fn open(
        binary: &Binary,
        folder: TempDir,
        url: String,
        who: Who,
        environment: &Environment,
        trace: Option<PathBuf>,
    ) -> Result<(Self, Server)> {
        let file = folder.path().join("campaign.toml");
        std::fs::write(&file, campaign::text(if who == Who::Tills { PACKS } else { 1 }))?;
        let file = file.to_str().context("a folder with a name")?;
        let said = binary.run(&["campaign", "import", file, "--database", &url], environment)?;
        ensure!(said.starts_with("imported"), "the campaign was not imported: {said}");
        if let Some(trace) = &trace {
            // It may end while a thread of it still closes a file.
            Trace::mend(trace)?;
        }
        let server = binary.serve(&url, &folder.path().join("log"), environment)?;
        let book = Arc::new(Book::open(folder.path())?);
        let crowd = Arc::new(Crowd::sign_in(&server.base, book, trace)?);
        let tills = match who {
            Who::Citizens => None,
            Who::Tills => Some(Arc::new(Tills::open(&server.base, folder.path())?)),
        };
        Ok((Self { url, crowd, tills, binary: binary.clone(), folder }, server))
    }

    /// Starts the next server.
    pub(crate) fn serve(&self, environment: &Environment) -> Result<Server> {
        self.binary.serve(&self.url, &self.log(), environment)
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    pub(crate) fn book(&self) -> &Book {
        &self.crowd.book
    }

    /// Keeps everything for whoever looks into a violation, and says where.
    pub(crate) fn keep(self) -> PathBuf {
        self.folder.keep()
    }

    /// Acknowledged ⊆ stored ⊆ attempted, and serials without gaps; for everybody whose asking is not settled.
    pub(crate) fn compare(&self, base: &str) -> Result<Vec<String>> {
        // The files come first: they say what became of the vouchers that the wallets show.
        let mut faults = match &self.tills {
            Some(tills) => tills.compare(base, u64::MAX)?,
            None => Vec::new(),
        };
        faults.extend(self.compare_with(base, &self.book().persons_since(), u64::MAX)?);
        Ok(faults)
    }

    /// The same for everybody, from nothing.
    pub(crate) fn compare_all(&self, base: &str, until: u64) -> Result<Vec<String>> {
        let mut faults = Vec::new();
        if let Some(tills) = &self.tills {
            tills.journal.look_anew();
            faults.extend(tills.compare(base, until)?);
        }
        self.book().look_anew();
        faults.extend(self.compare_with(base, &self.book().persons(), until)?);
        Ok(faults)
    }

    fn compare_with(
        &self,
        base: &str,
        persons: &BTreeSet<usize>,
        until: u64,
    ) -> Result<Vec<String>> {
        let mut client = Client::of(base);
        let (mut found, mut wrong) = (BTreeMap::new(), Vec::new());
        for &person in persons {
            let cookie = ("cookie", self.crowd.cookie(person));
            let answer = client.get_patiently("/api/v1/wallet", cookie)?;
            if answer.status != 200 {
                return Ok(vec![format!("a wallet: {} {}", answer.status, answer.text())]);
            }
            let wallet = answer.json()?;
            for claim in wallet["claims"].as_array().context("a wallet without claims")? {
                let pack = claim["pack"].as_str().and_then(|it| it.strip_prefix('p')?.parse().ok());
                let slot = Slot { person, pack: pack.context("a claim without a pack")? };
                let state = claim["vouchers"][0]["state"].as_str().unwrap_or_default();
                if let Some(tills) = &self.tills
                    && state != tills.state_of(slot)
                {
                    wrong.push(format!("{}: the voucher is {state}", slot.key()));
                }
                let stored = Stored {
                    id: claim["id"].as_str().context("a claim without a name")?.to_owned(),
                    serial: claim["serial"].as_u64().context("a claim without a serial")?,
                };
                if found.insert(slot, stored).is_some() {
                    return Ok(vec![format!("{}: TWO CLAIMS", slot.key())]);
                }
            }
        }
        let mut faults = self.book().take_in(found, persons, until)?;
        let round = client.get("/api/v1/rounds/r1", "")?.json()?;
        let remaining = round["remaining"].as_u64().context("a round without packs")?;
        faults.extend(wrong);
        faults.extend(self.book().serials(PACKS as u64 * STOCK - remaining));
        Ok(faults)
    }

    /// Asks again for everything whose answer was lost, and for some of what was answered: the same key settles it, and
    /// another one is refused.
    pub(crate) fn settle(&self, base: &str) -> Result<Vec<String>> {
        let mut client = Client::of(base);
        let mut faults = Vec::new();
        for slot in self.unsettled() {
            faults.extend(answer(|| self.crowd.claim(&mut client, slot))?);
        }
        if let Some(tills) = &self.tills {
            faults.extend(tills.settle(&self.crowd, base)?);
        }
        // Last: what is refused is kept too, and its commit would flush what the requests before it must not rest on.
        for slot in self.with_another_key() {
            faults.extend(answer(|| self.crowd.claim_again(&mut client, slot))?);
        }
        Ok(faults)
    }

    /// What [`Self::settle`] will ask for with its own key.
    pub(crate) fn unsettled(&self) -> Vec<Slot> {
        let mut slots = self.book().unknown();
        slots.extend(sample(&self.book().granted(), REPLAYS));
        slots
    }

    /// What it will ask for with another one.
    pub(crate) fn with_another_key(&self) -> Vec<Slot> {
        self.book().granted().into_iter().rev().take(OTHER_KEYS).collect()
    }

    /// Asks again for some of what was answered while the trace of the disk was at most `until` long, at a server on
    /// what a power cut at that place has left: the answers are the first ones.
    pub(crate) fn replay(&self, base: &str, until: u64) -> Result<Vec<String>> {
        let (mut client, mut told) = (Client::of(base), self.book().granted());
        told.retain(|slot| self.book().acknowledged(*slot).is_some_and(|it| it.trace <= until));
        let mut faults = Vec::new();
        for slot in sample(&told, REPLAYS_OF_A_COPY) {
            faults.extend(answer(|| self.crowd.claim(&mut client, slot))?);
        }
        if let Some(tills) = &self.tills {
            faults.extend(tills.replay(&self.crowd, base, until, REPLAYS_OF_A_COPY)?);
        }
        Ok(faults)
    }

    /// How long the trace was when the first answer after `mark` had arrived.
    pub(crate) fn first_after(&self, mark: u64) -> Option<u64> {
        let of_tills = self.tills.as_ref().and_then(|tills| tills.journal.first_after(mark));
        [self.book().first_after(mark), of_tills].into_iter().flatten().min()
    }

    /// How many requests, claims and those of tills, nobody has heard an answer to.
    pub(crate) fn unknown(&self) -> u64 {
        let tills = self.tills.as_ref().map_or(0, |tills| tills.journal.unknown().len());
        (self.book().unknown().len() + tills) as u64
    }

    /// What is wrong with the ledger, and on SQLite with the file.
    pub(crate) fn verify(&self) -> Result<Vec<String>> {
        Ok(self.binary.verify(&self.url)?.0)
    }

    /// What is wrong with the ledger and with what each shop is owed, after a comparison and before anything else.
    pub(crate) fn verify_owed(&self) -> Result<Vec<String>> {
        self.verify_owed_at(&self.url)
    }

    /// The same of a copy that was just compared.
    pub(crate) fn verify_owed_at(&self, url: &str) -> Result<Vec<String>> {
        let (mut faults, accounts) = self.binary.verify(url)?;
        if let Some(tills) = &self.tills {
            faults.extend(tills.owed(&accounts));
            faults.extend(self.binary.settlement(url)?);
        }
        Ok(faults)
    }

    /// Everything of a database once more, from nothing, before it goes.
    pub(crate) fn last_look(&self, server: &Server) -> Result<Vec<String>> {
        let mut faults = self.compare(&server.base)?;
        faults.extend(self.compare_all(&server.base, u64::MAX)?);
        faults.extend(self.verify_owed()?);
        Ok(faults)
    }
}
