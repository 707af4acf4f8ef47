//! The words of risk control: what can count, in which dimension, how much was measured; and the desk that decides.

use domain::appeal::AppealState;
use domain::held::CannotRule;
use domain::risk::{Act, Dimension, Reason, Unit, Verdict};

use super::Text;

messages! {
    fn reason_weak_real_name = "實名等級較低" | "实名等级较低" | "a weak real-name level";
    fn reason_scattered_households =
        "同一設備上的人戶籍分散在很多地方" | "同一设备上的人户籍分散在很多地方" | "persons of one device registered in many divisions";
    fn reason_fresh_account = "帳號剛剛建立" | "账号刚刚建立" | "an account made just before";
    fn reason_many_accounts = "同一個人用了很多帳號" | "同一个人用了很多账号" | "many accounts of one person";
    fn reason_shared_device = "很多人共用一台設備" | "很多人共用一台设备" | "many persons on one device";
    fn reason_missing_device = "請求不帶設備標記" | "请求不带设备标记" | "no device token";
    fn reason_shared_network = "很多人來自同一網段" | "很多人来自同一网段" | "many persons from one address block";
    fn reason_network_without_devices =
        "同一網段有很多不帶設備標記的人" | "同一网段有很多不带设备标记的人" | "many persons without device tokens from one address block";
    fn reason_impossible_speed = "位置移動快得不可能" | "位置移动快得不可能" | "moved faster than anybody travels";
    fn reason_far_from_till = "收銀端離登記地點太遠" | "收银端离登记地点太远" | "the till is far from its registered place";
    fn reason_frozen_position = "位置多次完全相同" | "位置多次完全相同" | "positions that agree to the last digit";
    fn reason_hands_too_fast =
        "同一設備上換人快過手動輸入" | "同一设备上换人快过手动输入" | "persons change on one device faster than hands type";
    fn reason_clockwork = "操作間隔過於均勻" | "操作间隔过于均匀" | "intervals as even as clockwork";
    fn reason_hammering = "十秒內請求過多" | "十秒内请求过多" | "more requests within ten seconds than a hand makes";
    fn reason_first_instant = "開放後瞬間領取" | "开放后瞬间领取" | "claimed in the first instant";
    fn reason_till_too_fast = "同一收銀端交易過快" | "同一收银端交易过快" | "sales follow too fast at one till";
    fn reason_odd_hour = "深夜交易" | "深夜交易" | "a sale in the dead of night";
    fn reason_at_threshold = "訂單剛好達到最低消費" | "订单刚好达到最低消费" | "an order just as large as the voucher demands";
    fn reason_merchant_at_threshold =
        "商家的用券訂單大多剛好達標" | "商家的用券订单大多刚好达标" | "most voucher orders of the shop just reach the minimum";
    fn reason_many_refunds = "商家的用券訂單退款多" | "商家的用券订单退款多" | "many voucher orders of the shop are refunded";
    fn reason_ring = "用券集中在同一設備的人" | "用券集中在同一设备的人" | "much of the shop's vouchers come from one device";
    fn reason_one_merchant_only = "只在這一家用券" | "只在这一家用券" | "vouchers used at this shop only";
    fn dimension_identity = "身份" | "身份" | "Identity";
    fn dimension_account = "帳號" | "账号" | "Account";
    fn dimension_device = "設備" | "设备" | "Device";
    fn dimension_network = "網絡" | "网络" | "Network";
    fn dimension_place = "位置" | "位置" | "Place";
    fn dimension_behaviour = "行為" | "行为" | "Behaviour";
    fn dimension_transaction = "交易" | "交易" | "Transaction";
    fn dimension_relation = "關係" | "关系" | "Relation";
    fn risk_act_sign_in = "登入" | "登录" | "Sign-in";
    fn risk_act_application = "商家申請" | "商家申请" | "Application";
    fn risk_act_claim = "領取" | "领取" | "Claim";
    fn risk_act_redemption = "核銷" | "核销" | "Redemption";
    fn verdict_allow = "放行" | "放行" | "Allow";
    fn verdict_hold = "待審" | "待审" | "Hold";
    fn verdict_refuse = "拒絕" | "拒绝" | "Refuse";
    fn risk_desk = "風險審核" | "风险审核" | "Risk desk";
    fn risk_desk_text =
        "查看待審的領取及其依據，作出決定，答覆申訴。"
        | "查看待审的领取及其依据，作出决定，答复申诉。"
        | "See held claims with their evidence, decide them, answer appeals.";
    fn risk_tab_held = "待審領取" | "待审领取" | "Held claims";
    fn risk_tab_appeals = "申訴" | "申诉" | "Appeals";
    fn risk_tab_refused = "已拒絕" | "已拒绝" | "Refused";
    fn risk_tab_shadow = "試運行" | "试运行" | "Shadow";
    fn application_flagged =
        "風控提請留意這份申請" | "风控提请留意这份申请" | "Risk control marks this application";
    fn application_flagged_next =
        "請先看依據，再作決定。" | "请先看依据，再作决定。" | "See the evidence before you decide.";
    fn application_refused =
        "這份申請沒有通過風控" | "这份申请没有通过风控" | "This application did not pass risk control";
    fn application_refused_next =
        "申請沒有送出。如果您認為有誤，請撥打客服熱線。"
        | "申请没有送出。如果您认为有误，请拨打客服热线。"
        | "It was not sent. If you think this is wrong, call the hotline.";
    fn risk_tab_radar = "商家雷達" | "商家雷达" | "Radar";
    fn radar_text =
        "每家最近最多 64 筆用券交易，異常的排在前面。這裡只提醒去看，不作任何決定。"
        | "每家最近最多 64 笔用券交易，异常的排在前面。这里只提醒去看，不作任何决定。"
        | "The last sales of each shop, at most 64; the oddest come first. A reason to look, no decision.";
    fn radar_none =
        "沒有交易異常的商家。滿 24 筆用券交易後才會比較。"
        | "没有交易异常的商家。满 24 笔用券交易后才会比较。"
        | "No shop stands out. Shares are compared from 24 sales on.";
    fn radar_sales = "看了幾筆" | "看了几笔" | "Sales seen";
    fn radar_last = "最近一筆" | "最近一笔" | "Last sale";
    fn risk_none_held = "沒有待審的領取。" | "没有待审的领取。" | "No claim waits.";
    fn risk_none_refused =
        "最近沒有被風控攔下的操作。" | "最近没有被风控拦下的操作。" | "Nothing was stopped lately.";
    fn risk_none_shadow =
        "最近七天沒有試運行的記錄。" | "最近七天没有试运行的记录。" | "Nothing was noted in the last seven days.";
    fn risk_none_appeals = "沒有待答覆的申訴。" | "没有待答复的申诉。" | "No appeal waits.";
    fn risk_column_deadline = "最遲" | "最迟" | "Decide by";
    fn risk_column_claim = "領取" | "领取" | "Claim";
    fn risk_column_person = "當事人" | "当事人" | "Person";
    fn risk_column_round = "輪次" | "轮次" | "Round";
    fn risk_column_score = "分數" | "分数" | "Score";
    fn risk_column_why = "主要依據" | "主要依据" | "Mainly";
    fn risk_column_when = "時間" | "时间" | "When";
    fn risk_column_act = "環節" | "环节" | "Act";
    fn risk_column_verdict = "判定" | "判定" | "Verdict";
    fn risk_column_done = "實際處理" | "实际处理" | "Done";
    fn risk_column_count = "筆數" | "笔数" | "Count";
    fn risk_column_dimension = "維度" | "维度" | "Dimension";
    fn risk_column_reason = "依據" | "依据" | "Reason";
    fn risk_column_points = "計分" | "计分" | "Points";
    fn risk_column_measured = "測得" | "测得" | "Measured";
    fn risk_column_limit = "界線" | "界线" | "Line";
    fn risk_column_pick = "選" | "选" | "Pick";
    fn risk_column_filed = "提交於" | "提交于" | "Filed";
    fn risk_opaque =
        "當事人只以編號顯示：同一編號是同一個人。"
        | "当事人只以编号显示：同一编号是同一个人。"
        | "Persons appear by an opaque number only: the same number is the same person.";
    fn risk_bulk = "對選中的作同一決定" | "对选中的作同一决定" | "Decide the picked ones together";
    fn risk_bulk_note =
        "一次最多 100 筆；已經決定或過期的會留下不動。"
        | "一次最多 100 笔；已经决定或过期的会留下不动。"
        | "At most 100 at once; those that are decided or late stay as they are.";
    fn risk_more = "更多待審領取" | "更多待审领取" | "More held claims";
    fn risk_only_kept = "只記錄，未攔截" | "只记录，未拦截" | "only noted";
    fn risk_grant = "批准領取" | "批准领取" | "Grant";
    fn risk_refuse = "拒絕領取" | "拒绝领取" | "Refuse";
    fn risk_why = "理由（記入審計）" | "理由（记入审计）" | "Reason (goes to the record)";
    fn risk_why_person = "答覆（當事人會看到）" | "答复（当事人会看到）" | "Answer (the person reads it)";
    fn risk_facts = "這一筆" | "这一笔" | "The claim";
    fn risk_evidence = "依據" | "依据" | "Evidence";
    fn risk_no_evidence = "沒有留下依據。" | "没有留下依据。" | "No evidence was kept.";
    fn risk_decide = "決定" | "决定" | "Decision";
    fn risk_decided = "已決定" | "已决定" | "Decided";
    fn risk_back = "回到風險審核" | "回到风险审核" | "Back to the risk desk";
    fn risk_state = "狀態" | "状态" | "State";
    fn risk_state_held = "待審" | "待审" | "Held";
    fn risk_state_granted = "已批准" | "已批准" | "Granted";
    fn risk_state_refused = "已拒絕" | "已拒绝" | "Refused";
    fn risk_state_lapsed = "逾期退回" | "逾期退回" | "Lapsed";
    fn risk_pack = "卡包" | "卡包" | "Pack";
    fn risk_claimed = "領取時間" | "领取时间" | "Claimed";
    fn risk_others = "此人其他的風控記錄" | "此人其他的风控记录" | "Other records of this person";
    fn risk_shadow_text =
        "試運行時只記錄、不攔截：「判定」是按規則該作的，「實際處理」是真正作的。最近七天："
        | "试运行时只记录、不拦截：“判定”是按规则该作的，“实际处理”是真正作的。最近七天："
        | "In shadow nothing is stopped: the verdict, and beside it what was done. The last seven days:";
    fn risk_undecided = "沒有作出決定" | "没有作出决定" | "Not decided";
    fn risk_uphold = "申訴成立" | "申诉成立" | "Uphold";
    fn risk_dismiss = "申訴不成立" | "申诉不成立" | "Dismiss";
    fn risk_uphold_note =
        "成立後：還在待審的立即批准；已被拒絕的可以再領取，本輪不再因風控攔下。"
        | "成立后：还在待审的立即批准；已被拒绝的可以再领取，本轮不再因风控拦下。"
        | "Upheld: a claim that waits is granted at once; who was refused may claim again in this round.";
    fn risk_words = "當事人的話" | "当事人的话" | "What the person says";
    fn risk_words_gone = "保存期已過，內容已刪除。" | "保存期已过，内容已删除。" | "No longer kept.";
    fn risk_no_reason = "請寫下理由（1 至 500 字）。" | "请写下理由（1 至 500 字）。" | "A reason of 1 to 500 characters is needed.";
    fn risk_was_decided = "已經決定過了。" | "已经决定过了。" | "It was decided before.";
    fn risk_too_late = "期限已過，卡包已經退回。" | "期限已过，卡包已经退回。" | "Its time is over; the pack goes back.";
    fn risk_none_picked = "請先選中要決定的領取。" | "请先选中要决定的领取。" | "Pick the claims first.";
}

