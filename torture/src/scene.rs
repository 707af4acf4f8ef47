//! One database with its crowd and its books, through as many servers as it takes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::{
    book::{Book, Slot, Stored},
    campaign::{self, PACKS, STOCK},
    crowd::{Crowd, Said},
    http::Client,
    kill::Who,
    patience,
    server::{Binary, Environment, Server},
    till::Tills,
    trace::Trace,
};

/// How many old claims are asked for again after each fault.
const REPLAYS: usize = 12;

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
            Some(tills) => tills.compare(base)?,
            None => Vec::new(),
        };
        faults.extend(self.compare_with(base, &self.book().persons_since(), u64::MAX)?);
        Ok(faults)
    }

    /// The same for everybody, from nothing.
    pub(crate) fn compare_all(&self, base: &str, until: u64) -> Result<Vec<String>> {
        self.book().look_anew();
        self.compare_with(base, &self.book().persons(), until)
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
            let mut answer = client.get("/api/v1/wallet", self.crowd.cookie(person))?;
            // A server whose database was away comes upon its lost connections one after another.
            patience::until("a wallet that is not `busy`", || {
                if answer.status == 503 {
                    answer = client.get("/api/v1/wallet", self.crowd.cookie(person))?;
                }
                Ok(answer.status != 503)
            })?;
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

    /// Asks again for everything whose answer was lost, and for some of what was answered: the same key settles it.
    /// Gives how many requests that were.
    pub(crate) fn settle(&self, base: &str) -> Result<(u64, Vec<String>)> {
        let mut client = Client::of(base);
        let mut faults = Vec::new();
        let slots = self.unsettled();
        for &slot in &slots {
            patience::until("an answer to a request that was sent again", || {
                match self.crowd.claim(&mut client, slot)? {
                    Said::Granted => {}
                    Said::Wrong(fault) => faults.push(fault),
                    Said::Busy | Said::Lost => return Ok(false),
                }
                Ok(true)
            })?;
        }
        if let Some(tills) = &self.tills {
            faults.extend(tills.settle(&self.crowd, base)?);
        }
        Ok((slots.len() as u64, faults))
    }

    /// What [`Self::settle`] will ask for.
    pub(crate) fn unsettled(&self) -> Vec<Slot> {
        let (mut slots, granted) = (self.book().unknown(), self.book().granted());
        slots.extend(granted.iter().step_by((granted.len() / REPLAYS).max(1)));
        slots
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
        let (mut faults, accounts) = self.binary.verify(&self.url)?;
        if let Some(tills) = &self.tills {
            faults.extend(tills.owed(&accounts));
            faults.extend(self.binary.settlement(&self.url)?);
        }
        Ok(faults)
    }
}
