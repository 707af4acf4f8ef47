//! The words of the audit record at the console.

use domain::audit::Act;

use super::Text;

messages! {
    fn console_audit = "審計記錄" | "审计记录" | "Audit record";
    fn console_audit_text =
        "誰在什麼時候做了什麼，只增不改。"
        | "谁在什么时候做了什么，只增不改。"
        | "Who did what and when; written once.";
    fn audit_lead =
        "工作人員做的每一件事，按次序相扣；改動任何一個字都會被發現。"
        | "工作人员做的每一件事，按次序相扣；改动任何一个字都会被发现。"
        | "Everything that staff did, each entry tied to the one before: a change of a single letter is found.";
    fn audit_chain = "記錄的狀態" | "记录的状态" | "How the record stands";
    fn audit_fits =
        "下面顯示的每一條都和校驗相符。"
        | "下面显示的每一条都和校验相符。"
        | "Every entry that is shown below fits its hash.";
    fn audit_misfit = "與校驗不符" | "与校验不符" | "does not fit its hash";
    fn audit_verify = "要從頭核對全部，請在伺服器上執行" | "要从头核对全部，请在服务器上执行"
        | "To verify everything from the beginning, run on the server:";
    fn audit_none = "沒有這樣的記錄。" | "没有这样的记录。" | "There is no such entry.";
    fn audit_who = "誰" | "谁" | "Who";
    fn audit_login = "帳號" | "账号" | "Login";
    fn audit_nobody =
        "沒有這樣的帳號；也可以寫 command 或 product。"
        | "没有这样的账号；也可以写 command 或 product。"
        | "There is no such login; command and product are possible too.";
    fn audit_act = "做了什麼" | "做了什么" | "What";
    fn audit_any = "全部" | "全部" | "Everything";
    fn audit_subject = "對象與說明" | "对象与说明" | "Subject and detail";
    fn audit_command = "伺服器上的命令" | "服务器上的命令" | "A command on the server";
    fn audit_product = "系統本身" | "系统本身" | "The product itself";
    fn act_campaign_imported = "匯入活動" | "导入活动" | "Campaign imported";
    fn act_history_imported = "匯入往期數據" | "导入往期数据" | "History imported";
    fn act_plan_written = "寫下輪次方案" | "写下轮次方案" | "Plan written";
    fn act_plan_submitted = "提交方案" | "提交方案" | "Plan submitted";
    fn act_plan_returned = "退回方案" | "退回方案" | "Plan returned";
    fn act_plan_approved = "核准方案" | "核准方案" | "Plan approved";
    fn act_plan_abandoned = "放棄方案" | "放弃方案" | "Plan abandoned";
    fn act_round_paused = "暫停發放" | "暂停发放" | "Round paused";
    fn act_resume_requested = "提議恢復發放" | "提议恢复发放" | "Resuming proposed";
    fn act_resume_confirmed = "確認恢復發放" | "确认恢复发放" | "Resuming confirmed";
    fn act_resume_declined = "否決恢復發放" | "否决恢复发放" | "Resuming declined";
    fn act_stop_requested = "提議停止發放" | "提议停止发放" | "Stopping proposed";
    fn act_stop_confirmed = "確認停止發放" | "确认停止发放" | "Stopping confirmed";
    fn act_stop_declined = "否決停止發放" | "否决停止发放" | "Stopping declined";
    fn act_extend_requested = "提議延長輪次" | "提议延长轮次" | "Extension proposed";
    fn act_extend_confirmed = "確認延長輪次" | "确认延长轮次" | "Extension confirmed";
    fn act_extend_declined = "否決延長輪次" | "否决延长轮次" | "Extension declined";
    fn act_add_packs_requested = "提議增加卡包" | "提议增加卡包" | "More packs proposed";
    fn act_add_packs_confirmed = "確認增加卡包" | "确认增加卡包" | "More packs confirmed";
    fn act_proposal_withdrawn = "撤回提議" | "撤回提议" | "Proposal withdrawn";
    fn act_add_packs_declined = "否決增加卡包" | "否决增加卡包" | "More packs declined";
    fn act_held_granted = "風險審核：批准領取" | "风险审核：批准领取" | "Held claim granted";
    fn act_held_refused = "風險審核：拒絕領取" | "风险审核：拒绝领取" | "Held claim refused";
    fn act_held_lapsed = "逾期未審，卡包退回" | "逾期未审，卡包退回" | "Held claims lapsed undecided";
    fn act_appeal_upheld = "申訴成立" | "申诉成立" | "Appeal upheld";
    fn act_appeal_dismissed = "申訴不成立" | "申诉不成立" | "Appeal dismissed";
    fn act_risk_configured = "設定風險控制" | "设置风险控制" | "Risk control configured";
    fn act_round_closed = "輪次結束，餘款滾存" | "轮次结束，余款滚存" | "Round closed, rest returned";
    fn act_merchant_approved = "商家審核通過" | "商家审核通过" | "Merchant approved";
    fn act_merchant_refused = "商家審核未通過" | "商家审核未通过" | "Merchant refused";
    fn act_merchant_suspended = "暫停商家" | "暂停商家" | "Merchant suspended";
    fn act_merchant_lifted = "恢復商家" | "恢复商家" | "Merchant lifted";
    fn act_merchant_placed = "登記商家位置" | "登记商家位置" | "Merchant's place registered";
    fn act_merchant_listed = "列入失信名單，暫停商家" | "列入失信名单，暂停商家" | "Merchant listed and suspended";
    fn act_dishonest_imported = "匯入失信名單" | "导入失信名单" | "Dishonest list imported";
    fn act_payable_held = "暫扣應付款" | "暂扣应付款" | "Payment held back";
    fn act_payable_released = "解除暫扣" | "解除暂扣" | "Payment released";
    fn act_settlement_paid = "登記銀行付款" | "登记银行付款" | "Payment recorded";
    fn act_staff_added = "新增帳號" | "新增账号" | "Account added";
    fn act_staff_ended = "停用帳號" | "停用账号" | "Account ended";
    fn act_staff_signed_in = "登入" | "登录" | "Signed in";
    fn act_staff_reset = "重設密碼和密鑰" | "重设密码和密钥" | "Password and secret reset";
    fn act_password_renewed = "更換自己的密碼" | "更换自己的密码" | "Own password renewed";
    fn act_session_ended = "結束會話" | "结束会话" | "Sessions ended";
    fn act_key_retired = "撤除密鑰版本的散列值" | "撤除密钥版本的散列值" | "Hashes under a key retired";
    fn act_export_taken = "匯出檔案" | "导出文件" | "File exported";
    fn act_ledger_checkpoint = "帳本校驗點" | "账本校验点" | "Ledger checkpoint";
}

