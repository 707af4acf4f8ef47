//! What can be taken out of the console as a file, and what each line of it says. No name of a person is in any of
//! them; whose a claim or a redemption is, an identifier says, and only to whoever may know.

use crate::audit::Record;
use crate::claim::{Claim, ClaimState};
use crate::csv::Line;
use crate::ledger::{Digest, Transfer, hex};
use crate::redemption::Redemption;
use crate::refund::Refund;
use crate::settlement::Due;
use crate::staff::{Permit, Role};

/// A file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Export {
    /// The ledger's accounts with their balances.
    Accounts,
    /// The ledger's transfers, a line for each posting.
    Transfers,
    /// Claims.
    Claims,
    /// Redemptions.
    Redemptions,
    /// Refunds.
    Refunds,
    /// What the bank has to pay for a day.
    Due,
    /// The audit record.
    Audit,
}

impl Export {
    /// Every file.
    pub const ALL: [Self; 7] = [
        Self::Accounts,
        Self::Transfers,
        Self::Claims,
        Self::Redemptions,
        Self::Refunds,
        Self::Audit,
        Self::Due,
    ];

    /// Its name in addresses, without ending.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Transfers => "transfers",
            Self::Claims => "claims",
            Self::Redemptions => "redemptions",
            Self::Refunds => "refunds",
            Self::Due => "due",
            Self::Audit => "audit",
        }
    }

    /// The file of a name.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|export| export.code() == code)
    }

    /// What a role must be allowed to do to take it.
    pub const fn permit(self) -> Permit {
        match self {
            Self::Accounts | Self::Transfers | Self::Due => Permit::ReadMoney,
            Self::Claims | Self::Redemptions | Self::Refunds => Permit::ExportActs,
            Self::Audit => Permit::ReadAudit,
        }
    }

    /// Whether it is about one day, which is over.
    pub const fn is_of_a_day(self) -> bool {
        matches!(self, Self::Due)
    }

    /// The files that a role may take.
    pub fn open_to(role: Role) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |export| role.may(export.permit()))
    }

    /// Its first line.
    pub const fn head(self) -> &'static str {
        match self {
            Self::Accounts => "account,balance_fen\r\n",
            Self::Transfers => {
                "chain,sequence,reason,at,position,source,target,amount_fen,digest,previous,hash\r\n"
            }
            Self::Claims => "claim,round,pack,serial,state,claimed_at,face_fen,person\r\n",
            Self::Redemptions => {
                "redemption,voucher,round,merchant,till,redeemed_at,scene,reference,order_fen,\
                 merchant_coupon_fen,voucher_fen,rest_fen,to_pay_fen,refunded_fen,undone,voucher_returned,\
                 transfer,person\r\n"
            }
            Self::Refunds => {
                "refund,redemption,round,merchant,till,refunded_at,order_refund_fen,voucher_fen,\
                 from_paid_fen,from_pool_fen,undone,voucher_returned,transfer\r\n"
            }
            Self::Due => {
                "merchant,credit_code,name,day,net_fen,carried_in_fen,payout_fen,due_fen,held,\
                 bank_reference\r\n"
            }
            Self::Audit => "sequence,at,who,act,subject,detail,previous,hash\r\n",
        }
    }
}

/// The sums of a file, in fen, for its last line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many lines.
    pub lines: u64,
    /// The sums of the columns with amounts, in their order.
    pub fen: [i64; 6],
}

impl Totals {
    /// Adds a line.
    pub fn add<const N: usize>(&mut self, amounts: [i64; N]) {
        self.lines += 1;
        for (sum, fen) in self.fen.iter_mut().zip(amounts) {
            *sum += fen;
        }
    }

    /// The last line: `total`, the sums under their columns, the number of lines in the second cell.
    pub fn line(&self, export: Export) -> String {
        let [first, second, third, fourth, fifth, sixth] = self.fen;
        let line = Line::default().plain("total").plain(self.lines);
        match export {
            Export::Accounts => return Line::default().plain("total").plain(first).end(),
            Export::Transfers => {
                let line = skip(line, 5).plain(first);
                skip(line, 3)
            }
            Export::Claims => skip(line, 4).plain(first).plain(""),
            Export::Redemptions => {
                let line = skip(line, 6).plain(first).plain(second).plain(third).plain(fourth);
                skip(line.plain(fifth).plain(sixth), 4)
            }
            Export::Refunds => {
                let line = skip(line, 4).plain(first).plain(second).plain(third).plain(fourth);
                skip(line, 3)
            }
            Export::Due => {
                let line = skip(line, 2).plain(first).plain(second).plain(third).plain(fourth);
                skip(line, 2)
            }
            Export::Audit => skip(line, 6),
        }
        .end()
    }
}

fn skip(line: Line, cells: usize) -> Line {
    (0..cells).fold(line, |line, _| line.plain(""))
}

/// An account.
pub fn account(name: &str, balance_fen: i64, totals: &mut Totals) -> String {
    totals.add([balance_fen]);
    Line::default().plain(name).plain(balance_fen).end()
}