impl Text {
    /// What counted, in words.
    pub const fn risk_reason(self, reason: Reason) -> &'static str {
        match reason {
            Reason::WeakRealName => self.reason_weak_real_name(),
            Reason::ScatteredHouseholds => self.reason_scattered_households(),
            Reason::FreshAccount => self.reason_fresh_account(),
            Reason::ManyAccounts => self.reason_many_accounts(),
            Reason::SharedDevice => self.reason_shared_device(),
            Reason::MissingDevice => self.reason_missing_device(),
            Reason::SharedNetwork => self.reason_shared_network(),
            Reason::NetworkWithoutDevices => self.reason_network_without_devices(),
            Reason::ImpossibleSpeed => self.reason_impossible_speed(),
            Reason::FarFromTill => self.reason_far_from_till(),
            Reason::FrozenPosition => self.reason_frozen_position(),
            Reason::HandsTooFast => self.reason_hands_too_fast(),
            Reason::Clockwork => self.reason_clockwork(),
            Reason::Hammering => self.reason_hammering(),
            Reason::FirstInstant => self.reason_first_instant(),
            Reason::TillTooFast => self.reason_till_too_fast(),
            Reason::OddHour => self.reason_odd_hour(),
            Reason::AtThreshold => self.reason_at_threshold(),
            Reason::MerchantAtThreshold => self.reason_merchant_at_threshold(),
            Reason::ManyRefunds => self.reason_many_refunds(),
            Reason::Ring => self.reason_ring(),
            Reason::OneMerchantOnly => self.reason_one_merchant_only(),
        }
    }

    /// The dimension.
    pub const fn dimension(self, dimension: Dimension) -> &'static str {
        match dimension {
            Dimension::Identity => self.dimension_identity(),
            Dimension::Account => self.dimension_account(),
            Dimension::Device => self.dimension_device(),
            Dimension::Network => self.dimension_network(),
            Dimension::Place => self.dimension_place(),
            Dimension::Behaviour => self.dimension_behaviour(),
            Dimension::Transaction => self.dimension_transaction(),
            Dimension::Relation => self.dimension_relation(),
        }
    }

    /// What was scored.
    pub const fn risk_act(self, act: Act) -> &'static str {
        match act {
            Act::SignIn => self.risk_act_sign_in(),
            Act::Application => self.risk_act_application(),
            Act::Claim => self.risk_act_claim(),
            Act::Redemption => self.risk_act_redemption(),
        }
    }

    /// The verdict.
    pub const fn risk_verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Allow => self.verdict_allow(),
            Verdict::Hold => self.verdict_hold(),
            Verdict::Refuse => self.verdict_refuse(),
        }
    }

    /// What has become of an appeal.
    pub const fn appeal_state(self, state: AppealState) -> &'static str {
        match state {
            AppealState::Open => self.appeal_open(),
            AppealState::Upheld => self.appeal_upheld(),
            AppealState::Dismissed => self.appeal_dismissed(),
        }
    }

    /// Why a claim was not decided.
    pub const fn cannot_rule(self, cannot: CannotRule) -> &'static str {
        match cannot {
            CannotRule::Decided => self.risk_was_decided(),
            CannotRule::TooLate => self.risk_too_late(),
            CannotRule::NoReason => self.risk_no_reason(),
        }
    }

    /// A number as it was measured, with its unit.
    pub fn measured(self, number: i64, unit: Unit) -> String {
        match unit {
            Unit::Persons if number == 1 => {
                say!(self, "{number} 人" | "{number} 人" | "{number} person")
            }
            Unit::Accounts if number == 1 => {
                say!(self, "{number} 個帳號" | "{number} 个账号" | "{number} account")
            }
            Unit::Divisions if number == 1 => {
                say!(self, "{number} 個地方" | "{number} 个地方" | "{number} division")
            }
            Unit::Times if number == 1 => {
                say!(self, "{number} 次" | "{number} 次" | "{number} time")
            }
            Unit::Persons => say!(self, "{number} 人" | "{number} 人" | "{number} persons"),
            Unit::Accounts => {
                say!(self, "{number} 個帳號" | "{number} 个账号" | "{number} accounts")
            }
            Unit::Divisions => {
                say!(self, "{number} 個地方" | "{number} 个地方" | "{number} divisions")
            }
            Unit::Times => say!(self, "{number} 次" | "{number} 次" | "{number} times"),
            Unit::Millis => match (number / 1_000, number % 1_000 / 100) {
                (60.., _) => self.span(number),
                (whole, 0) => say!(self, "{whole} 秒" | "{whole} 秒" | "{whole} s"),
                (whole, tenths) => {
                    say!(self, "{whole}.{tenths} 秒" | "{whole}.{tenths} 秒" | "{whole}.{tenths} s")
                }
            },
            Unit::Permille => format!("{}.{} %", number / 10, number % 10),
            Unit::Metres => say!(self, "{number} 米" | "{number} 米" | "{number} m"),
            Unit::KilometresPerHour => {
                say!(self, "每小時 {number} 公里" | "每小时 {number} 公里" | "{number} km/h")
            }
            Unit::Fen => format!("¥{}.{:02}", number / 100, number % 100),
            Unit::Hour => say!(self, "{number} 時" | "{number} 时" | "{number} h"),
            Unit::Level => say!(self, "{number} 級" | "{number} 级" | "level {number}"),
        }
    }

    /// What was measured of a merchant, and where the line is.
    pub fn radar_numbers(self, measured: &str, limit: &str) -> String {
        say!(
            self,
            "{measured}（界線 {limit}）"
                | "{measured}（界线 {limit}）"
                | "{measured} (line {limit})"
        )
    }

    /// How many of the picked claims were decided.
    pub fn risk_ruled(self, decided: usize, left: usize) -> String {
        say!(
            self,
            "已決定 {decided} 筆，{left} 筆沒有改變。"
                | "已决定 {decided} 笔，{left} 笔没有改变。"
                | "{decided} decided, {left} left as they were."
        )
    }

    /// The heading of a held claim's page.
    pub fn risk_claim(self, tail: &str) -> String {
        say!(self, "領取 {tail}" | "领取 {tail}" | "Claim {tail}")
    }

    /// The heading of an appeal's page.
    pub fn risk_appeal(self, tail: &str) -> String {
        say!(self, "申訴 {tail}" | "申诉 {tail}" | "Appeal {tail}")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::language::Language;

    use super::*;

    #[test]
    fn one_of_something_is_not_said_in_the_plural() {
        let english = Text(Language::English);
        let units = [Unit::Persons, Unit::Accounts, Unit::Divisions, Unit::Times];
        let said = |number| units.map(|unit| english.measured(number, unit)).join(", ");
        assert_eq!(said(1), "1 person, 1 account, 1 division, 1 time");
        assert_eq!(said(2), "2 persons, 2 accounts, 2 divisions, 2 times");
    }

    #[test]
    fn every_reason_is_said_in_its_own_words_in_each_language() {
        for language in Language::ALL {
            let words: HashSet<&str> =
                Reason::ALL.iter().map(|reason| Text(language).risk_reason(*reason)).collect();
            assert_eq!(words.len(), Reason::COUNT);
        }
    }
}
