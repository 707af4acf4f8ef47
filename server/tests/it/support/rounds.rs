//! Rounds that a test steers without the console, and plans as a browser sends them.

use domain::id::RoundId;
use domain::ledger::{Account, Transfer};
use domain::round::change::Change;
use server::campaign_file::seal;

use super::App;

impl App {
    /// Makes a change of round `r1` past the doors: the round and its money, no more.
    pub(crate) async fn steer(&self, change: &Change) {
        let id: RoundId = "r1".parse().unwrap();
        let now = self.hall.clock.campaign();
        let mut tx = self.hall.store.begin().await.unwrap();
        let locked = store::claim::lock_round(&mut tx, &id).await.unwrap().unwrap();
        let after = locked.round.changed(change, now, &[]).unwrap();
        store::round::record(&mut tx, &locked.round, &after).await.unwrap();
        let price = locked.round.price_of(change).unwrap();
        if price > domain::money::Amount::ZERO {
            let accounts = [Account::Pool, Account::Stock(id.clone())];
            store::ledger::lock_accounts(&mut tx, accounts).await.unwrap();
            let transfer = seal(Transfer::addition(now, &id, price, locked.link));
            store::round::set_aside(&mut tx, &id, &transfer).await.unwrap();
        }
        tx.commit().await.unwrap();
    }
}

/// A plan of one pack of ¥50, as the form sends it.
pub(crate) fn plan_form<'a>(
    opens: &'a str,
    closes: &'a str,
    stock: &'a str,
) -> Vec<(&'a str, &'a str)> {
    vec![
        ("step", "save"),
        ("name_hant", "第二輪"),
        ("name_en", "Round 2"),
        ("opens", opens),
        ("closes", closes),
        ("limit_per", "round"),
        ("refund_policy", "full_refund_returns_voucher"),
        ("use_order", "largest_discount_first"),
        ("real_name_level", "3"),
        ("pack0_hant", "五券卡包"),
        ("pack0_stock", stock),
        ("pack0_0_kind", "general"),
        ("pack0_0_face", "10"),
        ("pack0_0_minimum", "40"),
        ("pack0_0_count", "5"),
        ("note_dining_hant", "堂食和外賣都可以用。"),
    ]
}
