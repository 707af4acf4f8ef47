//! Every "no" in words: why, what the person can do next, and whether trying again can help.

use domain::refusal::Refusal;

use super::Text;

/// A "no", or an answer that is not decided, for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advice {
    /// Why.
    pub reason: &'static str,
    /// What to do next, and whether trying again can help.
    pub next: &'static str,
}

impl Text {
    /// What a person is told for a refusal that waiting does not help, and that is about the person.
    /// Apart from the others, because these are all that the browser needs.
    pub const fn barred(self, refusal: Refusal) -> Advice {
        let (reason, next) = match refusal {
            Refusal::RealNameRequired => {
                (self.real_name_required(), self.real_name_required_next())
            }
            Refusal::ConsentRequired => (self.consent_required(), self.consent_required_next()),
            Refusal::RoundNotFound => (self.round_not_found(), self.round_not_found_next()),
            Refusal::NotInAudience => (self.not_in_audience(), self.not_in_audience_next()),
            Refusal::RefusedByRisk => (self.refused_by_risk(), self.refused_by_risk_next()),
            _ => (self.bar_barred(), ""),
        };
        Advice { reason, next }
    }

    /// What a person is told for a refusal.
    pub const fn refusal(self, refusal: Refusal) -> Advice {
        let (reason, next) = match refusal {
            Refusal::RealNameRequired
            | Refusal::ConsentRequired
            | Refusal::RoundNotFound
            | Refusal::NotInAudience
            | Refusal::RefusedByRisk => return self.barred(refusal),
            Refusal::NotSignedIn => (self.not_signed_in(), self.not_signed_in_next()),
            Refusal::RequestKeyReused => {
                (self.request_key_reused(), self.request_key_reused_next())
            }
            Refusal::RoundClosed => (self.round_closed(), self.round_closed_next()),
            Refusal::NotOpenYet => (self.not_open_yet(), self.not_open_yet_next()),
            Refusal::RoundStopped => (self.round_stopped(), self.round_stopped_next()),
            Refusal::AlreadyClaimed => (self.already_claimed(), self.already_claimed_next()),
            Refusal::AlreadyClaimedThroughOtherAccount => {
                (self.claimed_elsewhere(), self.claimed_elsewhere_next())
            }
            Refusal::RoundPaused => (self.round_paused(), self.round_paused_next()),
            Refusal::SoldOut => (self.sold_out(), self.sold_out_next()),
        };
        Advice { reason, next }
    }

    /// The desk is full; nothing is decided (R6).
    pub const fn advice_busy(self) -> Advice {
        Advice { reason: self.busy(), next: self.busy_next() }
    }

    /// The form was not of this person's own page.
    pub const fn advice_forbidden(self) -> Advice {
        Advice { reason: self.forbidden(), next: self.forbidden_next() }
    }

    /// Nothing is known of the act; the same key settles it (R4).
    pub const fn advice_unknown(self) -> Advice {
        Advice { reason: self.unknown(), next: self.unknown_next() }
    }

    /// The voucher was used.
    pub const fn advice_voucher_used(self) -> Advice {
        Advice { reason: self.voucher_used(), next: self.voucher_used_next() }
    }

    /// The voucher's round is over.
    pub const fn advice_voucher_lapsed(self) -> Advice {
        Advice { reason: self.voucher_lapsed(), next: self.voucher_lapsed_next() }
    }
}

