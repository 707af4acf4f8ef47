//! The sentences of the rules. Each is made from the round's data, so that the page cannot say anything else than what
//! is enforced.

use domain::language::Language;
use domain::money::Amount;

use super::Text;

messages! {
    fn rules_lead =
        "人人一樣，公開可查。以下文字與系統執行的是同一份資料。"
        | "人人一样，公开可查。以下文字与系统执行的是同一份资料。"
        | "The same for everyone. These words are made from the very data that the system enforces.";
    fn rules_claiming = "領取" | "领取" | "Claiming";
    fn rules_who = "誰可以領" | "谁可以领" | "Who can claim";
    fn rules_using = "使用" | "使用" | "Using";
    fn rules_refunds = "退款" | "退款" | "Refunds";
    fn rules_lapse = "到期與滾存" | "到期与滚存" | "Lapse and rollover";
    fn rules_data = "個人資料" | "个人资料" | "Personal data";
    fn at_a_glance = "一眼看懂" | "一眼看懂" | "At a glance";
    fn fact_budget = "預算" | "预算" | "Budget";
    fn fact_packs = "卡包" | "卡包" | "Packs";
    fn fact_each = "每套" | "每套" | "Each pack";
    fn fact_minimum = "滿減" | "满减" | "Discount";
    fn fact_opens = "開始" | "开始" | "Opens";
    fn fact_closes = "截止" | "截止" | "Closes";
    fn rule_first_come =
        "先到先得，領完為止。卡包整套發放，不拆開。"
        | "先到先得，领完为止。卡包整套发放，不拆开。"
        | "First come, first served, until the packs are gone. A pack is given whole.";
    fn rule_limit_round =
        "每人本輪限領一套。無論換入口、帳號還是手機，同一個人都算一個人。"
        | "每人本轮限领一套。无论换入口、账号还是手机，同一个人都算一个人。"
        | "One pack per person in this round. Whichever entrance, account or phone you use, you are one person.";
    fn rule_limit_pack =
        "每種卡包每人本輪限領一套。無論換入口、帳號還是手機，同一個人都算一個人。"
        | "每种卡包每人本轮限领一套。无论换入口、账号还是手机，同一个人都算一个人。"
        | "One of each pack per person in this round. Whichever entrance, account or phone you use, you are one \
           person.";
    fn rule_busy =
        "人多時會顯示「前方擁擠」：那不是次數用完，再試也不會重複領取。"
        | "人多时会显示“前方拥挤”：那不是次数用完，再试也不会重复领取。"
        | "When it is crowded the page says so: your claim is not used up, and trying again never claims twice.";
    fn rule_everybody =
        "凡有有效居民身份證的人都可以領取，不限登記地。"
        | "凡有有效居民身份证的人都可以领取，不限登记地。"
        | "Everybody with a valid resident identity card can claim, wherever it is registered.";
    fn rule_new_only =
        "只限本次活動中還沒有領到過卡包的人。"
        | "只限本次活动中还没有领到过卡包的人。"
        | "Only for people who have had no pack in this campaign so far.";
    fn rule_real_name = "領取前須實名登入。" | "领取前须实名登录。" | "You sign in by real name before you claim.";
    fn rule_one_a_day =
        "同一商家，每人每天（北京時間）限用一張。全額退款後，退款的那一筆不再計入當天。"
        | "同一商家，每人每天（北京时间）限用一张。全额退款后，退款的那一笔不再计入当天。"
        | "One voucher per person, shop and day (Beijing time). A purchase that is refunded in full no longer counts.";
    fn rule_order =
        "先減商家自己的優惠，再減消費券；門檻按減過商家優惠之後的金額算。"
        | "先减商家自己的优惠，再减消费券；门槛按减过商家优惠之后的金额算。"
        | "The shop's own offer is taken off first, then the voucher. The minimum spend counts after the shop's offer.";
    fn rule_no_change =
        "券面大於應付金額時，只減應付的部分，餘額不找零。"
        | "券面大于应付金额时，只减应付的部分，余额不找零。"
        | "If the voucher is worth more than what is left to pay, only that much is taken off, without change.";
    fn rule_largest_first =
        "「我的卡包」會先提示減得最多的一張；實際用哪一張，由您決定。"
        | "“我的卡包”会先提示减得最多的一张；实际用哪一张，由您决定。"
        | "The wallet points at the voucher that saves most; which one you use is up to you.";
    fn rule_scene = "線上線下都可以使用。" | "线上线下都可以使用。" | "Vouchers work in shops and online alike.";
    fn rule_refund_returns =
        "全額退款時，券退回卡包，期限不變；本輪結束後才退款的，券不再退回，金額回到活動資金。部分退款不退券。"
        | "全额退款时，券退回卡包，期限不变；本轮结束后才退款的，券不再退回，金额回到活动资金。部分退款不退券。"
        | "A full refund returns the voucher, usable until the same date. After the end of the round the money \
           returns to the campaign instead. A partial refund returns nothing.";
    fn rule_refund_never =
        "退款只退實付的金額，券不退回。"
        | "退款只退实付的金额，券不退回。"
        | "A refund covers what you paid; the voucher is not returned.";
    fn rule_rollover =
        "沒有領取的卡包和沒有使用的券，金額加入隨後發放的輪次。"
        | "没有领取的卡包和没有使用的券，金额加入随后发放的轮次。"
        | "The money of packs not claimed and vouchers not used goes to later rounds.";
    fn rule_stop =
        "如遇暫停或停止發放，已經領到的券照常可用。"
        | "如遇暂停或停止发放，已经领到的券照常可用。"
        | "If claiming is paused or stopped, vouchers already claimed stay usable.";
    fn rule_data =
        "身份證號碼只用來核對一人一份和適用範圍。系統不保存號碼和全名，只保存號碼的帶密鑰摘要、登記地的區縣代碼和只露姓氏的姓名。"
        | "身份证号码只用来核对一人一份和适用范围。系统不保存号码和全名，只保存号码的带密钥摘要、登记地的区县代码和只露姓氏的姓名。"
        | "Your identity number serves only to give each person one share and to see for whom a round is. The \
           number and the full name are not kept, only a keyed hash of the number, the code of the county of \
           registration and the surname.";
}

