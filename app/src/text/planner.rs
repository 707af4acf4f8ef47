//! The words of the planner: a plan, what it may come to, and on what that stands.

use super::Text;

messages! {
    fn planner = "推演" | "推演" | "What if";
    fn planner_text =
        "核准之前先看：大約多久領完、用掉多少、滾存多少。"
        | "核准之前先看：大约多久领完、用掉多少、滚存多少。"
        | "Before approving: how soon it is gone, how much is used, how much rolls over.";
    fn planner_lead =
        "按過去的輪次和各期推算，只給範圍，不給單一數字。這裡的內容不會保存，也不改變任何輪次。"
        | "按过去的轮次和各期推算，只给范围，不给单一数字。这里的内容不会保存，也不改变任何轮次。"
        | "Judged by earlier rounds and programmes: a range, never one number. Nothing here is kept, and no \
           round changes.";
    fn planner_plan = "設想" | "设想" | "The plan";
    fn planner_packs = "卡包套數" | "卡包套数" | "Packs";
    fn planner_face = "每套面額（元）" | "每套面额（元）" | "Face of a pack (yuan)";
    fn planner_days = "開放天數" | "开放天数" | "Days open";
    fn planner_ask = "推演" | "推演" | "Work it out";
    fn planner_wrong =
        "請填寫整數：套數 1 至 10,000,000，天數 1 至 366，面額大於 0。"
        | "请填写整数：套数 1 至 10,000,000，天数 1 至 366，面额大于 0。"
        | "Please fill in numbers: 1 to 10,000,000 packs, 1 to 366 days, a face above 0.";
    fn planner_forecast = "可能的結果" | "可能的结果" | "What it may come to";
    fn planner_budget = "最多佔用資金" | "最多占用资金" | "Costs at most";
    fn planner_sell_out = "領完用時" | "领完用时" | "Gone after";
    fn planner_rollover = "滾存回資金池" | "滚存回资金池" | "Rolls over";
    fn planner_not_sold_out =
        "開放期內領不完" | "开放期内领不完" | "Not within its time";
    fn planner_too_little =
        "過去的數據太少，無法推算" | "过去的数据太少，无法推算" | "Too little past to say";
    fn planner_basis = "依據與假設" | "依据与假设" | "On what this stands";
    fn planner_basis_same =
        "假設這次的市民、商家和最低消費與過去相近；宣傳、天氣和節日沒有計入。"
        | "假设这次的市民、商家和最低消费与过去相近；宣传、天气和节日没有计入。"
        | "It is assumed that citizens, shops and the minimum spend are much as before; publicity, weather \
           and holidays are not \
           taken into account.";
    fn planner_basis_sold_out =
        "過去領完的輪次，真實的需求只知下限；超出部分按當時的速度外推最早時間，最晚時間不推算。"
        | "过去领完的轮次，真实的需求只知下限；超出部分按当时的速度外推最早时间，最晚时间不推算。"
        | "Of a round that was all claimed only the least of the demand is known: beyond it the earliest \
           time follows its pace, and \
           no latest time is given.";
}

impl Text {
    /// From the lowest to the highest.
    pub fn from_to_range(self, low: &str, high: &str) -> String {
        if low == high {
            return low.to_owned();
        }
        say!(self, "{low} 至 {high}" | "{low} 至 {high}" | "{low} to {high}")
    }

    /// At the earliest then, and perhaps not at all.
    pub fn planner_sold_out_from(self, early: &str) -> String {
        say!(
            self,
            "最早 {early}，也可能領不完"
                | "最早 {early}，也可能领不完"
                | "{early} at the earliest, perhaps not at all"
        )
    }

    /// How many rounds the packs' speed was seen in, and the margin for it.
    pub fn planner_basis_rounds(self, count: usize, margin: u32) -> String {
        if count == 0 {
            return say!(
                self,
                "領取速度：還沒有已結束的輪次可參考。"
                    | "领取速度：还没有已结束的轮次可参考。"
                    | "How fast packs go: no round is over yet."
            );
        }
        say!(
            self,
            "領取速度：參考 {count} 個已結束的輪次，上下各放寬 {margin}%。"
                | "领取速度：参考 {count} 个已结束的轮次，上下各放宽 {margin}%。"
                | "How fast packs go: finished rounds looked at: {count}. Each way {margin}% wider."
        )
    }

    /// How many redemption rates are known, and the margin for them.
    pub fn planner_basis_rates(self, count: usize, margin: u32) -> String {
        say!(
            self,
            "核銷率：參考 {count} 個輪次或往期，上下各放寬 {margin}%。"
                | "核销率：参考 {count} 个轮次或往期，上下各放宽 {margin}%。"
                | "Redemption rate: rounds and programmes looked at: {count}. Each way {margin}% wider."
        )
    }

    /// How many multipliers are known, and the margin for them.
    pub fn planner_basis_multipliers(self, count: usize, margin: u32) -> String {
        say!(
            self,
            "拉動倍數（÷ 核銷）：參考 {count} 個輪次或往期，上下各放寬 {margin}%。"
                | "拉动倍数（÷ 核销）：参考 {count} 个轮次或往期，上下各放宽 {margin}%。"
                | "Multiplier (÷ redeemed): rounds and programmes looked at: {count}. Each way {margin}% wider."
        )
    }
}
