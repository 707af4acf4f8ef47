//! The words of the ledger and of the exports at the console.

use domain::export::Export;
use domain::ledger::{Account, Chain, Reason};

use super::Text;

messages! {
    fn console_ledger = "帳本" | "账本" | "Ledger";
    fn console_ledger_text =
        "每一分錢在哪裡，每一筆怎樣轉移。"
        | "每一分钱在哪里，每一笔怎样转移。"
        | "Where every fen is, and every transfer that brought it there.";
    fn ledger_lead =
        "每一分錢只在一個帳戶；帳戶合計等於撥款。記過的轉移不能改。"
        | "每一分钱只在一个账户；账户合计等于拨款。记过的转移不能改。"
        | "Every fen is in exactly one account, and all accounts come to the appropriation. \
           A transfer is never changed.";
    fn ledger_accounts = "帳戶" | "账户" | "Accounts";
    fn ledger_account = "帳戶" | "账户" | "Account";
    fn ledger_what = "內容" | "内容" | "What it holds";
    fn ledger_balance = "餘額" | "余额" | "Balance";
    fn ledger_more_accounts = "更多帳戶" | "更多账户" | "More accounts";
    fn ledger_transfers = "轉移" | "转移" | "Transfers";
    fn ledger_none = "沒有這樣的轉移。" | "没有这样的转移。" | "There is no such transfer.";
    fn ledger_number = "序號" | "序号" | "Number";
    fn ledger_when = "時間" | "时间" | "When";
    fn ledger_reason = "原因" | "原因" | "Why";
    fn ledger_moved = "轉移" | "转移" | "What moved";
    fn ledger_hash = "校驗" | "校验" | "Hash";
    fn ledger_chain = "帳鏈" | "账链" | "Chain";
    fn ledger_day = "日期" | "日期" | "Day";
    fn ledger_look = "查看" | "查看" | "Look";
    fn ledger_older = "更早的" | "更早的" | "Older";
    fn ledger_no_account =
        "沒有這種帳戶。例如 pool、issued:r1。"
        | "没有这种账户。例如 pool、issued:r1。"
        | "There is no such account. Examples: pool, issued:r1.";
    fn chain_campaign = "整個活動" | "整个活动" | "The campaign";
    fn account_pool = "尚未動用" | "尚未动用" | "Free for later rounds";
    fn account_stock = "留作卡包" | "留作卡包" | "Set aside for packs";
    fn account_issued = "在市民手中" | "在市民手中" | "In the hands of citizens";
    fn account_payable = "應付商家" | "应付商家" | "Owed to a merchant";
    fn account_paid = "已付商家" | "已付商家" | "Paid to a merchant";
    fn reason_appropriation = "撥款" | "拨款" | "Appropriation";
    fn reason_approval = "核准輪次" | "核准轮次" | "A round was approved";
    fn reason_grant = "領取" | "领取" | "Packs were granted";
    fn reason_redemption = "核銷" | "核销" | "Vouchers were redeemed";
    fn reason_refund = "退款" | "退款" | "Sales were refunded";
    fn reason_closing = "輪次結束，餘款回到資金池" | "轮次结束，余款回到资金池" | "A round ended: the rest is free again";
    fn reason_settlement = "結算付款" | "结算付款" | "The bank paid";
    fn console_exports = "匯出" | "导出" | "Exports";
    fn console_exports_text =
        "把帳本與記錄取出為 CSV 檔案。"
        | "把账本与记录取出为 CSV 文件。"
        | "The ledger and the records as CSV files.";
    fn export_lead =
        "CSV 檔案，最後一行是合計。每次取出都會記入審計記錄。"
        | "CSV 文件，最后一行是合计。每次取出都会记入审计记录。"
        | "CSV files; the last line has the totals. Every export is written into the audit record.";
    fn export_with_persons =
        "市民只以編號出現，沒有姓名。"
        | "市民只以编号出现，没有姓名。"
        | "Citizens appear by an identifier alone, never by name.";
    fn export_without_persons =
        "檔案裡沒有市民資料。"
        | "文件里没有市民资料。"
        | "Nothing of a citizen is in the files.";
    fn export_take = "下載 CSV" | "下载 CSV" | "Download CSV";
    fn export_accounts = "帳戶餘額" | "账户余额" | "Accounts";
    fn export_accounts_text =
        "每個帳戶和它的餘額。" | "每个账户和它的余额。" | "Every account with its balance.";
    fn export_transfers = "帳本轉移" | "账本转移" | "Transfers";
    fn export_transfers_text =
        "每一筆轉移，連同前後校驗。"
        | "每一笔转移，连同前后校验。"
        | "Every transfer with its hashes, a line for each posting.";
    fn export_claims = "領取" | "领取" | "Claims";
    fn export_claims_text =
        "誰在哪一輪領了哪種卡包，面額合計。"
        | "谁在哪一轮领了哪种卡包，面额合计。"
        | "Every claim with its round, pack and face.";
    fn export_redemptions = "核銷" | "核销" | "Redemptions";
    fn export_redemptions_text =
        "每一次核銷的訂單、優惠與實付。"
        | "每一次核销的订单、优惠与实付。"
        | "Every redemption with order, discounts and what was paid.";
    fn export_refunds = "退款" | "退款" | "Refunds";
    fn export_refunds_text =
        "每一次退款，以及券是否退回。"
        | "每一次退款，以及券是否退回。"
        | "Every refund, and whether the voucher went back.";
    fn export_due = "每日應付" | "每日应付" | "Due for a day";
    fn export_due_text =
        "銀行要為某一天付給每個商家多少；哪些暫扣，哪些已付。"
        | "银行要为某一天付给每个商家多少；哪些暂扣，哪些已付。"
        | "What the bank has to pay each merchant for a day; what is held, and what was paid.";
    fn export_no_day =
        "請選一個已經結束的日子；午夜過後一分鐘，前一天才算結束。"
        | "请选一个已经结束的日子；午夜过后一分钟，前一天才算结束。"
        | "Choose a day that is over. The day before ends a minute after midnight.";
    fn export_audit = "審計記錄" | "审计记录" | "Audit record";
    fn export_audit_text =
        "誰在什麼時候做了什麼，連同前後校驗。"
        | "谁在什么时候做了什么，连同前后校验。"
        | "Who did what and when, with the hashes.";
}

