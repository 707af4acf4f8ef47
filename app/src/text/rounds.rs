//! The words of planning and running rounds at the console.

use domain::money::Amount;
use domain::plan::{Act, CannotStep, Part, PlanState};
use domain::round::change::{CannotChange, CannotDecide, Verdict};
use domain::round::{LimitPer, RealNameLevel, RefundPolicy, UseOrder};

use super::Text;

messages! {
    fn rounds_new = "新輪次方案" | "新轮次方案" | "Plan a new round";
    fn rounds_list = "輪次與方案" | "轮次与方案" | "Rounds and plans";
    fn rounds_none = "還沒有輪次。" | "还没有轮次。" | "There is no round yet.";
    fn rounds_mine = "等您處理" | "等您处理" | "Waiting for you";
    fn rounds_nothing_mine =
        "沒有等您處理的事。" | "没有等您处理的事。" | "Nothing waits for you.";
    fn rounds_others = "等別人處理" | "等别人处理" | "Waiting for others";
    fn rounds_back = "回到輪次" | "回到轮次" | "Back to the rounds";
    fn rounds_pool = "資金池現有" | "资金池现有" | "In the pool now";
    fn rounds_pool_text =
        "已結清各輪的滾存在內；核准方案和增加卡包都從這裡劃出。"
        | "已结清各轮的滚存在内；核准方案和增加卡包都从这里划出。"
        | "What closed rounds left is in it; approved plans and added packs take from it.";
    fn rounds_money = "資金" | "资金" | "Money";
    fn rounds_cost = "卡包共需" | "卡包共需" | "The packs cost";
    fn rounds_stays = "核准後剩餘" | "核准后剩余" | "Stays in the pool";
    fn rounds_short = "還差" | "还差" | "Short by";
    fn column_round = "輪次" | "轮次" | "Round";
    fn column_window = "時間" | "时间" | "Window";
    fn column_state = "狀態" | "状态" | "State";
    fn column_left = "剩餘 / 卡包" | "剩余 / 卡包" | "Left / packs";
    fn column_cost = "金額" | "金额" | "Cost";
    fn round_content = "內容" | "内容" | "Content";
    fn round_history = "版本" | "版本" | "Versions";
    fn round_acts = "操作" | "操作" | "What you can do";
    fn round_proposals = "提議" | "提议" | "Proposals";
    fn round_edit = "修改方案" | "修改方案" | "Edit the plan";
    fn round_why = "理由" | "理由" | "Reason";
    fn round_why_optional = "說明（可不填）" | "说明（可不填）" | "Remark (optional)";
    fn round_submit = "提交覆核" | "提交复核" | "Submit for approval";
    fn round_submit_text =
        "提交後由覆核人員核准或退回；核准前還可以修改，修改後要重新提交。"
        | "提交后由复核人员核准或退回；核准前还可以修改，修改后要重新提交。"
        | "An approver approves or returns it. Until then you can edit it, and submit it again.";
    fn round_approve = "核准" | "核准" | "Approve";
    fn round_return = "退回" | "退回" | "Return";
    fn round_approve_text =
        "核准後資金即從資金池劃出，卡包內容不再更改，首頁開始倒數。"
        | "核准后资金即从资金池划出，卡包内容不再更改，首页开始倒数。"
        | "Approval takes the money from the pool, fixes the packs, and the landing page counts down.";
    fn round_own =
        "您參與過這份方案，請另一位覆核人員處理。"
        | "您参与过这份方案，请另一位复核人员处理。"
        | "You have a hand in this plan; another approver decides on it.";
    fn round_waits_for_approver =
        "已提交，等覆核人員核准或退回。"
        | "已提交，等复核人员核准或退回。"
        | "Submitted; an approver approves or returns it.";
    fn round_abandon = "放棄方案" | "放弃方案" | "Abandon the plan";
    fn round_pause = "立即暫停發放" | "立即暂停发放" | "Pause now";
    fn round_pause_text =
        "一人即可，立刻生效；已領到的券照常可用。"
        | "一人即可，立刻生效；已领到的券照常可用。"
        | "One person suffices, and it acts at once. Vouchers stay usable.";
    fn round_propose_text =
        "以下更改由您提議，另一位確認後才生效。"
        | "以下更改由您提议，另一位确认后才生效。"
        | "You propose these; they happen when a second person confirms.";
    fn round_resume = "提議恢復發放" | "提议恢复发放" | "Propose to resume";
    fn round_stop = "提議停止發放" | "提议停止发放" | "Propose to stop";
    fn round_stop_text =
        "停止後不再發放，不能恢復；已領到的券照常可用。"
        | "停止后不再发放，不能恢复；已领到的券照常可用。"
        | "Issuing ends for good. Vouchers stay usable.";
    fn round_extend = "提議延長" | "提议延长" | "Propose to extend";
    fn round_extend_to = "新的截止時間" | "新的截止时间" | "New end";
    fn round_add = "提議增加卡包" | "提议增加卡包" | "Propose more packs";
    fn round_add_pack = "卡包" | "卡包" | "Pack";
    fn round_add_count = "增加數量（套）" | "增加数量（套）" | "How many";
    fn proposal_confirm = "確認" | "确认" | "Confirm";
    fn proposal_decline = "否決" | "否决" | "Decline";
    fn proposal_withdraw = "撤回" | "撤回" | "Withdraw";
    fn proposal_own =
        "這是您的提議，等另一位確認。" | "这是您的提议，等另一位确认。" | "You propose this; a second person decides.";
    fn proposal_waits = "等第二人確認" | "等第二人确认" | "Waits for a second person";
    fn stayed = "沒有改變" | "没有改变" | "Nothing was changed";
    fn stayed_changed =
        "別人剛剛改了這份方案" | "别人刚刚改了这份方案" | "Somebody else has just changed this plan";
    fn stayed_changed_edit =
        "您填寫的內容都還在下面。請看過別人的改動，再決定要不要以您的內容保存。"
        | "您填写的内容都还在下面。请看过别人的改动，再决定要不要以您的内容保存。"
        | "All you typed is still below. Please look at what changed, then save yours if you still want to.";
    fn stayed_changed_look =
        "請看過現在的內容再操作。" | "请看过现在的内容再操作。" | "Please look at it as it is now.";
    fn stayed_reason =
        "請寫理由，最多 500 個字。" | "请写理由，最多 500 个字。" | "A reason is needed, of at most 500 characters.";
    fn stayed_waits =
        "同樣的提議已經有一項在等人決定。"
        | "同样的提议已经有一项在等人决定。"
        | "A proposal of this kind waits already.";
    fn stayed_unreadable =
        "請檢查填寫的時間或數量。" | "请检查填写的时间或数量。" | "Please check the time or the number.";
}

