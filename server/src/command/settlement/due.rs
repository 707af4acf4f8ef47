//! `jinquan settlement due`.

use std::process::ExitCode;

use domain::export::{self, Export, Totals};
use domain::id::MerchantId;
use domain::settlement::{ClosedDay, Due};
use serde::Serialize;

use super::super::{campaign, open, put, say};
use super::{closed, read_day};
use crate::backend::settlement::{MERCHANTS, due_after};
use crate::setting::PlaceOptions;
use crate::start::CannotStart;

/// A merchant of the list as JSON.
#[derive(Serialize)]
struct DueLine<'a> {
    merchant: MerchantId,
    credit_code: &'a str,
    name: &'a str,
    net_fen: i64,
    carried_in_fen: i64,
    payout_fen: i64,
    due_fen: i64,
    held: bool,
    bank_reference: Option<&'a str>,
}

impl<'a> DueLine<'a> {
    fn of(it: &'a Due) -> Self {
        Self {
            merchant: it.payee.merchant,
            credit_code: it.payee.credit_code.as_str(),
            name: &it.payee.name,
            net_fen: it.settled.net_fen,
            carried_in_fen: it.settled.carried_in_fen,
            payout_fen: it.settled.payout.fen(),
            due_fen: it.amount().fen(),
            held: it.held,
            bank_reference: it.bank_reference.as_deref(),
        }
    }
}

/// Lists what the bank has to pay for a day, of one snapshot, page by page. A list that breaks off lacks its last line,
/// and the command does not end with 0.
pub(super) async fn due(
    place: PlaceOptions,
    date: &str,
    json: bool,
) -> Result<ExitCode, CannotStart> {
    let day = read_day(date)?;
    let place = open(place).await?;
    campaign(&place.store).await?;
    let Some((_, day)) = closed(&place, day, "listed").await? else {
        return Ok(ExitCode::FAILURE);
    };
    begin(day, json);
    let mut tx = place.store.snapshot().await?;
    let (mut totals, mut after) = (Totals::default(), None);
    loop {
        let page = due_after(&mut tx, day, after, MERCHANTS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.payee.merchant);
        for it in &page {
            let comma = if totals.lines > 0 { "," } else { "" };
            let line = export::due(it, &mut totals);
            if json {
                let line = serde_json::to_string(&DueLine::of(it));
                let line = line.map_err(|error| CannotStart(error.to_string()))?;
                say(&format!("{comma}{line}"));
            } else {
                put(&line);
            }
        }
    }
    end(&totals, json);
    Ok(ExitCode::SUCCESS)
}

fn begin(day: ClosedDay, json: bool) {
    if json {
        say(&format!("{{\"day\":\"{}\",\"merchants\":[", day.day()));
    } else {
        put(Export::Due.head());
    }
}

fn end(totals: &Totals, json: bool) {
    if json {
        let [net, carried_in, payout, due, ..] = totals.fen;
        say(&format!(
            "],\"total\":{{\"merchants\":{},\"net_fen\":{net},\"carried_in_fen\":{carried_in},\
             \"payout_fen\":{payout},\"due_fen\":{due}}}}}",
            totals.lines
        ));
    } else {
        put(&totals.line(Export::Due));
    }
}
