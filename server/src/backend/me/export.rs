//! A person's own data as a file of theirs: JSON for machines, text for people. It is read and sent part by part, by
//! and for the person alone.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use app::failure::Failure;
use app::page::wallet::WalletClaim;
use app::text::Text;
use app::visitor::{Citizen, Visitor};
use axum::body::{Body, Bytes};
use domain::appeal::Appeal;
use domain::consent::Purpose;
use domain::time::Timestamp;
use futures::stream::{self, StreamExt as _};
use serde_json::{Value, json};
use store::consent::ConsentRow;
use store::me::OwnSession;

use super::name_of;
use crate::backend::busy;
use crate::backend::wallet::{signed_in, wallet};
use crate::hall::Hall;

/// How the file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// For machines.
    Json,
    /// For people, in their language.
    Text,
}

/// How many rows are read at a time.
const PAGE: u32 = 500;

/// Where the file stands: the part that comes next, and after which of its rows.
enum Next {
    Person,
    Accounts,
    Consents(Option<ConsentRow>),
    Sessions(Option<OwnSession>),
    Claims,
    Appeals,
    End,
}

impl Next {
    const fn name(&self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Accounts => "accounts",
            Self::Consents(_) => "consents",
            Self::Sessions(_) => "sessions",
            Self::Claims => "claims",
            Self::Appeals => "appeals",
            Self::End => "",
        }
    }

    const fn begins(&self) -> bool {
        !matches!(self, Self::Consents(Some(_)) | Self::Sessions(Some(_)))
    }
}

/// Begins to send a person's own data: read page by page as it is taken, so that its size costs no memory. A file that
/// cannot be finished breaks off, and the transfer fails: nobody takes half of it for the whole.
///
/// # Errors
/// When nobody is signed in, or the store does not answer before the first rows are there.
pub async fn export(hall: &Arc<Hall>, visitor: &Visitor, form: Form) -> Result<Body, Failure> {
    signed_in(visitor)?;
    let mut source = Source {
        hall: hall.clone(),
        visitor: visitor.clone(),
        form,
        at: hall.clock.system(),
        next: Next::Person,
    };
    // Whoever cannot be served at all is told so on a page.
    let mut first = String::new();
    for _ in 0..2 {
        first.push_str(&source.page().await?.unwrap_or_default());
    }
    let first = stream::once(async { Ok(Bytes::from(first)) });
    let rest = stream::try_unfold(source, async |mut source| match source.page().await {
        Ok(page) => Ok(page.map(|page| (Bytes::from(page), source))),
        Err(_) => Err(io::Error::other("the file could not be read to its end")),
    });
    Ok(Body::from_stream(first.chain(rest)))
}

/// A file that is being read.
struct Source {
    hall: Arc<Hall>,
    visitor: Visitor,
    form: Form,
    at: Timestamp,
    next: Next,
}

impl Source {
    /// The next page of the file; `None` when it is whole.
    async fn page(&mut self) -> Result<Option<String>, Failure> {
        let now = std::mem::replace(&mut self.next, Next::End);
        if matches!(now, Next::End) {
            return Ok(None);
        }
        let (rows, next) = self.rows(&now).await?;
        let page = match self.form {
            Form::Json => as_json(&now, &rows, &next, self.at),
            Form::Text => as_text(&now, &rows, self.at, Text(self.visitor.language)),
        };
        self.next = next;
        Ok(Some(page))
    }

    /// Some rows, and what comes after them.
    async fn rows(&self, now: &Next) -> Result<(Vec<Value>, Next), Failure> {
        let citizen = signed_in(&self.visitor)?;
        let (store, who) = (&self.hall.citizens_store, citizen.person);
        Ok(match now {
            Next::Person => (vec![person(citizen)], Next::Accounts),
            Next::Accounts => {
                let rows = store.accounts_of(who).await.map_err(busy)?;
                (rows.iter().map(account).collect(), Next::Consents(None))
            }
            Next::Consents(after) => {
                let rows = store.consents_after(who, after.as_ref(), PAGE).await.map_err(busy)?;
                let written = rows.iter().map(consent).collect();
                let last = rows.into_iter().nth(PAGE as usize - 1);
                (written, last.map_or(Next::Sessions(None), |it| Next::Consents(Some(it))))
            }
            Next::Sessions(after) => {
                let read = store.own_sessions_after(who, self.at, after.as_ref(), PAGE);
                let rows = read.await.map_err(busy)?;
                let written = rows.iter().map(session).collect();
                let last = rows.into_iter().nth(PAGE as usize - 1);
                (written, last.map_or(Next::Claims, |it| Next::Sessions(Some(it))))
            }
            Next::Claims => {
                let claims = wallet(&self.hall, &self.visitor).await?;
                (claims.iter().map(claim).collect(), Next::Appeals)
            }
            Next::Appeals => {
                let rows = store.appeals_of(&who).await.map_err(busy)?;
                (rows.iter().map(appeal).collect(), Next::End)
            }
            Next::End => (Vec::new(), Next::End),
        })
    }
}

