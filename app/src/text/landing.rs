//! The words of the landing page. What the islands say stands in `live`.

use domain::language::Language;
use domain::money::{Amount, grouped};

use super::{Around, Text};

messages! {
    fn in_each_pack = "每套內容" | "每套内容" | "In each pack";
    fn three_steps = "三步享優惠" | "三步享优惠" | "Three steps";
    fn step_sign_in = "實名登入" | "实名登录" | "Sign in";
    fn step_sign_in_text = "一人一份，公平領取" | "一人一份，公平领取" | "By real name, one share each";
    fn step_claim = "準點領取" | "准点领取" | "Claim on time";
    fn step_claim_text = "先到先得，領完為止" | "先到先得，领完为止" | "First come, first served";
    fn step_show = "出示券碼" | "出示券码" | "Show the code";
    fn step_show_text = "商家掃碼即減" | "商家扫码即减" | "The shop scans, you save";
    fn about = "活動資訊" | "活动信息" | "About the campaign";
    fn merchants_tile = "哪些券在哪裡用" | "哪些券在哪里用" | "Which voucher works where";
    fn rules_tile = "人人一樣，公開可查" | "人人一样，公开可查" | "The same for everyone";
    fn once_a_round = "每人限領一次" | "每人限领一次" | "One pack each";
    fn once_a_pack = "每種卡包每人限領一次" | "每种卡包每人限领一次" | "One of each pack per person";
    fn terms_vary =
        "券面與滿減以每張券所示為準" | "券面与满减以每张券所示为准" | "Each voucher states its value and minimum spend";
    fn line_place_next =
        "位置已為您保留，到時本頁會自動更新，屆時再按一次「立即領取」。"
        | "位置已为您保留，到时本页会自动更新，届时再按一次“立即领取”。"
        | "Your place is kept. This page comes back by itself then; press “Claim now” once more.";
    fn line_turn = "輪到您了" | "轮到您了" | "It is your turn";
    fn line_turn_next =
        "請現在按「立即領取」，您會排在沒有等候的人前面。"
        | "请现在按“立即领取”，您会排在没有等候的人前面。"
        | "Press “Claim now”: you go before those who have not waited.";
    fn demo_over =
        "示範的輪次已經結束。停下伺服器，執行 jinquan demo reset，就可以從頭再看一次。"
        | "示范的轮次已经结束。停下服务器，执行 jinquan demo reset，就可以从头再看一次。"
        | "The rounds of the demonstration are over. Stop the server and run jinquan demo reset to start again.";
}

impl Text {
    /// The place in the line in front of the desk, and until when.
    pub fn line_place(self, place: u32, seconds: u32) -> String {
        let place = grouped(i64::from(place));
        say!(
            self,
            "正在排隊：您是第 {place} 位，約 {seconds} 秒後輪到您"
                | "正在排队：您是第 {place} 位，约 {seconds} 秒后轮到您"
                | "You are number {place} in the line; it is your turn in about {seconds} s"
        )
    }

    /// The numeral of a step or section, as it is cut into its seal.
    pub fn numeral(self, number: usize) -> String {
        let numerals = ["一", "二", "三", "四", "五", "六", "七", "八", "九"];
        match (self.0, numerals.get(number.wrapping_sub(1))) {
            (Language::English, _) | (_, None) => number.to_string(),
            (_, Some(numeral)) => (*numeral).to_owned(),
        }
    }

    /// The round and its money: 第一輪 · 300 萬元.
    pub fn round_title(self, name: &str, budget: Amount) -> String {
        self.facts(&[name, &self.budget(budget)])
    }

    /// The terms of a round with one pack whose vouchers are alike.
    pub fn terms(self, face: Amount, discount: &str, limit: &str) -> String {
        say!(
            self,
            "每套 {face} 元，{discount}，{limit}。"
                | "每套 {face} 元，{discount}，{limit}。"
                | "¥{face} a pack: {discount}. {limit}. "
        )
    }

    /// The terms of any other round.
    pub fn terms_by_voucher(self, limit: &str) -> String {
        let vary = self.terms_vary();
        say!(self, "{vary}，{limit}。" | "{vary}，{limit}。" | "{vary}. {limit}. ")
    }

    /// Until when vouchers are used, after their terms.
    pub const fn use_before(self) -> Around {
        match self.0 {
            Language::Hant | Language::Hans => ("", " 前使用，逾期失效。"),
            Language::English => ("Use it before ", "; after that it lapses."),
        }
    }
}