impl Text {
    /// An amount to the fen, as an account book has it: ¥1,234.50.
    pub fn exact_fen(self, fen: i64) -> String {
        let (sign, fen) = (if fen < 0 { "−" } else { "" }, fen.unsigned_abs());
        let yuan = (fen / 100).to_string();
        let mut grouped = String::with_capacity(yuan.len() * 2);
        for (place, digit) in yuan.chars().enumerate() {
            if place > 0 && (yuan.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        format!("{sign}¥{grouped}.{:02}", fen % 100)
    }

    /// What an account holds.
    pub const fn account_kind(self, account: &Account) -> &'static str {
        match account {
            Account::Pool => self.account_pool(),
            Account::Stock(_) => self.account_stock(),
            Account::Issued(_) => self.account_issued(),
            Account::Payable(_) => self.account_payable(),
            Account::Paid(_) => self.account_paid(),
        }
    }

    /// Why money moved.
    pub const fn reason(self, reason: Reason) -> &'static str {
        match reason {
            Reason::Appropriation => self.reason_appropriation(),
            Reason::Approval => self.reason_approval(),
            Reason::Grant => self.reason_grant(),
            Reason::Redemption => self.reason_redemption(),
            Reason::Refund => self.reason_refund(),
            Reason::Settlement => self.reason_settlement(),
            Reason::Closing => self.reason_closing(),
        }
    }

    /// A chain of the ledger.
    pub fn chain(self, chain: &Chain) -> String {
        match chain {
            Chain::Campaign => self.chain_campaign().to_owned(),
            Chain::Round(round) => say!(self, "輪次 {round}" | "轮次 {round}" | "Round {round}"),
        }
    }

    /// The name of a file.
    pub const fn export_name(self, export: Export) -> &'static str {
        match export {
            Export::Accounts => self.export_accounts(),
            Export::Transfers => self.export_transfers(),
            Export::Claims => self.export_claims(),
            Export::Redemptions => self.export_redemptions(),
            Export::Refunds => self.export_refunds(),
            Export::Due => self.export_due(),
            Export::Audit => self.export_audit(),
        }
    }

    /// What is in a file.
    pub const fn export_text(self, export: Export) -> &'static str {
        match export {
            Export::Accounts => self.export_accounts_text(),
            Export::Transfers => self.export_transfers_text(),
            Export::Claims => self.export_claims_text(),
            Export::Redemptions => self.export_redemptions_text(),
            Export::Refunds => self.export_refunds_text(),
            Export::Due => self.export_due_text(),
            Export::Audit => self.export_audit_text(),
        }
    }
}