fn as_json(now: &Next, rows: &[Value], next: &Next, at: Timestamp) -> String {
    let mut text = String::new();
    if matches!(now, Next::Person) {
        let _ = write!(text, "{{\n  \"exported_at\": \"{at}\"");
    }
    if now.begins() {
        let _ = write!(text, ",\n  \"{}\": [", now.name());
    }
    for (place, row) in rows.iter().enumerate() {
        let comma = if now.begins() && place == 0 { "" } else { "," };
        let _ = write!(text, "{comma}\n    {row}");
    }
    if now.name() != next.name() {
        text.push_str(if now.begins() && rows.is_empty() { "]" } else { "\n  ]" });
    }
    if matches!(next, Next::End) {
        text.push_str("\n}\n");
    }
    text
}

fn as_text(now: &Next, rows: &[Value], at: Timestamp, words: Text) -> String {
    let mut text = String::new();
    if matches!(now, Next::Person) {
        let _ = writeln!(text, "{}  {at}", words.me_export());
    }
    if now.begins() {
        let _ = writeln!(text, "\n== {} ==", words.export_part(now.name()));
    }
    for row in rows {
        for (name, value) in row.as_object().into_iter().flatten() {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(text, "{name}: {value}");
        }
        text.push('\n');
    }
    text
}

fn person(citizen: &Citizen) -> Value {
    json!({
        "person": citizen.person,
        "masked_name": &*citizen.masked_name,
        "division": &*citizen.standing.division,
        "real_name_level": citizen.standing.real_name_level,
    })
}

fn account(row: &store::me::AccountRow) -> Value {
    json!({
        "account": row.account,
        "entrance": row.entrance,
        "subject": row.subject,
        "real_name_level": row.real_name_level,
        "created_at": row.created_at.to_string(),
    })
}

fn consent(row: &ConsentRow) -> Value {
    let is_current = Purpose::from_code(&row.purpose).is_some_and(|it| it.version() == row.version);
    json!({
        "account": row.account,
        "purpose": row.purpose,
        "version": row.version,
        "is_current_version": is_current,
        "text_sha256": row.text_hash.map(|hash| crate::key::hex(&hash)),
        "given": row.given,
        "entrance": row.entrance,
        "at": row.at.to_string(),
    })
}

fn session(row: &OwnSession) -> Value {
    json!({
        "session": name_of(row),
        "entrance": row.entrance,
        "device": row.device,
        "created_at": row.created_at.to_string(),
        "seen_at": row.seen_at.to_string(),
    })
}

fn appeal(row: &Appeal) -> Value {
    json!({
        "appeal": row.id,
        "round": row.round,
        "claim": row.claim,
        "words": row.words,
        "filed_at": row.filed_at.to_string(),
        "state": row.state,
        "answer": row.answered.as_ref().map(|mark| mark.why.as_str()),
        "answered_at": row.answered.as_ref().map(|mark| mark.at.to_string()),
    })
}

fn claim(row: &WalletClaim) -> Value {
    let vouchers: Vec<Value> = row.vouchers.iter().map(voucher).collect();
    json!({
        "claim": row.claim.id,
        "round": row.claim.round,
        "pack": row.claim.choice.pack,
        "account": row.claim.account,
        "serial": row.claim.serial,
        "state": row.claim.state,
        "claimed_at": row.claim.claimed_at.to_string(),
        "vouchers": vouchers,
    })
}

fn voucher(voucher: &domain::voucher::Voucher) -> Value {
    let used_for = voucher.used_for.as_ref().map(|used| {
        json!({
            "redemption": used.redemption,
            "merchant": used.merchant,
            "merchant_name": used.merchant_name,
            "redeemed_at": used.redeemed_at.to_string(),
        })
    });
    json!({
        "voucher": voucher.id.to_string(),
        "kind": voucher.kind,
        "face_fen": voucher.face.fen(),
        "minimum_spend_fen": voucher.minimum_spend.fen(),
        "usable_until": voucher.usable_until.to_string(),
        "state": voucher.state,
        "used_for": used_for,
    })
}
