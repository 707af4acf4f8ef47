//! What every account holds by what was done, without looking at a transfer.

use std::collections::{BTreeMap, BTreeSet};

use domain::id::{MerchantId, RoundId};
use domain::ledger::Account;
use domain::refund::Effect;
use store::ledger::{LedgerFacts, RoundFacts};

use super::Problems;
use super::chain::Balances;

/// The figures of acts, in fen.
pub(super) struct Sums {
    /// All the money there is.
    appropriation: i64,
    /// What left the hands of citizens less what came back, by round.
    gone: BTreeMap<RoundId, i64>,
    /// What merchants redeemed less what was refunded.
    net: BTreeMap<MerchantId, i64>,
    /// What was moved to paid with payments, less what refunds took back of it.
    paid: BTreeMap<MerchantId, i64>,
    /// What the bank paid.
    payout: BTreeMap<MerchantId, i64>,
}

impl Sums {
    pub(super) fn of(facts: &LedgerFacts) -> Self {
        Self {
            appropriation: facts.appropriation_fen,
            gone: BTreeMap::new(),
            net: BTreeMap::new(),
            paid: BTreeMap::new(),
            payout: BTreeMap::new(),
        }
    }

    /// A voucher was used: `took` is owed to the merchant, the rest of its face is free.
    pub(super) fn redeemed(&mut self, round: &RoundId, merchant: MerchantId, took: i64, rest: i64) {
        add(&mut self.gone, round.clone(), took + rest);
        add(&mut self.net, merchant, took);
    }

    /// A sale was refunded, whole or in part.
    pub(super) fn refunded(&mut self, round: &RoundId, merchant: MerchantId, effect: &Effect) {
        if effect.voucher_returned {
            add(&mut self.gone, round.clone(), -effect.voucher.fen() - effect.from_pool.fen());
        }
        add(&mut self.net, merchant, -effect.voucher.fen());
        add(&mut self.paid, merchant, -effect.from_paid.fen());
    }

    /// The bank paid a merchant.
    pub(super) fn paid(&mut self, merchant: MerchantId, payout: i64, moved: i64) {
        add(&mut self.paid, merchant, moved);
        add(&mut self.payout, merchant, payout);
    }

    /// Holds the stored balances against those of the transfers and those of the acts.
    pub(super) fn compare(
        &self,
        facts: &LedgerFacts,
        transfers: &Balances,
        problems: &mut Problems,
    ) {
        let acts = self.by_account(facts, problems);
        let stored: BTreeMap<&str, i64> =
            facts.accounts.iter().map(|(name, fen)| (name.as_str(), *fen)).collect();
        for (name, balance) in &stored {
            let table = "ledger_account";
            let rebuilt = transfers.get(*name).copied().unwrap_or_default();
            if rebuilt != *balance {
                let what = format!("holds {balance} fen, its transfers say {rebuilt}");
                problems.say(table, name, what);
            }
            if *balance < 0 {
                problems.say(table, name, "is below zero");
            }
            if !self.is_known(name, facts) {
                problems.say(table, name, "there is no such round or merchant");
            }
        }
        // The pool has what is nowhere else: what is wrong with it follows from the others, so it comes last.
        let pool = Account::Pool.to_string();
        let named: BTreeSet<(bool, &String)> =
            transfers.keys().chain(acts.keys()).map(|name| (*name == pool, name)).collect();
        for (_, name) in named {
            let rebuilt = transfers.get(name).copied().unwrap_or_default();
            let expected = acts.get(name).copied().unwrap_or_default();
            if rebuilt != expected {
                let what = format!(
                    "its transfers say {rebuilt} fen, claims, redemptions, refunds and payments say {expected}"
                );
                problems.say("ledger_account", name, what);
            }
            if transfers.contains_key(name) && !stored.contains_key(name.as_str()) {
                problems.say("ledger_account", name, "is not there");
            }
        }
        let total: i64 = stored.values().sum();
        if total != self.appropriation {
            let what = format!("is {} fen, the accounts hold {total} together", self.appropriation);
            problems.say("campaign", "appropriation", what);
        }
        for (merchant, paid) in &self.paid {
            if *paid > self.payout.get(merchant).copied().unwrap_or_default() {
                problems.say("merchant", merchant, "more is paid than the bank paid");
            }
        }
    }

    /// What each account holds by the acts. The pool has what is nowhere else.
    fn by_account(&self, facts: &LedgerFacts, problems: &mut Problems) -> Balances {
        let mut balances = Balances::new();
        if facts.claims_astray != 0 {
            let astray = format_args!("{} are for no pack of their round", facts.claims_astray);
            problems.say("claim", "any", astray);
        }
        for round in &facts.rounds {
            let gone = self.gone.get(&round.round).copied().unwrap_or_default();
            let (stock, issued) = packs(round, problems);
            // The closing moved everything that was left, and nothing comes after it.
            let (stock, issued) = if round.closed { (0, 0) } else { (stock, issued - gone) };
            balances.insert(Account::Stock(round.round.clone()).to_string(), stock);
            balances.insert(Account::Issued(round.round.clone()).to_string(), issued);
        }
        for (merchant, net) in &self.net {
            let paid = self.paid.get(merchant).copied().unwrap_or_default();
            balances.insert(Account::Payable(*merchant).to_string(), net - paid);
        }
        for (merchant, paid) in &self.paid {
            balances.insert(Account::Paid(*merchant).to_string(), *paid);
        }
        let elsewhere: i64 = balances.values().sum();
        balances.insert(Account::Pool.to_string(), self.appropriation - elsewhere);
        balances
    }

    /// Whether the account is of a round, or of a merchant that redeemed or is at least there.
    fn is_known(&self, name: &str, facts: &LedgerFacts) -> bool {
        match name.parse() {
            Ok(Account::Pool) => true,
            Ok(Account::Stock(round) | Account::Issued(round)) => {
                facts.rounds.iter().any(|it| it.round == round)
            }
            Ok(Account::Payable(merchant) | Account::Paid(merchant)) => {
                self.net.contains_key(&merchant) || self.paid.contains_key(&merchant)
            }
            Err(_) => false,
        }
    }
}

/// The packs' own counts against the claims; gives what is set aside and what was issued by them (R14).
fn packs(round: &RoundFacts, problems: &mut Problems) -> (i64, i64) {
    let (mut stock_fen, mut issued_fen) = (0, 0);
    for pack in &round.packs {
        let key = format!("{}, {}", round.round, pack.pack);
        if pack.issued != pack.claims_granted || pack.held != pack.claims_held {
            let counted = pack.claims_granted + pack.claims_held;
            let said = pack.issued + pack.held;
            problems.say("pack", &key, format_args!("counts {said} claims, {counted} are there"));
        }
        if pack.issued + pack.held + pack.remaining != pack.stock {
            problems.say("pack", &key, "issued, held and remaining are not its stock");
        }
        stock_fen += (pack.remaining + pack.held) * pack.face_fen;
        issued_fen += pack.issued * pack.face_fen;
    }
    (stock_fen, issued_fen)
}

fn add<K: Ord>(sums: &mut BTreeMap<K, i64>, key: K, fen: i64) {
    *sums.entry(key).or_default() += fen;
}
