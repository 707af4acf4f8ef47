//! The words of the wallet.

use domain::language::Language;
use domain::money::Amount;

use super::{Around, Text};

messages! {
    fn usable = "可使用" | "可使用" | "Usable";
    fn used = "已使用" | "已使用" | "Used";
    fn lapsed = "已失效" | "已失效" | "Lapsed";
    fn usable_sum = "可使用的合計" | "可使用的合计" | "Usable in total";
    fn show_code = "出示券碼" | "出示券码" | "Show code";
    fn next_voucher = "下一張" | "下一张" | "Next";
    fn once_a_day = "同一商家每天一張" | "同一商家每天一张" | "One a day per shop";
    fn wallet_empty = "卡包還是空的" | "卡包还是空的" | "Your wallet is still empty";
    fn wallet_empty_text =
        "領到的券會放在這裡，隨時可以出示。"
        | "领到的券会放在这里，随时可以出示。"
        | "The vouchers you claim are kept here, ready to be shown.";
    fn see_round = "去看這一輪" | "去看这一轮" | "See the current round";
    fn was_used = "已在商家用掉" | "已在商家用掉" | "Used at a shop";
    fn has_lapsed =
        "沒有用掉的金額會加入後面的輪次" | "没有用掉的金额会加入后面的轮次" | "What was not used goes to later rounds";
}

impl Text {
    /// How many are usable and for how long: 3 張 · 還有 5 天 14 小時.
    pub fn usable_for(self, count: usize, left_ms: i64) -> String {
        let (vouchers, span) = (self.vouchers(count), self.span(left_ms));
        say!(
            self,
            "{vouchers} · 還有 {span}" | "{vouchers} · 还有 {span}" | "{vouchers} · {span} left"
        )
    }

    /// When usable vouchers lapse; `first` where others last longer.
    pub const fn lapses_at(self, first: bool) -> Around {
        match (self.0, first) {
            (Language::Hant | Language::Hans, false) => ("", " 失效"),
            (Language::Hant | Language::Hans, true) => ("最早 ", " 失效"),
            (Language::English, false) => ("until ", ""),
            (Language::English, true) => ("the first until ", ""),
        }
    }

    /// Until when a voucher can be used: 4 月 28 日 24:00 前.
    pub const fn usable_before(self) -> Around {
        match self.0 {
            Language::Hant | Language::Hans => ("", " 前"),
            Language::English => ("before ", ""),
        }
    }

    /// The end of a voucher that has lapsed.
    pub const fn was_usable_until(self) -> Around {
        match self.0 {
            Language::Hant => ("", " 已過"),
            Language::Hans => ("", " 已过"),
            Language::English => ("Until ", ""),
        }
    }

    /// The act of the bar. It is not called 出示券碼, so that each voucher's own link keeps that name to itself.
    pub fn use_voucher(self, face: Amount, kind: &str) -> String {
        say!(self, "使用 ¥{face} {kind}" | "使用 ¥{face} {kind}" | "Use ¥{face} {kind}")
    }

    /// The conditions of the bar's voucher.
    pub fn use_conditions(self, minimum_spend: Amount) -> String {
        self.facts(&[self.usable_from(minimum_spend).as_str(), self.once_a_day()])
    }
}
