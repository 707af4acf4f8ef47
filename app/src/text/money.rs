//! Amounts in words.

use domain::language::Language;
use domain::money::{Amount, grouped};

use super::Text;

/// Yuan in one 萬.
const WAN: i64 = 10_000;

impl Text {
    /// An amount as it is said: 50 元.
    pub fn yuan(self, amount: Amount) -> String {
        say!(self, "{amount} 元" | "{amount} 元" | "¥{amount}")
    }

    /// A large amount as it is said: 300 萬元.
    pub fn budget(self, amount: Amount) -> String {
        let whole = amount.rest_fen() == 0 && amount.yuan() > 0;
        if whole && self.0 == Language::English && amount.yuan() % (WAN * 10) == 0 {
            let (millions, tenth) = (amount.yuan() / (WAN * 100), amount.yuan() / (WAN * 10) % 10);
            let millions = grouped(millions);
            return if tenth == 0 {
                format!("¥{millions} million")
            } else {
                format!("¥{millions}.{tenth} million")
            };
        }
        if whole && self.0 != Language::English && amount.yuan() % WAN == 0 {
            let wan = grouped(amount.yuan() / WAN);
            return say!(self, "{wan} 萬元" | "{wan} 万元" | "{wan}");
        }
        self.yuan(amount)
    }

    /// What a voucher takes off, and from when: 滿 40 元減 10 元.
    pub fn discount(self, minimum_spend: Amount, face: Amount) -> String {
        if minimum_spend == Amount::ZERO {
            return say!(
                self,
                "不限金額，減 {face} 元" | "不限金额，减 {face} 元" | "¥{face} off any amount"
            );
        }
        say!(
            self,
            "滿 {minimum_spend} 元減 {face} 元"
                | "满 {minimum_spend} 元减 {face} 元"
                | "¥{face} off when you spend ¥{minimum_spend}"
        )
    }

    /// From which order a voucher can be used, beside its face: 滿 40 元.
    pub fn minimum(self, minimum_spend: Amount) -> String {
        if minimum_spend == Amount::ZERO {
            return say!(self, "不限金額" | "不限金额" | "any amount");
        }
        say!(self, "滿 {minimum_spend} 元" | "满 {minimum_spend} 元" | "from ¥{minimum_spend}")
    }

    /// The same as a sentence: 滿 40 元可用.
    pub fn usable_from(self, minimum_spend: Amount) -> String {
        if minimum_spend == Amount::ZERO {
            return say!(self, "不限金額可用" | "不限金额可用" | "For any amount");
        }
        say!(
            self,
            "滿 {minimum_spend} 元可用"
                | "满 {minimum_spend} 元可用"
                | "When you spend ¥{minimum_spend}"
        )
    }

    /// So many packs: 60,000 套.
    pub fn packs(self, count: u32) -> String {
        let number = grouped(i64::from(count));
        match count {
            1 => say!(self, "{number} 套" | "{number} 套" | "{number} pack"),
            _ => say!(self, "{number} 套" | "{number} 套" | "{number} packs"),
        }
    }

    /// So many vouchers: 5 張.
    pub fn vouchers(self, count: usize) -> String {
        match count {
            1 => say!(self, "{count} 張" | "{count} 张" | "{count} voucher"),
            _ => say!(self, "{count} 張" | "{count} 张" | "{count} vouchers"),
        }
    }

    /// The place of a claim in its round: 第 12,345 位.
    pub fn serial(self, serial: u32) -> String {
        let number = grouped(i64::from(serial));
        say!(self, "第 {number} 位" | "第 {number} 位" | "No. {number}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn yuan(yuan: i64) -> Amount {
        Amount::from_fen(yuan * 100).expect("an amount")
    }

    #[test]
    fn a_budget_is_said_in_the_units_of_the_language() {
        let said = |amount| Language::ALL.map(|language| Text(language).budget(amount));
        assert_eq!(said(yuan(3_000_000)), ["300 萬元", "300 万元", "¥3 million"]);
        assert_eq!(said(yuan(3_800_000)), ["380 萬元", "380 万元", "¥3.8 million"]);
        assert_eq!(said(yuan(3_005_000)), ["3,005,000 元", "3,005,000 元", "¥3,005,000"]);
        assert_eq!(said(yuan(30_000)), ["3 萬元", "3 万元", "¥30,000"]);
        assert_eq!(said(Amount::ZERO), ["0 元", "0 元", "¥0"]);
    }

    #[test]
    fn a_voucher_without_a_minimum_does_not_speak_of_one() {
        let said = |minimum| {
            Language::ALL.map(|language| Text(language).discount(yuan(minimum), yuan(10)))
        };
        assert_eq!(
            said(40),
            ["滿 40 元減 10 元", "满 40 元减 10 元", "¥10 off when you spend ¥40"]
        );
        assert_eq!(said(0), ["不限金額，減 10 元", "不限金额，减 10 元", "¥10 off any amount"]);
    }
}
