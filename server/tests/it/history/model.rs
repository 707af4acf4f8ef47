//! What a history comes to, by the plainest means: lists that are gone through.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::time::{BeijingDay, Timestamp};

use super::ends_at;

/// A redemption that is asked for.
#[derive(Debug)]
pub(super) struct Ask {
    pub(super) person: usize,
    /// 0 to 2 are general, 3 is fuel, 4 is dining.
    pub(super) slot: usize,
    /// 0 and 1 are dining, 2 is fuel.
    pub(super) till: usize,
    pub(super) order_fen: i64,
    pub(super) key: usize,
}

/// An answer: which redemption, or whether the voucher came back; or the code of the refusal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    Yes(usize),
    No(String),
}

pub(super) struct Sale {
    person: usize,
    slot: usize,
    pub(super) till: usize,
    day: BeijingDay,
    pub(super) to_pay: i64,
    pub(super) refunded: i64,
    undone: bool,
    returned: bool,
}

pub(super) struct Model {
    pub(super) now: Timestamp,
    pub(super) suspended: Vec<bool>,
    pub(super) sales: Vec<Sale>,
    pub(super) payable: Vec<i64>,
    pub(super) paid: Vec<i64>,
    pub(super) issued: i64,
    stock: i64,
    pub(super) pool: i64,
    redeemed: HashMap<(usize, usize), (usize, String)>,
    refunds: HashMap<(usize, usize, usize), (i64, bool)>,
    nets: Vec<BTreeMap<BeijingDay, i64>>,
    payments: HashSet<(usize, BeijingDay)>,
    bank: Vec<i64>,
}

fn no(code: &str) -> Said {
    Said::No(code.to_owned())
}

impl Model {
    pub(super) fn new(tills: usize, now: Timestamp) -> Self {
        Self {
            now,
            suspended: vec![false; tills],
            sales: Vec::new(),
            payable: vec![0; tills],
            paid: vec![0; tills],
            issued: 0,
            stock: 300_000_000,
            // What the campaign has beyond the packs of its one round.
            pool: 1_500_000_000 - 300_000_000,
            redeemed: HashMap::new(),
            refunds: HashMap::new(),
            nets: vec![BTreeMap::new(); tills],
            payments: HashSet::new(),
            bank: vec![0; tills],
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.now < ends_at()
    }

    pub(super) fn claim(&mut self) {
        self.issued += 5_000;
        self.stock -= 5_000;
    }

    /// The round is over: what is left of it is free (R15).
    pub(super) fn close(&mut self) {
        self.pool += self.issued + self.stock;
        (self.issued, self.stock) = (0, 0);
    }

    fn is_used(&self, person: usize, slot: usize) -> bool {
        self.sales.iter().any(|it| it.person == person && it.slot == slot && !it.returned)
    }

    pub(super) fn state(&self, person: usize, slot: usize) -> &'static str {
        match (self.is_used(person, slot), self.is_open()) {
            (true, _) => "used",
            (false, true) => "usable",
            (false, false) => "lapsed",
        }
    }

    pub(super) fn redeem(&mut self, ask: &Ask, body: &str) -> Said {
        if let Some((sale, before)) = self.redeemed.get(&(ask.till, ask.key)) {
            return if before == body { Said::Yes(*sale) } else { no("request_key_reused") };
        }
        let day = self.now.beijing_day();
        let fits = match ask.slot {
            3 => ask.till == 2,
            4 => ask.till < 2,
            _ => true,
        };
        let met = |it: &Sale| {
            it.person == ask.person && it.till == ask.till && it.day == day && !it.undone
        };
        if self.suspended[ask.till] {
            return no("merchant_suspended");
        } else if self.is_used(ask.person, ask.slot) {
            return no("voucher_used");
        } else if !self.is_open() {
            return no("voucher_lapsed");
        } else if !fits {
            return no("category_mismatch");
        } else if ask.order_fen - 500 < 4_000 {
            return no("below_minimum_spend");
        } else if self.sales.iter().any(met) {
            return no("one_per_merchant_per_day");
        }
        self.redeemed.insert((ask.till, ask.key), (self.sales.len(), body.to_owned()));
        self.sales.push(Sale {
            person: ask.person,
            slot: ask.slot,
            till: ask.till,
            day,
            to_pay: ask.order_fen - 1_500,
            refunded: 0,
            undone: false,
            returned: false,
        });
        self.issued -= 1_000;
        self.payable[ask.till] += 1_000;
        *self.nets[ask.till].entry(day).or_default() += 1_000;
        Said::Yes(self.sales.len() - 1)
    }

    pub(super) fn refund(&mut self, sale: usize, till: usize, key: usize, fen: i64) -> Said {
        if let Some((before, returned)) = self.refunds.get(&(sale, till, key)) {
            return if *before == fen {
                Said::Yes(usize::from(*returned))
            } else {
                no("request_key_reused")
            };
        }
        let open = self.is_open();
        let it = &mut self.sales[sale];
        if it.till != till {
            return no("not_found");
        }
        let left = it.to_pay - it.refunded;
        if left == 0 {
            return no("already_refunded");
        } else if fen > left {
            return no("refund_exceeds_order");
        }
        let whole = it.refunded == 0 && fen == it.to_pay;
        it.refunded += fen;
        it.undone = whole;
        it.returned = whole && open;
        let returned = it.returned;
        self.refunds.insert((sale, till, key), (fen, returned));
        if whole {
            let owed = self.payable[till].min(1_000);
            self.payable[till] -= owed;
            self.paid[till] -= 1_000 - owed;
            *(if returned { &mut self.issued } else { &mut self.pool }) += 1_000;
            *self.nets[till].entry(self.now.beijing_day()).or_default() -= 1_000;
        }
        Said::Yes(usize::from(returned))
    }

    /// What the bank pays a merchant for a day that is over; nothing for one that was paid or comes to nothing.
    pub(super) fn pay(&mut self, till: usize, day: BeijingDay) -> i64 {
        // For a minute what was decided before midnight may still be written.
        if self.now.millis_since(day.plus_days(1).start()) < 60_000 {
            return 0;
        }
        let (mut sum, mut told, mut payout) = (0, 0, 0);
        for (of, net) in self.nets[till].range(..=day) {
            sum += net;
            payout = if *of == day { (sum - told).max(0) } else { 0 };
            told = told.max(sum);
        }
        if payout > 0 && self.payments.insert((till, day)) {
            self.bank[till] += payout;
            let net = self.payable[till] + self.paid[till];
            self.paid[till] = net.min(self.bank[till]);
            self.payable[till] = net - self.paid[till];
        }
        // Recorded before, with the same reference: the same answer.
        payout
    }
}
