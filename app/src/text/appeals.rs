//! The words of `/me/appeals`.

use domain::appeal::CannotAppeal;

use super::Text;

messages! {
    fn appeals = "我的申訴" | "我的申诉" | "My appeals";
    fn appeals_lead =
        "領取被暫緩或拒絕時，可以在這裡說明情況。工作人員會看您寫的話和系統留下的依據，然後答覆。"
        | "领取被暂缓或拒绝时，可以在这里说明情况。工作人员会看您写的话和系统留下的依据，然后答复。"
        | "If a claim was held or refused, say here why that is wrong. The staff read it beside the evidence.";
    fn appeals_none_title = "沒有需要申訴的事" | "没有需要申诉的事" | "Nothing to appeal";
    fn appeals_none =
        "您的領取沒有被暫緩或拒絕。" | "您的领取没有被暂缓或拒绝。" | "None of your claims was held or refused.";
    fn appeals_held = "領取正在審核" | "领取正在审核" | "A claim is under review";
    fn appeals_refused = "領取沒有通過審核" | "领取没有通过审核" | "A claim did not pass the review";
    fn appeals_words = "您要說明的情況" | "您要说明的情况" | "What you want to say";
    fn appeals_words_hint =
        "最多 1000 字。請不要寫身份證號碼。"
        | "最多 1000 字。请不要写身份证号码。"
        | "At most 1,000 characters. Please do not write identity numbers.";
    fn appeals_file = "提出申訴" | "提出申诉" | "Appeal";
    fn appeals_own = "已提出的" | "已提出的" | "Your appeals";
    fn appeals_answer = "答覆：" | "答复：" | "Answer: ";
    fn appeals_said = "您說：" | "您说：" | "You said: ";
    fn appeals_gone = "（保存期已過，內容已刪除）" | "（保存期已过，内容已删除）" | "(no longer kept)";
    fn appeals_waits_next =
        "有人看過之後，結果會顯示在這裡。" | "有人看过之后，结果会显示在这里。" | "The answer will be shown here.";
    fn appeals_upheld_next =
        "如果券還沒有到「我的卡包」，請回首頁再領取一次。"
        | "如果券还没有到“我的卡包”，请回首页再领取一次。"
        | "If the vouchers are not in your wallet yet, claim again on the start page.";
    fn appeals_hotline = "也可以打電話說明：" | "也可以打电话说明：" | "Or call: ";
    fn appeals_to_round = "去看這一輪" | "去看这一轮" | "See the round";
    fn appeal_open = "等待答覆" | "等待答复" | "Waiting";
    fn appeal_upheld = "申訴成立" | "申诉成立" | "Upheld";
    fn appeal_dismissed = "維持原決定" | "维持原决定" | "Dismissed";
    fn cannot_no_grounds = "這一輪沒有需要申訴的事。" | "这一轮没有需要申诉的事。" | "There is nothing to appeal in this round.";
    fn cannot_waits =
        "您已經提出申訴，請等待答覆。" | "您已经提出申诉，请等待答复。" | "You have appealed already; please wait.";
    fn cannot_too_many =
        "每一輪最多申訴三次。請撥打客服熱線。" | "每一轮最多申诉三次。请拨打客服热线。" | "At most three appeals a round. Please call the hotline.";
    fn cannot_no_words = "請寫下要說明的情況。" | "请写下要说明的情况。" | "Please say something.";
    fn cannot_too_long = "請不要超過 1000 字。" | "请不要超过 1000 字。" | "Please use at most 1,000 characters.";
    fn wallet_appeals = "對審核結果有異議" | "对审核结果有异议" | "Appeal against a review";
}

impl Text {
    /// Why an appeal was not taken.
    pub const fn cannot_appeal(self, cannot: CannotAppeal) -> &'static str {
        match cannot {
            CannotAppeal::NoGrounds => self.cannot_no_grounds(),
            CannotAppeal::Waits => self.cannot_waits(),
            CannotAppeal::TooMany => self.cannot_too_many(),
            CannotAppeal::NoWords => self.cannot_no_words(),
            CannotAppeal::TooLong => self.cannot_too_long(),
        }
    }
}
