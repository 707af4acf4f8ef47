//! Every "no" to a till in words: why, and what the cashier can do next.

use domain::refusal::TillRefusal;

use super::{Advice, Text};

impl Text {
    /// What a cashier is told for a refusal.
    pub const fn till_refusal(self, refusal: TillRefusal) -> Advice {
        let (reason, next) = match refusal {
            TillRefusal::RequestKeyReused => (self.till_key_reused(), self.till_key_reused_next()),
            TillRefusal::MerchantNotApproved => {
                (self.merchant_not_approved(), self.merchant_not_approved_next())
            }
            TillRefusal::MerchantSuspended => {
                (self.merchant_suspended(), self.merchant_suspended_next())
            }
            TillRefusal::OutsideCity => (self.outside_city(), self.outside_city_next()),
            TillRefusal::UnknownCode => (self.unknown_code(), self.unknown_code_next()),
            TillRefusal::CodeExpired => (self.code_expired(), self.code_expired_next()),
            TillRefusal::VoucherUsed => (self.till_voucher_used(), self.till_voucher_used_next()),
            TillRefusal::VoucherLapsed => {
                (self.till_voucher_lapsed(), self.till_voucher_lapsed_next())
            }
            TillRefusal::CategoryMismatch => {
                (self.category_mismatch(), self.category_mismatch_next())
            }
            TillRefusal::BelowMinimumSpend => {
                (self.below_minimum_spend(), self.below_minimum_spend_next())
            }
            TillRefusal::OnePerMerchantPerDay => {
                (self.one_per_merchant_per_day(), self.one_per_merchant_per_day_next())
            }
            TillRefusal::HeldForReview => (self.held_for_review(), self.held_for_review_next()),
            TillRefusal::RefusedByRisk => {
                (self.till_refused_by_risk(), self.till_refused_by_risk_next())
            }
            TillRefusal::NotFound => (self.sale_not_found(), self.sale_not_found_next()),
            TillRefusal::AlreadyRefunded => (self.already_refunded(), self.already_refunded_next()),
            TillRefusal::RefundExceedsOrder => {
                (self.refund_exceeds_order(), self.refund_exceeds_order_next())
            }
        };
        Advice { reason, next }
    }
}

messages! {
    fn till_key_reused = "這次提交和前一次對不上" | "这次提交和前一次对不上" | "This form does not match the one sent before";
    fn till_key_reused_next = "請重新打開本頁，再輸入一次。" | "请重新打开本页，再输入一次。" | "Reload this page and enter the sale again.";
    fn merchant_not_approved = "本店還沒有通過審核" | "本店还没有通过审核" | "This shop is not approved";
    fn merchant_not_approved_next =
        "審核通過前不能核銷。請收全額。" | "审核通过前不能核销。请收全额。" | "No voucher can be taken before that. Please take the full amount.";
    fn merchant_suspended = "本店暫停參加活動" | "本店暂停参加活动" | "This shop is suspended";
    fn merchant_suspended_next =
        "暫停期間不能核銷，仍可退款。原因請看商家頁面。"
        | "暂停期间不能核销，仍可退款。原因请看商家页面。"
        | "No voucher can be taken meanwhile; refunds still work. The merchant's page says why.";
    fn outside_city = "這裡不在活動範圍內" | "这里不在活动范围内" | "This place is not in the city";
    fn outside_city_next =
        "消費券只能在本市使用。請收全額。" | "消费券只能在本市使用。请收全额。" | "Vouchers are for sales in the city. Please take the full amount.";
    fn unknown_code = "沒有這個券碼" | "没有这个券码" | "There is no such code";
    fn unknown_code_next = "請再掃一次，或核對十二位數字。" | "请再扫一次，或核对十二位数字。" | "Scan again, or check the twelve digits.";
    fn code_expired = "券碼已經過期" | "券码已经过期" | "The code is out of date";
    fn code_expired_next =
        "請等顧客的畫面更新後再掃；截圖不能用。"
        | "请等顾客的画面更新后再扫；截图不能用。"
        | "Scan again once the customer's screen shows the next one; pictures of it do not work.";
    fn till_voucher_used = "這張券已經用過了" | "这张券已经用过了" | "This voucher was used before";
    fn till_voucher_used_next = "請顧客換一張券，或收全額。" | "请顾客换一张券，或收全额。" | "Ask for another voucher, or take the full amount.";
    fn till_voucher_lapsed = "這張券過了使用期限" | "这张券过了使用期限" | "This voucher is past its time";
    fn till_voucher_lapsed_next = "請收全額。" | "请收全额。" | "Please take the full amount.";
    fn category_mismatch = "本店不收這種券" | "本店不收这种券" | "This shop does not take this kind";
    fn category_mismatch_next =
        "請顧客換一張本店能用的券，或收全額。"
        | "请顾客换一张本店能用的券，或收全额。"
        | "Ask for a voucher that works here, or take the full amount.";
    fn below_minimum_spend = "減去商家優惠後，沒有達到最低消費" | "减去商家优惠后，没有达到最低消费" | "Too little is left after the shop's own offer";
    fn below_minimum_spend_next =
        "最低消費按減去商家優惠後的金額計算。" | "最低消费按减去商家优惠后的金额计算。" | "The minimum spend counts after the shop's own offer.";
    fn one_per_merchant_per_day = "這位顧客今天在本店用過券了" | "这位顾客今天在本店用过券了" | "This customer has used a voucher here today";
    fn one_per_merchant_per_day_next =
        "同一個人在同一家店每天一張。明天可以再用。"
        | "同一个人在同一家店每天一张。明天可以再用。"
        | "One per person, shop and day. Tomorrow another one works.";
    fn held_for_review = "這一筆需要審核" | "这一笔需要审核" | "This sale is held for review";
    fn held_for_review_next =
        "券沒有被用掉。請先收全額。" | "券没有被用掉。请先收全额。" | "The voucher is not used up. Please take the full amount.";
    fn till_refused_by_risk = "這一筆沒有通過審核" | "这一笔没有通过审核" | "This sale did not pass the review";
    fn till_refused_by_risk_next = "請收全額。" | "请收全额。" | "Please take the full amount.";
    fn sale_not_found = "本店沒有這一筆核銷" | "本店没有这一笔核销" | "This shop has no such redemption";
    fn sale_not_found_next = "請從今日清單裡選擇。" | "请从今日清单里选择。" | "Choose it from the list.";
    fn already_refunded = "這一筆已經全部退款" | "这一笔已经全部退款" | "This sale is refunded already";
    fn already_refunded_next = "不能再退。" | "不能再退。" | "There is nothing left to refund.";
    fn refund_exceeds_order = "退款超過顧客實付的餘額" | "退款超过顾客实付的余额" | "More than what is left of what was paid";
    fn refund_exceeds_order_next =
        "退款最多到顧客實付的金額。" | "退款最多到顾客实付的金额。" | "A refund goes up to what the customer paid.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::language::Language;

    use super::*;

    #[test]
    fn every_refusal_of_a_till_says_why_and_what_next_in_each_language() {
        let all: HashSet<TillRefusal> =
            TillRefusal::OF_REDEMPTION.into_iter().chain(TillRefusal::OF_REFUND).collect();
        for language in Language::ALL {
            let text = Text(language);
            let advices = all.iter().map(|refusal| text.till_refusal(*refusal));
            let reasons: HashSet<&str> = advices
                .map(|advice| {
                    assert!(!advice.next.is_empty());
                    advice.reason
                })
                .collect();
            assert_eq!(reasons.len(), all.len(), "each reason is its own");
        }
    }
}