messages! {
    fn part_name = "名稱" | "名称" | "Name";
    fn part_window = "時間" | "时间" | "Window";
    fn part_packs = "卡包" | "卡包" | "Packs";
    fn part_budget = "預算" | "预算" | "Budget";
    fn part_limit = "限領" | "限领" | "Limit";
    fn part_use_order = "用券提示" | "用券提示" | "Pointing at";
    fn part_refunds = "退款" | "退款" | "Refunds";
    fn part_real_name = "實名等級" | "实名等级" | "Real name";
    fn part_audience = "對象" | "对象" | "Audience";
    fn part_notes = "分類說明" | "分类说明" | "Notes";
    fn limit_round = "每人本輪一套" | "每人本轮一套" | "One pack per person";
    fn limit_pack = "每種卡包每人一套" | "每种卡包每人一套" | "One of each pack per person";
    fn plan_refund_returns = "全額退款退券" | "全额退款退券" | "A full refund returns the voucher";
    fn plan_refund_never = "退款不退券" | "退款不退券" | "Vouchers are not returned";
    fn order_largest = "減得最多的先提示" | "减得最多的先提示" | "The one that saves most";
    fn level_none = "不要求" | "不要求" | "None";
    fn audience_all = "不限" | "不限" | "Everybody";
    fn audience_new = "本次活動中還沒有領過的人" | "本次活动中还没有领过的人" | "people without a pack so far";
    fn notes_none = "無" | "无" | "none";
    fn state_draft = "草稿" | "草稿" | "Draft";
    fn state_submitted = "待覆核" | "待复核" | "Submitted";
    fn state_returned = "已退回" | "已退回" | "Returned";
    fn state_approved = "已核准" | "已核准" | "Approved";
    fn state_abandoned = "已放棄" | "已放弃" | "Abandoned";
    fn act_import = "隨活動檔匯入" | "随活动文件导入" | "Imported with the campaign";
    fn act_shift = "示範：移到現在" | "示范：移到现在" | "Moved to the present for the demonstration";
    fn act_create = "起草" | "起草" | "Drafted";
    fn act_edit = "修改" | "修改" | "Edited";
    fn act_submit = "提交覆核" | "提交复核" | "Submitted";
    fn act_return = "退回" | "退回" | "Returned";
    fn act_approve = "核准" | "核准" | "Approved";
    fn act_abandon = "放棄" | "放弃" | "Abandoned";
    fn act_pause = "暫停發放" | "暂停发放" | "Paused";
    fn act_resume = "恢復發放" | "恢复发放" | "Resumed";
    fn act_stop = "停止發放" | "停止发放" | "Stopped";
    fn act_extend = "延長" | "延长" | "Extended";
    fn act_add_packs = "增加卡包" | "增加卡包" | "Packs added";
    fn verdict_confirmed = "已確認" | "已确认" | "Confirmed";
    fn verdict_declined = "已否決" | "已否决" | "Declined";
    fn verdict_withdrawn = "已撤回" | "已撤回" | "Withdrawn";
    fn cannot_own = "不能處理自己參與的事。" | "不能处理自己参与的事。" | "Nobody decides on what they did themselves.";
    fn cannot_passed =
        "開始時間已經過了，請先修改時間。"
        | "开始时间已经过了，请先修改时间。"
        | "The opening has passed already; please change the window first.";
    fn change_closed = "這一輪已經結束。" | "这一轮已经结束。" | "The round is over.";
    fn change_stopped = "這一輪已經停止發放。" | "这一轮已经停止发放。" | "Issuing was stopped for good.";
    fn change_paused = "這一輪已經暫停。" | "这一轮已经暂停。" | "The round is paused already.";
    fn change_running = "這一輪沒有暫停。" | "这一轮没有暂停。" | "The round is not paused.";
    fn change_not_later =
        "新的截止時間要比現在的晚。" | "新的截止时间要比现在的晚。" | "The new end must be later than the present one.";
    fn change_no_pack = "這一輪沒有這種卡包。" | "这一轮没有这种卡包。" | "The round has no such pack.";
    fn change_count = "數量不對。" | "数量不对。" | "That number is not possible.";
    fn decided_already = "這項提議已經有人決定了。" | "这项提议已经有人决定了。" | "It was decided on already.";
}