messages! {
    fn not_signed_in = "請先登入" | "请先登录" | "Please sign in first";
    fn not_signed_in_next =
        "登入後回到本頁，就可以領取。" | "登录后回到本页，就可以领取。" | "Once signed in you come back to this page and can claim.";
    fn request_key_reused = "這次提交和前一次對不上" | "这次提交和前一次对不上" | "This form does not match the one sent before";
    fn request_key_reused_next =
        "請重新打開本頁，再領取一次。" | "请重新打开本页，再领取一次。" | "Please open this page again, then claim.";
    fn real_name_required = "需要先完成實名" | "需要先完成实名" | "Your real name is needed first";
    fn real_name_required_next =
        "請用已實名的帳號重新登入，或打開頁首的姓名，在「我的」裡核實身份。"
        | "请用已实名的账号重新登录，或打开页首的姓名，在“我的”里核实身份。"
        | "Please sign in again with an account verified by real name, or have yours matched under My \
         account by your name at the top.";
    fn consent_required = "還有需要您同意的事項" | "还有需要您同意的事项" | "Something needs your agreement first";
    fn consent_required_next =
        "請打開頁首的姓名，在「我的」裡看過並同意「領取需要這一項」的內容，再領取。"
        | "请打开页首的姓名，在“我的”里看过并同意“领取需要这一项”的内容，再领取。"
        | "Open My account by your name at the top, read and agree to what is needed to claim, then claim.";
    fn round_not_found = "找不到這一輪" | "找不到这一轮" | "There is no such round";
    fn round_not_found_next = "請回首頁看目前的輪次。" | "请回首页看目前的轮次。" | "The start page shows the current round.";
    fn round_closed = "這一輪已經結束" | "这一轮已经结束" | "This round is over";
    fn round_closed_next =
        "沒有領取和沒有使用的金額，會加入後面的輪次。"
        | "没有领取和没有使用的金额，会加入后面的轮次。"
        | "What was not claimed or not used goes to later rounds.";
    fn not_open_yet = "還沒有開始領取" | "还没有开始领取" | "Claiming has not begun yet";
    fn not_open_yet_next =
        "到點後按鈕會出現，不必提前排隊。" | "到点后按钮会出现，不必提前排队。" | "The button appears on time; there is no need to queue.";
    fn round_stopped = "這一輪已經停止發放" | "这一轮已经停止发放" | "This round no longer gives out packs";
    fn round_stopped_next =
        "已經領到的券照常可用。" | "已经领到的券照常可用。" | "Vouchers already claimed stay usable.";
    fn already_claimed = "您已經領過了" | "您已经领过了" | "You have claimed already";
    fn already_claimed_next =
        "券在「我的卡包」裡，隨時可用。" | "券在“我的卡包”里，随时可用。" | "Your vouchers are in your wallet.";
    fn claimed_elsewhere = "您已經用另一個帳號領過了" | "您已经用另一个账号领过了" | "You have claimed already, through another account";
    fn claimed_elsewhere_next =
        "無論從哪個帳號登入，同一個人的券都在「我的卡包」裡。"
        | "无论从哪个账号登录，同一个人的券都在“我的卡包”里。"
        | "Whichever account you use, your vouchers are in your wallet.";
    fn not_in_audience = "這一輪不是面向您的" | "这一轮不是面向您的" | "This round is for other residents";
    fn not_in_audience_next =
        "適用範圍寫在「活動規則」裡，歡迎關注後面的輪次。"
        | "适用范围写在“活动规则”里，欢迎关注后面的轮次。"
        | "The rules say for whom it is. Please look out for later rounds.";
    fn round_paused = "領取暫時停一下" | "领取暂时停一下" | "Claiming is paused for a moment";
    fn round_paused_next =
        "主辦方正在處理，卡包不會因此減少。恢復後可以繼續領取。"
        | "主办方正在处理，卡包不会因此减少。恢复后可以继续领取。"
        | "The organiser is looking into it and no pack is lost. Claiming goes on afterwards.";
    fn sold_out = "這一輪的卡包已經領完" | "这一轮的卡包已经领完" | "All packs of this round are taken";
    fn sold_out_next =
        "如果有卡包加發或退回，本頁會重新開放領取。"
        | "如果有卡包加发或退回，本页会重新开放领取。"
        | "If packs are added or come back, claiming opens again on this page.";
    fn refused_by_risk = "這次領取沒有通過審核" | "这次领取没有通过审核" | "This claim did not pass the review";
    fn refused_by_risk_next =
        "如果您認為有誤，可以在「我的卡包」裡申訴，或撥打客服熱線。"
        | "如果您认为有误，可以在“我的卡包”里申诉，或拨打客服热线。"
        | "If you think this is wrong, appeal from your wallet or call the hotline.";
    fn busy = "前方擁擠，還沒有結果" | "前方拥挤，还没有结果" | "Very busy: nothing is decided yet";
    fn busy_next =
        "人太多，不是您的次數用完了。過幾秒再試就好。"
        | "人太多，不是您的次数用完了。过几秒再试就好。"
        | "Many people are here at once; your claim is not used up. Try again in a few seconds.";
    fn forbidden = "這個頁面已經過期" | "这个页面已经过期" | "This page is out of date";
    fn forbidden_next =
        "請重新打開本頁，再領取一次。" | "请重新打开本页，再领取一次。" | "Please open this page again, then claim.";
    fn unknown = "網絡中斷，還不知道結果" | "网络中断，还不知道结果" | "The connection broke: the result is not known";
    fn unknown_next =
        "再試一次不會重複領取；領到的券在「我的卡包」裡。"
        | "再试一次不会重复领取；领到的券在“我的卡包”里。"
        | "Trying again never claims twice; what you have is in your wallet.";
    fn voucher_used = "這張券已經用過了" | "这张券已经用过了" | "This voucher was used";
    fn voucher_used_next =
        "卡包裡還有別的券時，可以換一張出示。" | "卡包里还有别的券时，可以换一张出示。" | "If your wallet holds others, show one of them.";
    fn voucher_lapsed = "這張券過了使用期限" | "这张券过了使用期限" | "This voucher is past its time";
    fn voucher_lapsed_next =
        "沒有用掉的金額會加入後面的輪次。" | "没有用掉的金额会加入后面的轮次。" | "What was not used goes to later rounds.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::language::Language;

    use super::*;

    #[test]
    fn every_refusal_says_why_and_what_next_in_each_language() {
        for language in Language::ALL {
            let text = Text(language);
            let advices: Vec<Advice> =
                Refusal::ALL.into_iter().map(|refusal| text.refusal(refusal)).collect();
            let reasons: HashSet<&str> = advices.iter().map(|advice| advice.reason).collect();
            assert_eq!(reasons.len(), Refusal::ALL.len(), "each reason is its own");
            for advice in advices {
                assert!(!advice.next.is_empty());
                assert!(!format!("{}{}", advice.reason, advice.next).contains(['!', '！']));
            }
        }
    }
}
