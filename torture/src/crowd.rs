//! The crowd: persons who are signed in, and what they hear when they claim.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use anyhow::{Context as _, Result, anyhow, ensure};

use crate::{
    book::{Book, Slot},
    campaign::{PACKS, number},
    http::{Answer, Client},
    patience,
};

/// How many persons sign in to a database.
pub(crate) const PERSONS: usize = 240;
/// How many of them sign in at once.
const DOORS: usize = 8;

/// Persons with their sessions, and the packs that nobody has asked for yet.
pub(crate) struct Crowd {
    pub(crate) book: Arc<Book>,
    cookies: Vec<String>,
    next: AtomicUsize,
    /// The trace of the disk below the database, if there is one.
    trace: Option<PathBuf>,
}

/// What somebody who asked for a pack has heard.
pub(crate) enum Said {
    Granted,
    /// What is asked next can be asked; nothing is granted by it.
    Ready,
    Busy,
    /// Nothing: the claim is stored, or it is not.
    Lost,
    /// What must never be said.
    Wrong(String),
}

impl Crowd {
    /// Signs everybody in at a server.
    pub(crate) fn sign_in(base: &str, book: Arc<Book>, trace: Option<PathBuf>) -> Result<Self> {
        let parts: Vec<Result<Vec<String>>> = thread::scope(|scope| {
            let enter = |door: usize| {
                let mut client = Client::of(base);
                let persons = (0..PERSONS).skip(door * PERSONS / DOORS).take(PERSONS / DOORS);
                persons.map(|person| enter(&mut client, person)).collect()
            };
            let doors: Vec<_> = (0..DOORS).map(|door| scope.spawn(move || enter(door))).collect();
            let joined = doors.into_iter().map(thread::ScopedJoinHandle::join);
            joined.map(|it| it.unwrap_or_else(|_| Err(anyhow!("a door fell shut")))).collect()
        });
        let cookies = parts.into_iter().collect::<Result<Vec<_>>>()?.concat();
        Ok(Self { book, cookies, next: AtomicUsize::new(0), trace })
    }

    /// A pack that nobody has asked for yet, for the next person.
    pub(crate) fn next(&self) -> Option<Slot> {
        let place = self.next.fetch_add(1, Ordering::Relaxed);
        (place < PERSONS * PACKS).then_some(Slot { person: place % PERSONS, pack: place / PERSONS })
    }

    /// How many such packs there are.
    pub(crate) fn left(&self) -> usize {
        (PERSONS * PACKS).saturating_sub(self.next.load(Ordering::Relaxed))
    }

    pub(crate) fn cookie(&self, person: usize) -> &str {
        &self.cookies[person]
    }

    /// How long the trace is by now.
    pub(crate) fn traced(&self) -> u64 {
        let length = self.trace.as_ref().and_then(|path| path.metadata().ok());
        length.map_or(0, |it| it.len())
    }

    /// Asks for a pack, with the pack's own key, and writes an acknowledgement down.
    pub(crate) fn claim(&self, client: &mut Client, slot: Slot) -> Result<Said> {
        let known = self.book.acknowledged(slot).is_some();
        let Some(answer) = self.ask(client, slot, &slot.key()) else { return Ok(Said::Lost) };
        match answer.status {
            201 if known && !answer.replayed => Ok(wrong(slot, "granted twice", &answer)),
            201 => {
                let fault = self.book.acknowledge(slot, &answer.body, self.traced())?;
                Ok(fault.map_or(Said::Granted, Said::Wrong))
            }
            503 if answer.json()?["code"] == "busy" => Ok(Said::Busy),
            status => Ok(wrong(slot, &status.to_string(), &answer)),
        }
    }

    /// Asks with another key for a pack that was granted: there is no second one, whatever the server has forgotten.
    pub(crate) fn claim_again(&self, client: &mut Client, slot: Slot) -> Result<Said> {
        let key = format!("another-{}", slot.key());
        let Some(answer) = self.ask(client, slot, &key) else { return Ok(Said::Lost) };
        let code = answer.json()?["code"].as_str().unwrap_or_default().to_owned();
        match (answer.status, code.as_str()) {
            (409, "already_claimed") => Ok(Said::Ready),
            (503, "busy") => Ok(Said::Busy),
            (201, _) => Ok(wrong(slot, "A SECOND ONE GRANTED", &answer)),
            (status, _) => Ok(wrong(slot, &format!("{status} to another key"), &answer)),
        }
    }

    /// `None`: there is no answer.
    fn ask(&self, client: &mut Client, slot: Slot, key: &str) -> Option<Answer> {
        let headers = [
            ("cookie", self.cookie(slot.person)),
            ("idempotency-key", key),
            ("content-type", "application/json"),
        ];
        let body = format!("{{\"pack\":\"{}\"}}", slot.pack_name());
        client.post("/api/v1/rounds/r1/claims", &headers, &body).ok()
    }
}

fn wrong(slot: Slot, what: &str, answer: &Answer) -> Said {
    Said::Wrong(format!("{}: {what}: {}", slot.key(), answer.text()))
}

/// Asks until there is an answer, and says what is wrong with it.
pub(crate) fn answer(mut ask: impl FnMut() -> Result<Said>) -> Result<Option<String>> {
    let mut fault = None;
    patience::until("an answer to a request that was sent again", || {
        match ask()? {
            Said::Granted | Said::Ready => {}
            Said::Wrong(wrong) => fault = Some(wrong),
            Said::Busy | Said::Lost => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(fault)
}

/// What somebody hears who comes to the door: 303 is "come in".
pub(crate) fn knock(client: &mut Client, person: usize) -> Result<Answer> {
    // 張試, as a form sends it.
    let form = format!("name=%E5%BC%B5%E8%A9%A6&account=main&identity_number={}", number(person));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    client.post("/sign-in/demo", &headers, &form)
}

fn enter(client: &mut Client, person: usize) -> Result<String> {
    let answer = knock(client, person)?;
    ensure!(answer.status == 303, "signing in: {} {}", answer.status, answer.text());
    answer.cookie.context("a session")
}