impl Text {
    /// How many packs there are and what they hold: one pack.
    pub fn rule_pack(self, packs: &str, face: &str, contents: &str) -> String {
        say!(
            self,
            "本輪共 {packs}，每套 {face}：{contents}。"
                | "本轮共 {packs}，每套 {face}：{contents}。"
                | "This round has {packs} of {face} each: {contents}."
        )
    }

    /// The same for one of several packs.
    pub fn rule_pack_of_several(
        self,
        name: &str,
        packs: &str,
        face: &str,
        contents: &str,
    ) -> String {
        say!(
            self,
            "{name}：{packs}，每套 {face}（{contents}）。"
                | "{name}：{packs}，每套 {face}（{contents}）。"
                | "{name}: {packs} of {face} each ({contents})."
        )
    }

    /// The vouchers of one kind in a pack: 通用券 10 元 3 張.
    pub fn pack_line(self, kind: &str, face: Amount, count: u8) -> String {
        say!(
            self,
            "{kind} {face} 元 {count} 張"
                | "{kind} {face} 元 {count} 张"
                | "{count} × {kind} ¥{face}"
        )
    }

    /// When packs are claimed.
    pub fn rule_window(self, opens: &str, closes: &str) -> String {
        say!(
            self,
            "{opens} 開始領取，{closes} 截止。"
                | "{opens} 开始领取，{closes} 截止。"
                | "Claiming opens on {opens} and closes on {closes}."
        )
    }

    /// For whom the round is, by registration.
    pub fn rule_districts(self, districts: &[String]) -> String {
        let list = self.list(districts);
        say!(
            self,
            "限居民身份證登記地在{list}的人領取。"
                | "限居民身份证登记地在{list}的人领取。"
                | "For people whose resident identity card is registered in: {list}."
        )
    }

    /// From which order on vouchers can be used.
    pub fn rule_minimum(self, kinds: &[&str], discount: &str) -> String {
        let list = self.list(kinds);
        say!(self, "{list}：{discount}。" | "{list}：{discount}。" | "{list}: {discount}.")
    }

    /// Where a kind can be used (R9).
    pub fn rule_place(self, kind: &str, place: &str) -> String {
        let stop = if self.0 == Language::English { "." } else { "。" };
        say!(self, "{kind}：{place}{stop}" | "{kind}：{place}{stop}" | "{kind}: {place}{stop}")
    }

    /// The sale is in the city (R11).
    pub fn rule_city(self, city: &str) -> String {
        say!(
            self,
            "交易須在{city}內的參與商家進行。"
                | "交易须在{city}内的参与商家进行。"
                | "The purchase is made at a participating shop in {city}."
        )
    }

    /// Until when vouchers are usable (R7).
    pub fn rule_until(self, closes: &str) -> String {
        say!(
            self,
            "券從領到起就可以用，到 {closes} 為止；之後沒有使用的券自動失效。"
                | "券从领到起就可以用，到 {closes} 为止；之后没有使用的券自动失效。"
                | "A voucher is usable from the moment you have it until {closes}; after that it lapses by itself."
        )
    }

    /// Whom to ask.
    pub fn rule_hotline(self, hotline: &str) -> String {
        say!(
            self,
            "有疑問請撥 {hotline}。"
                | "有疑问请拨 {hotline}。"
                | "Questions: please call {hotline}."
        )
    }

    /// What a pack holds, in short: 5 張，共 50 元.
    pub fn pack_in_short(self, vouchers: &str, face: &str) -> String {
        say!(self, "{vouchers}，共 {face}" | "{vouchers}，共 {face}" | "{vouchers}, {face} in all")
    }
}
