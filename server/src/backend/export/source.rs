//! The text of a file, page by page.

use std::collections::HashMap;

use domain::export::{self, Export, Totals};
use domain::id::{ClaimId, MerchantId, PackId, RedemptionId, RefundId, RoundId};
use domain::settlement::ClosedDay;
use store::{Error, Tx};

use crate::backend::settlement::{MERCHANTS, due_after};

/// How many rows are read at a time.
const PAGE: u32 = 1_000;

/// Where the file stands.
enum After {
    Accounts(String),
    Transfers(Option<(String, i64)>),
    Claims(Option<ClaimId>),
    Redemptions(Option<RedemptionId>),
    Refunds(Option<RefundId>),
    Due(Option<MerchantId>),
    Audit(i64),
}

/// What is left of a file.
enum Left {
    Head,
    Rows(After),
    Nothing,
}

/// A file that is being read, in one snapshot.
pub(super) struct Source {
    tx: Tx,
    export: Export,
    with_persons: bool,
    /// The faces of the packs, for claims.
    faces: HashMap<(RoundId, PackId), i64>,
    /// The day, for a file that is of one.
    day: ClosedDay,
    totals: Totals,
    left: Left,
}

impl Source {
    pub(super) fn new(
        tx: Tx,
        export: Export,
        with_persons: bool,
        faces: HashMap<(RoundId, PackId), i64>,
        day: ClosedDay,
    ) -> Self {
        let (totals, left) = (Totals::default(), Left::Head);
        Self { tx, export, with_persons, faces, day, totals, left }
    }

    /// The next part of the file; `None` when it is whole.
    pub(super) async fn next(&mut self) -> Result<Option<String>, Error> {
        match std::mem::replace(&mut self.left, Left::Nothing) {
            Left::Nothing => Ok(None),
            Left::Head => {
                self.left = Left::Rows(self.beginning());
                Ok(Some(self.export.head().to_owned()))
            }
            Left::Rows(after) => {
                let (text, after) = self.page(after).await?;
                if let Some(after) = after {
                    self.left = Left::Rows(after);
                    return Ok(Some(text));
                }
                Ok(Some(text + &self.totals.line(self.export)))
            }
        }
    }

    const fn beginning(&self) -> After {
        match self.export {
            Export::Accounts => After::Accounts(String::new()),
            Export::Transfers => After::Transfers(None),
            Export::Claims => After::Claims(None),
            Export::Redemptions => After::Redemptions(None),
            Export::Refunds => After::Refunds(None),
            Export::Due => After::Due(None),
            Export::Audit => After::Audit(0),
        }
    }

    /// A page of lines, and where the next one begins; none when this was the last.
    async fn page(&mut self, after: After) -> Result<(String, Option<After>), Error> {
        let Self { tx, totals, faces, with_persons, day, .. } = self;
        let mut text = String::new();
        let next = match after {
            After::Accounts(after) => {
                let rows = store::ledger::accounts_after(tx, &after, PAGE).await?;
                for (name, fen) in &rows {
                    text.push_str(&export::account(name, *fen, totals));
                }
                rows.into_iter().next_back().map(|(name, _)| After::Accounts(name))
            }
            After::Transfers(after) => {
                let rows = store::ledger::transfers(tx, after, PAGE).await?;
                for row in &rows {
                    text.push_str(&export::transfer(&row.transfer, &row.hash, totals));
                }
                let last = rows.last().map(|row| &row.transfer);
                last.map(|it| After::Transfers(Some((it.chain.to_string(), it.sequence))))
            }
            After::Claims(after) => {
                let rows = store::claim::claims_after(tx, after, PAGE).await?;
                for row in &rows {
                    let pack = (row.round.clone(), row.choice.pack.clone());
                    let face = faces.get(&pack).copied().unwrap_or_default();
                    text.push_str(&export::claim(row, face, *with_persons, totals));
                }
                rows.last().map(|last| After::Claims(Some(last.id)))
            }
            After::Redemptions(after) => {
                let rows = store::redemption::redemptions_after(tx, after, PAGE).await?;
                for (sequence, row) in &rows {
                    text.push_str(&export::redemption(row, *sequence, *with_persons, totals));
                }
                rows.last().map(|(_, last)| After::Redemptions(Some(last.id)))
            }
            After::Refunds(after) => {
                let rows = store::refund::refunds_after(tx, after, PAGE).await?;
                for (sequence, row) in &rows {
                    text.push_str(&export::refund(row, *sequence, totals));
                }
                rows.last().map(|(_, last)| After::Refunds(Some(last.id)))
            }
            After::Due(after) => {
                let rows = due_after(tx, *day, after, MERCHANTS).await?;
                for row in &rows {
                    text.push_str(&export::due(row, totals));
                }
                rows.last().map(|last| After::Due(Some(last.payee.merchant)))
            }
            After::Audit(after) => {
                let rows = store::audit::records(tx, after, PAGE).await?;
                let last = rows.last().map(|row| row.sequence);
                for row in rows {
                    let sealed = row.read?;
                    text.push_str(&export::record(&sealed.record, &sealed.hash, totals));
                }
                last.map(After::Audit)
            }
        };
        Ok((text, next))
    }
}
