//! What the claim bar is given by the page.

use domain::id::PackId;
use domain::refusal::Refusal;
use domain::round::LimitPer;

use crate::act::AnswerCode;
use crate::island::glance::Glance;
use crate::island::line::{Crosses, Fields, Line};

/// The round and the person's part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimBarModel {
    /// The round.
    pub glance: Glance,
    /// What does not change while people look.
    pub said: Said,
    /// Whether one may claim once in the round or once for each pack.
    pub limit_per: LimitPer,
    /// The round's packs, in order.
    pub packs: Vec<ClaimBarPack>,
    /// Whether somebody is signed in.
    pub signed_in: bool,
    /// Why this person cannot claim although the round is open: real name, consent or audience.
    pub refusal: Option<Refusal>,
}

/// Sentences that hold a date. The server makes them, so that the browser needs no calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What the countdown runs to before the opening.
    pub opens: String,
    /// What the countdown runs to afterwards.
    pub closes: String,
    /// When the round closed.
    pub closed: String,
    /// When the next round opens, or what to look out for.
    pub next: String,
}

/// A pack and the person's part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimBarPack {
    /// The pack.
    pub id: PackId,
    /// Its name.
    pub name: String,
    /// What it gives, in one line; shown where a round offers several packs.
    pub worth: String,
    /// How many there are.
    pub total: u32,
    /// How many are left.
    pub remaining: u32,
    /// What is in it, in order; fanned once after a grant.
    pub tickets: Vec<Ticket>,
    /// The key of the person's own form; none for a visitor who is not signed in.
    pub form_key: Option<String>,
    /// The claim that stands against another claim of this pack.
    pub held: Option<Held>,
    /// What a plain form for it just sent was answered, when it was not a yes.
    pub answer: Option<AnswerCode>,
}

/// A voucher as a small ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// The name of its kind.
    pub name: String,
    /// The seal character of its kind.
    pub seal: String,
    /// The tone of its kind: `data-tone`.
    pub tone: String,
    /// The face in yuan, as it is written.
    pub face: String,
}

/// A claim that the person made already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The number of the grant in the round; none while the risk desk looks at it.
    pub serial: Option<u32>,
    /// Whether it was this pack (with one claim a round it may have been another).
    pub this_pack: bool,
    /// Whether it was made through another account of the same person.
    pub other_account: bool,
}

impl Crosses for ClaimBarModel {
    fn write(&self, line: &mut Line) {
        self.glance.write(line);
        for text in [&self.said.opens, &self.said.closes, &self.said.closed, &self.said.next] {
            line.text(text);
        }
        line.flag(self.limit_per == LimitPer::Pack);
        line.list(&self.packs);
        line.flag(self.signed_in);
        line.text(self.refusal.map(Refusal::code).unwrap_or_default());
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            glance: Glance::read(fields)?,
            said: Said {
                opens: fields.text()?.to_owned(),
                closes: fields.text()?.to_owned(),
                closed: fields.text()?.to_owned(),
                next: fields.text()?.to_owned(),
            },
            limit_per: if fields.flag()? { LimitPer::Pack } else { LimitPer::Round },
            packs: fields.list()?,
            signed_in: fields.flag()?,
            refusal: fields.maybe().and_then(Refusal::from_code),
        })
    }
}

impl Crosses for ClaimBarPack {
    fn write(&self, line: &mut Line) {
        line.text(self.id.as_str());
        line.text(&self.name);
        line.text(&self.worth);
        line.number(self.total.into());
        line.number(self.remaining.into());
        line.list(&self.tickets);
        line.text(self.form_key.as_deref().unwrap_or_default());
        line.list(self.held.as_slice());
        line.text(self.answer.map(AnswerCode::code).unwrap_or_default());
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            id: fields.text()?.parse().ok()?,
            name: fields.text()?.to_owned(),
            worth: fields.text()?.to_owned(),
            total: fields.count()?,
            remaining: fields.count()?,
            tickets: fields.list()?,
            form_key: fields.maybe().map(str::to_owned),
            held: fields.list()?.pop(),
            answer: fields.maybe().and_then(AnswerCode::from_code),
        })
    }
}

impl Crosses for Ticket {
    fn write(&self, line: &mut Line) {
        for text in [&self.name, &self.seal, &self.tone, &self.face] {
            line.text(text);
        }
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            name: fields.text()?.to_owned(),
            seal: fields.text()?.to_owned(),
            tone: fields.text()?.to_owned(),
            face: fields.text()?.to_owned(),
        })
    }
}

impl Crosses for Held {
    fn write(&self, line: &mut Line) {
        // Serials count from 1.
        line.number(self.serial.unwrap_or_default().into());
        line.flag(self.this_pack);
        line.flag(self.other_account);
    }

    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            serial: fields.count().filter(|serial| *serial > 0),
            this_pack: fields.flag()?,
            other_account: fields.flag()?,
        })
    }
}