/// A transfer: a line for each posting.
pub fn transfer(transfer: &Transfer, hash: &Digest, totals: &mut Totals) -> String {
    let (digest, previous, hash) = (hex(&transfer.digest), hex(&transfer.previous), hex(hash));
    let mut lines = String::new();
    for (position, posting) in transfer.postings.iter().enumerate() {
        totals.add([posting.amount.fen()]);
        let line = Line::default().plain(&transfer.chain).plain(transfer.sequence);
        let line = line.plain(transfer.reason.code()).plain(transfer.at).plain(position);
        let line = line.maybe(posting.source.as_ref()).plain(&posting.target);
        let line = line.plain(posting.amount.fen()).plain(&digest).plain(&previous).plain(&hash);
        lines.push_str(&line.end());
    }
    lines
}

/// A claim of a pack with that face; `with_person` says whose it is.
pub fn claim(claim: &Claim, face_fen: i64, with_person: bool, totals: &mut Totals) -> String {
    let (state, face_fen) = match claim.state {
        ClaimState::Granted => ("granted", face_fen),
        // Its money is still set aside, or was never issued.
        ClaimState::Held => ("held", 0),
        ClaimState::Refused => ("refused", 0),
    };
    totals.add([face_fen]);
    let line = Line::default().plain(claim.id).plain(&claim.round).plain(&claim.choice.pack);
    let line = line.maybe(claim.serial).plain(state).plain(claim.claimed_at).plain(face_fen);
    line.maybe(with_person.then_some(claim.person)).end()
}

/// A redemption that a transfer of its round's chain settled.
pub fn redemption(
    it: &Redemption,
    sequence: i64,
    with_person: bool,
    totals: &mut Totals,
) -> String {
    let price = &it.price;
    let amounts =
        [price.order, price.merchant_coupon, price.voucher, price.rest, price.to_pay, it.refunded];
    let amounts = amounts.map(crate::money::Amount::fen);
    totals.add(amounts);
    let line = Line::default().plain(it.id).plain(it.voucher).plain(&it.round);
    let line = line.plain(it.actor.merchant).plain(it.actor.till).plain(it.redeemed_at);
    let line = line.plain(it.scene.code());
    let line = line.text(it.reference.as_ref().map_or("", |reference| reference.as_str()));
    let line = amounts.into_iter().fold(line, Line::plain);
    let line = line.plain(u8::from(it.undone)).plain(u8::from(it.voucher_returned));
    line.plain(sequence).maybe(with_person.then_some(it.person)).end()
}

/// A refund, with the transfer that settled it where it moved money.
pub fn refund(it: &Refund, sequence: Option<i64>, totals: &mut Totals) -> String {
    let effect = &it.effect;
    let amounts = [it.amount, effect.voucher, effect.from_paid, effect.from_pool];
    let amounts = amounts.map(crate::money::Amount::fen);
    totals.add(amounts);
    let line = Line::default().plain(it.id).plain(it.redemption).plain(&it.round);
    let line = line.plain(it.actor.merchant).plain(it.actor.till).plain(it.refunded_at);
    let line = amounts.into_iter().fold(line, Line::plain);
    let line = line.plain(u8::from(effect.undone)).plain(u8::from(effect.voucher_returned));
    line.maybe(sequence).end()
}

/// What the bank has to pay a merchant for a day. `payout_fen` is what the day's file says and stays; `due_fen` is what
/// is still to be paid, and the sum of it what the bank is to be told now.
pub fn due(it: &Due, totals: &mut Totals) -> String {
    let Due { payee, settled, held, bank_reference } = it;
    let (payout, due) = (settled.payout.fen(), it.amount().fen());
    let amounts = [settled.net_fen, settled.carried_in_fen, payout, due];
    totals.add(amounts);
    let line = Line::default().plain(payee.merchant).plain(payee.credit_code.as_str());
    let line = line.text(&payee.name).plain(settled.day);
    let line = amounts.into_iter().fold(line, Line::plain).plain(u8::from(*held));
    line.text(bank_reference.as_deref().unwrap_or_default()).end()
}

/// A record of what was done.
pub fn record(record: &Record, hash: &Digest, totals: &mut Totals) -> String {
    totals.add([]);
    let entry = &record.entry;
    let line = Line::default().plain(record.sequence).plain(entry.at).plain(&entry.who);
    let line = line.plain(entry.act.code()).text(&entry.subject).text(&entry.detail);
    line.plain(hex(&record.previous)).plain(hex(hash)).end()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_has_as_many_cells_as_the_first() {
        for export in Export::ALL {
            let totals = Totals { lines: 2, fen: [1, 2, 3, 4, 5, 6] };
            let line = totals.line(export);
            let cells = |line: &str| line.trim_end().split(',').count();
            assert_eq!(cells(&line), cells(export.head()), "{export:?}: {line}");
            let columns = export.head().trim_end().split(',');
            for (column, cell) in columns.zip(line.trim_end().split(',')) {
                let is_sum = column.ends_with("_fen");
                let is_label = cell == "total" || cell == "2" && !is_sum;
                assert!(is_label || is_sum != cell.is_empty(), "{export:?}, {column}: {line}");
            }
            assert_eq!(Export::from_code(export.code()), Some(export));
        }
    }
}
