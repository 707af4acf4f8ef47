//! The words of the results: figures, tables, charts, and what is not known.

use domain::language::Language;
use domain::money::{Amount, grouped};
use domain::redemption::Scene;

use super::Text;

/// From so many yuan on, fen are not said.
const WHOLE_YUAN_FROM: i64 = 1_000;

messages! {
    fn results = "活動成效" | "活动成效" | "Results";
    fn results_tile =
        "發了多少、用了多少、帶動多少消費"
        | "发了多少、用了多少、带动多少消费"
        | "What was issued, used and spent";
    fn results_not_counted =
        "正在統計，請幾秒後再看。"
        | "正在统计，请几秒后再看。"
        | "The figures are being counted. Please look again in a few seconds.";
    fn results_none =
        "還沒有人用過券。有了第一筆核銷，這裡就有數字。"
        | "还没有人用过券。有了第一笔核销，这里就有数字。"
        | "No voucher has been used yet. With the first one the figures begin.";
    fn results_so_far = "本次活動" | "本次活动" | "This campaign";
    fn results_issued = "已發放" | "已发放" | "Issued";
    fn results_redeemed = "已核銷" | "已核销" | "Redeemed";
    fn results_rate = "核銷率" | "核销率" | "Redemption rate";
    fn results_sales = "帶動銷售額" | "带动销售额" | "Sales";
    fn results_per_issued =
        "拉動倍數（÷ 發放）" | "拉动倍数（÷ 发放）" | "Multiplier (÷ issued)";
    fn results_per_redeemed =
        "拉動倍數（÷ 核銷）" | "拉动倍数（÷ 核销）" | "Multiplier (÷ redeemed)";
    fn results_rolled_over = "滾存回資金池" | "滚存回资金池" | "Rolled over to the pool";
    fn results_pool = "資金池" | "资金池" | "Pool";
    fn results_appropriation = "撥款" | "拨款" | "Appropriation";
    fn results_vouchers = "張數" | "张数" | "Vouchers";
    fn results_daily = "每日用券與銷售" | "每日用券与销售" | "Vouchers and sales by day";
    fn results_daily_redeemed = "每日核銷金額" | "每日核销金额" | "Redeemed by day";
    fn results_daily_sales = "每日銷售額" | "每日销售额" | "Sales by day";
    fn results_day = "日期" | "日期" | "Day";
    fn results_by_category = "按商家類別" | "按商家类别" | "By category";
    fn results_category = "類別" | "类别" | "Category";
    fn results_by_district = "按區縣" | "按区县" | "By district";
    fn results_district = "區縣" | "区县" | "District";
    fn results_by_scene = "按消費場景" | "按消费场景" | "In the shop and online";
    fn results_scene = "場景" | "场景" | "Where";
    fn results_in_store = "線下到店" | "线下到店" | "In the shop";
    fn results_online = "線上" | "线上" | "Online";
    fn results_by_hour = "按時段" | "按时段" | "By hour";
    fn results_hour = "時段" | "时段" | "Hour";
    fn results_by_entrance = "按領取入口" | "按领取入口" | "By entrance";
    fn results_entrance = "入口" | "入口" | "Entrance";
    fn results_entrance_gone = "已註銷的帳號" | "已注销的账号" | "Accounts that were deleted";
    fn results_packs = "領取套數" | "领取套数" | "Packs claimed";
    fn results_rounds = "各輪次" | "各轮次" | "The rounds";
    fn results_claimed = "已領取" | "已领取" | "Claimed";
    fn results_sold_out_after = "領完用時" | "领完用时" | "Gone after";
    fn results_not_sold_out = "未領完" | "未领完" | "Not all were claimed";
    fn results_not_closed = "輪次結束後計入" | "轮次结束后计入" | "After the round's end";
    fn results_curve = "開領後領取進度" | "开领后领取进度" | "How the packs went";
    fn results_history = "此前各期" | "此前各期" | "Earlier programmes";
    fn results_history_lead =
        "以下數字出自所註明的來源；來源沒有寫的，一律不推算。"
        | "以下数字出自所注明的来源；来源没有写的，一律不推算。"
        | "These figures are as the named source states them. What it does not state is not estimated.";
    fn results_not_stated = "來源未載" | "来源未载" | "Not stated";
    fn results_not_complete =
        "各期未都載明" | "各期未都载明" | "Not stated by all";
    fn results_in_beginning = "起初單日" | "起初单日" | "A day in the beginning";
    fn results_highest = "最高單日" | "最高单日" | "The highest day";
    fn results_no_dates =
        "來源沒有寫是哪一天。" | "来源没有写是哪一天。" | "The source does not say which day.";
    fn results_source = "來源" | "来源" | "Source";
    fn results_together = "各期合計" | "各期合计" | "Together";
    fn results_table = "看表格" | "看表格" | "As a table";
    fn results_download = "下載 CSV" | "下载 CSV" | "Download CSV";
    fn results_how = "怎麼算的" | "怎么算的" | "How this is counted";
    fn results_how_sales =
        "銷售額＝顧客實付＋消費券抵扣，在商家優惠之後計算，減去退款；整單退款的不計。"
        | "销售额＝顾客实付＋消费券抵扣，在商家优惠之后计算，减去退款；整单退款的不计。"
        | "Sales are what customers paid plus what the vouchers took off, after the merchants' own coupons \
           and less refunds; \
           sales refunded in full do not count.";
    fn results_how_multiplier =
        "拉動倍數有兩種：銷售額 ÷ 發放金額，銷售額 ÷ 核銷金額。分母不同，不能直接相比。"
        | "拉动倍数有两种：销售额 ÷ 发放金额，销售额 ÷ 核销金额。分母不同，不能直接相比。"
        | "There are two multipliers: sales ÷ issued and sales ÷ redeemed. They have different denominators \
           and must not be \
           compared with each other.";
    fn results_how_day =
        "按交易發生的北京時間日期和鐘點統計；之後的退款從原來那天扣除。"
        | "按交易发生的北京时间日期和钟点统计；之后的退款从原来那天扣除。"
        | "Days and hours are those of the sale in Beijing time; a later refund is taken off its day.";
    fn console_dashboard = "數據" | "数据" | "Dashboard";
    fn console_dashboard_text =
        "發放、核銷、拉動、時段與滾存，數據幾秒更新一次。"
        | "发放、核销、拉动、时段与滚存，数据几秒更新一次。"
        | "Issued, redeemed, multipliers, hours and rollover, counted every few seconds.";
}

