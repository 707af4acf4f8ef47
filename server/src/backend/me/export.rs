//! A person's own data as a file of theirs: JSON for machines, text for people. It is read and sent part by part, by
//! and for the person alone.

use std::convert::Infallible;
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

use super::{name_of, own};
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

/// A part of the file: what it is called, and its rows.
struct Part {
    name: &'static str,
    rows: Vec<Value>,
}

/// Begins to send a person's own data. Everything is read before the first byte leaves, so that the file is whole or is
/// not sent: what one person can have is bounded.
///
/// # Errors
/// When nobody is signed in, or the store does not answer.
pub async fn export(hall: &Arc<Hall>, visitor: &Visitor, form: Form) -> Result<Body, Failure> {
    let citizen = signed_in(visitor)?;
    let mine = own(hall, visitor).await?;
    let claims = wallet(hall, visitor).await?;
    let appeals = hall.store.appeals_of(&citizen.person).await.map_err(busy)?;
    let parts = [
        Part { name: "person", rows: vec![person(citizen)] },
        Part { name: "accounts", rows: mine.accounts.iter().map(account).collect() },
        Part { name: "consents", rows: mine.consents.iter().map(consent).collect() },
        Part { name: "sessions", rows: mine.sessions.iter().map(session).collect() },
        Part { name: "claims", rows: claims.iter().map(claim).collect() },
        Part { name: "appeals", rows: appeals.iter().map(appeal).collect() },
    ];
    let text = Text(visitor.language);
    let at = hall.clock.system();
    let mut first = true;
    let body = stream::iter(parts).map(move |part| {
        let written = match form {
            Form::Json => as_json(&part, std::mem::take(&mut first), at),
            Form::Text => as_text(&part, std::mem::take(&mut first), at, text),
        };
        Ok::<Bytes, Infallible>(Bytes::from(written))
    });
    let end = match form {
        Form::Json => "\n}\n",
        Form::Text => "",
    };
    let end = stream::iter([Ok(Bytes::from_static(end.as_bytes()))]);
    Ok(Body::from_stream(body.chain(end)))
}

fn as_json(part: &Part, is_first: bool, at: Timestamp) -> String {
    let rows: Vec<String> = part.rows.iter().map(|row| format!("    {row}")).collect();
    let head = if is_first { format!("{{\n  \"exported_at\": \"{at}\"") } else { String::new() };
    let rows =
        if rows.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", rows.join(",\n")) };
    format!("{head},\n  \"{}\": {rows}", part.name)
}

fn as_text(part: &Part, is_first: bool, at: Timestamp, text: Text) -> String {
    let mut lines = Vec::new();
    if is_first {
        lines.push(format!("{}  {at}", text.me_export()));
    }
    lines.push(String::new());
    lines.push(format!("== {} ==", text.export_part(part.name)));
    for row in &part.rows {
        if let Value::Object(members) = row {
            for (name, value) in members {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                lines.push(format!("{name}: {value}"));
            }
        }
        lines.push(String::new());
    }
    lines.join("\n")
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

fn consent(row: &store::consent::ConsentRow) -> Value {
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

fn session(row: &store::me::OwnSession) -> Value {
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