impl Text {
    /// What stands in several lines elsewhere, in one.
    pub fn in_one_line(self, lines: &str) -> String {
        lines.replace('\n', &say!(self, "、" | "、" | ", "))
    }

    /// A part of a plan.
    pub const fn part(self, part: Part) -> &'static str {
        match part {
            Part::Name => self.part_name(),
            Part::Window => self.part_window(),
            Part::Packs => self.part_packs(),
            Part::Budget => self.part_budget(),
            Part::Limit => self.part_limit(),
            Part::UseOrder => self.part_use_order(),
            Part::Refunds => self.part_refunds(),
            Part::RealName => self.part_real_name(),
            Part::Audience => self.part_audience(),
            Part::Notes => self.part_notes(),
        }
    }

    /// How often one person may claim.
    pub const fn limit_per(self, limit: LimitPer) -> &'static str {
        match limit {
            LimitPer::Round => self.limit_round(),
            LimitPer::Pack => self.limit_pack(),
        }
    }

    /// What a refund does.
    pub const fn refund_policy(self, policy: RefundPolicy) -> &'static str {
        match policy {
            RefundPolicy::FullRefundReturnsVoucher => self.plan_refund_returns(),
            RefundPolicy::Never => self.plan_refund_never(),
        }
    }

    /// Which voucher is pointed at.
    pub const fn use_order(self, order: UseOrder) -> &'static str {
        match order {
            UseOrder::LargestDiscountFirst => self.order_largest(),
        }
    }

    /// A real-name level.
    pub fn real_name_level(self, level: RealNameLevel) -> String {
        let level = level.0;
        match level {
            0 => self.level_none().to_owned(),
            _ => say!(self, "{level} 級以上" | "{level} 级以上" | "level {level} or higher"),
        }
    }

    /// Where a plan stands.
    pub const fn plan_state(self, state: PlanState) -> &'static str {
        match state {
            PlanState::Draft => self.state_draft(),
            PlanState::Submitted => self.state_submitted(),
            PlanState::Returned => self.state_returned(),
            PlanState::Approved => self.state_approved(),
            PlanState::Abandoned => self.state_abandoned(),
        }
    }

    /// What made a version.
    pub const fn version_act(self, act: Act) -> &'static str {
        match act {
            Act::Import => self.act_import(),
            Act::Shift => self.act_shift(),
            Act::Create => self.act_create(),
            Act::Edit => self.act_edit(),
            Act::Submit => self.act_submit(),
            Act::Return => self.act_return(),
            Act::Approve => self.act_approve(),
            Act::Abandon => self.act_abandon(),
            Act::Pause => self.act_pause(),
            Act::Resume => self.act_resume(),
            Act::Stop => self.act_stop(),
            Act::Extend => self.act_extend(),
            Act::AddPacks => self.act_add_packs(),
        }
    }

    /// What became of a proposal.
    pub const fn verdict(self, verdict: Verdict) -> &'static str {
        match verdict {
            Verdict::Confirmed => self.verdict_confirmed(),
            Verdict::Declined => self.verdict_declined(),
            Verdict::Withdrawn => self.verdict_withdrawn(),
        }
    }

    /// The number of a version.
    pub fn version_number(self, number: i64) -> String {
        say!(self, "第 {number} 版" | "第 {number} 版" | "Version {number}")
    }

    /// A part that changed.
    pub fn part_change(self, part: Part, old: &str, new: &str) -> String {
        let part = self.part(part);
        say!(self, "{part}：{old} → {new}" | "{part}：{old} → {new}" | "{part}: {old} → {new}")
    }

    /// From when until when.
    pub fn window(self, opens: &str, closes: &str) -> String {
        say!(self, "{opens} 至 {closes}" | "{opens} 至 {closes}" | "{opens} to {closes}")
    }

    /// A pack of a plan with its content.
    pub fn planned_pack(self, name: &str, packs: &str, face: &str, contents: &str) -> String {
        say!(
            self,
            "{name}：{packs}，每套 {face}（{contents}）"
                | "{name}：{packs}，每套 {face}（{contents}）"
                | "{name}: {packs} of {face} each ({contents})"
        )
    }

    /// For whom: registered there.
    pub fn audience_districts(self, districts: &[String]) -> String {
        let list = self.list(districts);
        say!(self, "登記地在{list}" | "登记地在{list}" | "registered in {list}")
    }

    /// A sentence on a category.
    pub fn note_on(self, category: &str, sentence: &str) -> String {
        say!(self, "{category}：{sentence}" | "{category}：{sentence}" | "{category}: {sentence}")
    }

    /// A plan by its name, for a list of what waits.
    pub fn waits_plan(self, name: &str, state: PlanState) -> String {
        let state = self.plan_state(state);
        say!(self, "{name}：方案{state}" | "{name}：方案{state}" | "{name}: plan, {state}")
    }

    /// A proposal, for a list of what waits.
    pub fn waits_proposal(self, name: &str, change: &str) -> String {
        say!(self, "{name}：{change}" | "{name}：{change}" | "{name}: {change}")
    }

    /// The new end of an extension.
    pub fn extend_to(self, closes: &str) -> String {
        say!(self, "延長到 {closes}" | "延长到 {closes}" | "Extend to {closes}")
    }

    /// More packs.
    pub fn add_so_many(self, pack: &str, packs: &str, cost: &str) -> String {
        say!(
            self,
            "{pack}增加 {packs}，共 {cost}"
                | "{pack}增加 {packs}，共 {cost}"
                | "Add {packs} to {pack}, {cost}"
        )
    }

    /// Why a plan did not take a step. `other` is the name of the round that is met.
    pub fn cannot_step(self, cannot: &CannotStep, other: &str) -> String {
        match cannot {
            CannotStep::OtherState => self.stayed_changed_look().to_owned(),
            CannotStep::OwnAct => self.cannot_own().to_owned(),
            CannotStep::NoReason => self.stayed_reason().to_owned(),
            CannotStep::OpeningPassed => self.cannot_passed().to_owned(),
            CannotStep::Overlaps(_) => self.meets(other),
            CannotStep::PoolShort { needs, holds } => self.pool_short(*needs, *holds),
        }
    }

    /// Why a round was not changed. `other` is the name of the round that is met.
    pub fn cannot_change(self, cannot: &CannotChange, other: &str) -> String {
        match cannot {
            CannotChange::Closed => self.change_closed().to_owned(),
            CannotChange::Stopped => self.change_stopped().to_owned(),
            CannotChange::PausedAlready => self.change_paused().to_owned(),
            CannotChange::NotPaused => self.change_running().to_owned(),
            CannotChange::NotLater => self.change_not_later().to_owned(),
            CannotChange::IntoNextRound(_) => self.meets(other),
            CannotChange::NoSuchPack => self.change_no_pack().to_owned(),
            CannotChange::Count => self.change_count().to_owned(),
            CannotChange::PoolShort { needs, holds } => self.pool_short(*needs, *holds),
        }
    }

    /// Why a proposal was not decided on.
    pub const fn cannot_decide_proposal(self, cannot: CannotDecide) -> &'static str {
        match cannot {
            CannotDecide::Decided => self.decided_already(),
            CannotDecide::OwnAct | CannotDecide::NotOwn => self.cannot_own(),
            CannotDecide::NoReason => self.stayed_reason(),
        }
    }

    fn meets(self, other: &str) -> String {
        say!(
            self,
            "時間和「{other}」重疊；各輪的時間不能重疊。"
                | "时间和“{other}”重叠；各轮的时间不能重叠。"
                | "The window meets that of {other}; windows of rounds must not overlap."
        )
    }

    fn pool_short(self, needs: Amount, holds: Amount) -> String {
        let (needs, holds) = (self.yuan(needs), self.yuan(holds));
        say!(
            self,
            "需要 {needs}，資金池只有 {holds}。"
                | "需要 {needs}，资金池只有 {holds}。"
                | "{needs} are needed, and the pool holds {holds}."
        )
    }
}