impl Text {
    /// When the figures were counted.
    pub fn results_counted(self, at: &str) -> String {
        say!(self, "統計至 {at}" | "统计至 {at}" | "As of {at}")
    }

    /// A figure with its sign: ¥1,265,000. A large one to the nearest yuan; the files have every fen.
    pub fn yuan_sign(self, amount: Amount) -> String {
        if amount.yuan() < WHOLE_YUAN_FROM {
            return format!("¥{amount}");
        }
        let up = i64::from(amount.rest_fen() >= 50);
        format!("¥{}", grouped(amount.yuan() + up))
    }

    /// A large amount in few characters, for axes and labels: 126.5 萬.
    pub fn rough(self, amount: Amount) -> String {
        let yuan = amount.yuan();
        let (units, words): ([i64; 2], [&str; 2]) = match self.0 {
            Language::Hant => ([100_000_000, 10_000], [" 億", " 萬"]),
            Language::Hans => ([100_000_000, 10_000], [" 亿", " 万"]),
            Language::English => ([1_000_000, 1_000], ["m", "k"]),
        };
        for (unit, word) in units.into_iter().zip(words) {
            if yuan >= unit {
                // Rounded to one decimal, half up.
                let tenths = (yuan * 10 + unit / 2) / unit;
                let (whole, rest) = (grouped(tenths / 10), tenths % 10);
                let rest = if rest == 0 { String::new() } else { format!(".{rest}") };
                return format!("¥{whole}{rest}{word}");
            }
        }
        format!("¥{}", grouped(yuan))
    }