impl Text {
    /// What was done.
    pub const fn act(self, act: Act) -> &'static str {
        match act {
            Act::CampaignImported => self.act_campaign_imported(),
            Act::HistoryImported => self.act_history_imported(),
            Act::PlanWritten => self.act_plan_written(),
            Act::PlanSubmitted => self.act_plan_submitted(),
            Act::PlanReturned => self.act_plan_returned(),
            Act::PlanApproved => self.act_plan_approved(),
            Act::PlanAbandoned => self.act_plan_abandoned(),
            Act::RoundPaused => self.act_round_paused(),
            Act::ResumeRequested => self.act_resume_requested(),
            Act::ResumeConfirmed => self.act_resume_confirmed(),
            Act::ResumeDeclined => self.act_resume_declined(),
            Act::StopRequested => self.act_stop_requested(),
            Act::StopConfirmed => self.act_stop_confirmed(),
            Act::StopDeclined => self.act_stop_declined(),
            Act::ExtendRequested => self.act_extend_requested(),
            Act::ExtendConfirmed => self.act_extend_confirmed(),
            Act::ExtendDeclined => self.act_extend_declined(),
            Act::AddPacksRequested => self.act_add_packs_requested(),
            Act::AddPacksConfirmed => self.act_add_packs_confirmed(),
            Act::AddPacksDeclined => self.act_add_packs_declined(),
            Act::ProposalWithdrawn => self.act_proposal_withdrawn(),
            Act::HeldGranted => self.act_held_granted(),
            Act::HeldRefused => self.act_held_refused(),
            Act::HeldLapsed => self.act_held_lapsed(),
            Act::AppealUpheld => self.act_appeal_upheld(),
            Act::AppealDismissed => self.act_appeal_dismissed(),
            Act::RiskConfigured => self.act_risk_configured(),
            Act::RoundClosed => self.act_round_closed(),
            Act::MerchantApproved => self.act_merchant_approved(),
            Act::MerchantRefused => self.act_merchant_refused(),
            Act::MerchantSuspended => self.act_merchant_suspended(),
            Act::MerchantLifted => self.act_merchant_lifted(),
            Act::MerchantPlaced => self.act_merchant_placed(),
            Act::MerchantListed => self.act_merchant_listed(),
            Act::DishonestImported => self.act_dishonest_imported(),
            Act::PayableHeld => self.act_payable_held(),
            Act::PayableReleased => self.act_payable_released(),
            Act::SettlementPaid => self.act_settlement_paid(),
            Act::StaffAdded => self.act_staff_added(),
            Act::StaffEnded => self.act_staff_ended(),
            Act::StaffSignedIn => self.act_staff_signed_in(),
            Act::StaffReset => self.act_staff_reset(),
            Act::PasswordRenewed => self.act_password_renewed(),
            Act::SessionEnded => self.act_session_ended(),
            Act::KeyRetired => self.act_key_retired(),
            Act::ExportTaken => self.act_export_taken(),
            Act::LedgerCheckpoint => self.act_ledger_checkpoint(),
        }
    }

    /// The last entry of the record.
    pub fn audit_end(self, sequence: i64) -> String {
        say!(
            self,
            "共 {sequence} 條，最後一條的校驗"
                | "共 {sequence} 条，最后一条的校验"
                | "Entries: {sequence}. The hash of the last one begins with"
        )
    }

    /// How many of the shown entries are not what was written.
    pub fn audit_misfits(self, count: usize) -> String {
        say!(
            self,
            "下面有 {count} 條和校驗不符：記錄被改動過。"
                | "下面有 {count} 条和校验不符：记录被改动过。"
                | "Entries below that do not fit their hash: {count}. The record was tampered with."
        )
    }

    /// The ends of the ledger's chains that a checkpoint names.
    pub fn audit_ends(self, count: usize) -> String {
        say!(self, "{count} 條帳鏈" | "{count} 条账链" | "Chains: {count}")
    }
}