    /// A multiplier: 12.0 倍.
    pub fn times(self, multiplier: domain::results::Multiplier) -> String {
        say!(self, "{multiplier} 倍" | "{multiplier} 倍" | "{multiplier}×")
    }

    /// Where a sale happened.
    pub const fn scene(self, scene: Scene) -> &'static str {
        match scene {
            Scene::InStore => self.results_in_store(),
            Scene::Online => self.results_online(),
        }
    }

    /// An hour of the day: 09:00–10:00.
    pub fn hour_span(self, hour: u8) -> String {
        let next = hour + 1;
        format!("{hour:02}:00–{next:02}:00")
    }

    /// A day on an axis: 4/22, the month first in every language that has it so.
    pub fn axis_day(self, day: domain::time::BeijingDay) -> String {
        let date = day.start().beijing().date();
        let (month, day) = (date.month(), date.day());
        say!(self, "{month}/{day}" | "{month}/{day}" | "{day}/{month}")
    }

    /// A short stretch of time on an axis or in a table: 45 秒, 10 分鐘.
    pub fn seconds(self, seconds: u32) -> String {
        let (minutes, rest) = (seconds / 60, seconds % 60);
        if minutes == 0 {
            return say!(self, "{seconds} 秒" | "{seconds} 秒" | "{seconds} s");
        }
        if minutes < 10 && rest > 0 {
            return say!(
                self,
                "{minutes} 分 {rest} 秒" | "{minutes} 分 {rest} 秒" | "{minutes} min {rest} s"
            );
        }
        self.span(i64::from(seconds) * domain::time::SECOND_MS)
    }

    /// The daily chart, in a sentence for whoever does not see it.
    pub fn results_chart(
        self,
        what: &str,
        first: &str,
        last: &str,
        peak: &str,
        peak_day: &str,
    ) -> String {
        say!(
            self,
            "{what}，{first} 至 {last}，最高 {peak}（{peak_day}）。"
                | "{what}，{first} 至 {last}，最高 {peak}（{peak_day}）。"
                | "{what}, {first} to {last}; the highest is {peak} on {peak_day}."
        )
    }

    /// The chart of the hours, in a sentence for whoever does not see it.
    pub fn results_busiest(self, hour: &str, redeemed: &str) -> String {
        say!(
            self,
            "按時段的核銷金額，最高 {redeemed}（{hour}）。"
                | "按时段的核销金额，最高 {redeemed}（{hour}）。"
                | "Redeemed by hour; the highest is {redeemed}, {hour}."
        )
    }

    /// The claim curve, in a sentence for whoever does not see it.
    pub fn results_curve_said(self, round: &str, packs: &str, after: &str) -> String {
        say!(
            self,
            "{round}：開領後 {after} 已領取 {packs}。"
                | "{round}：开领后 {after} 已领取 {packs}。"
                | "{round}: {packs} claimed {after} after opening."
        )
    }

    /// So many of so many.
    pub fn of_packs(self, claimed: u32, stock: u32) -> String {
        let (claimed, stock) = (grouped(i64::from(claimed)), grouped(i64::from(stock)));
        say!(self, "{claimed}／{stock} 套" | "{claimed}／{stock} 套" | "{claimed} of {stock} packs")
    }

    /// The days of a programme.
    pub fn from_to(self, first: &str, last: &str) -> String {
        say!(self, "{first} 至 {last}" | "{first} 至 {last}" | "{first} to {last}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_said_in_few_characters() {
        let said = |yuan: i64| {
            let amount = Amount::from_fen(yuan * 100).expect("an amount");
            [Language::Hant, Language::English].map(|language| Text(language).rough(amount))
        };
        assert_eq!(said(1_265_000), ["¥126.5 萬", "¥1.3m"]);
        assert_eq!(said(120_000_000), ["¥1.2 億", "¥120m"]);
        assert_eq!(said(9_990), ["¥9,990", "¥10k"]);
        assert_eq!(said(0), ["¥0", "¥0"]);
    }
}
