//! The words of those who work here: signing in, roles, the console's frame.

use domain::staff::Role;

use super::Text;

messages! {
    fn staff_login = "帳號" | "账号" | "Login";
    fn staff_password = "密碼" | "密码" | "Password";
    fn staff_one_time = "動態驗證碼" | "动态验证码" | "One-time code";
    fn staff_one_time_hint =
        "手機驗證器上的 6 位數字，每 30 秒換一次。"
        | "手机验证器上的 6 位数字，每 30 秒换一次。"
        | "The six digits in your authenticator; they change every 30 seconds.";
    fn till_sign_in_lead =
        "收銀員用商家發給的帳號登入。"
        | "收银员用商家发给的账号登录。"
        | "Cashiers sign in with the account that their shop gave them.";
    fn console_title = "管理後台" | "管理后台" | "Console";
    fn console_sign_in_lead =
        "僅供活動工作人員使用，每一步操作都有記錄。"
        | "仅供活动工作人员使用，每一步操作都有记录。"
        | "For the campaign's staff only. Everything done here is recorded.";
    fn till_wrong = "帳號或密碼不對" | "账号或密码不对" | "Login or password is not right";
    fn staff_wrong =
        "帳號、密碼或驗證碼不對" | "账号、密码或验证码不对" | "Login, password or code is not right";
    fn staff_wrong_next =
        "請檢查後再試。連續試錯 5 次，要等一會兒才能再試。"
        | "请检查后再试。连续试错 5 次，要等一会儿才能再试。"
        | "Please check and try again. After five wrong tries in a row you have to wait a while.";
    fn staff_locked_next =
        "這段時間內的嘗試不算數，也不會延長等待。忘了密碼請找發帳號給您的人。"
        | "这段时间内的尝试不算数，也不会延长等待。忘了密码请找发账号给您的人。"
        | "Tries made meanwhile do not count and do not lengthen the wait. \
           If you forgot the password, ask whoever gave you the account.";
    fn staff_busy_next =
        "您的嘗試沒有被計數，過幾秒再試就好。"
        | "您的尝试没有被计数，过几秒再试就好。"
        | "Your try was not counted. Please try again in a few seconds.";
    fn till_closed = "這台收銀端已經停用" | "这台收银端已经停用" | "This till is closed";
    fn till_closed_next =
        "請商家的管理員換一台收銀端。"
        | "请商家的管理员换一台收银端。"
        | "Please ask your shop's manager for another till.";
    fn staff_overdue = "初始密碼已經過期" | "初始密码已经过期" | "This first password has expired";
    fn staff_overdue_next =
        "交給您的密碼沒有在期限內更換。請管理員重設，會得到新的密碼。"
        | "交给您的密码没有在期限内更换。请管理员重设，会得到新的密码。"
        | "It was not renewed in time. Please ask an administrator for another one.";
    fn console_home = "總覽" | "总览" | "Overview";
    fn console_rounds = "輪次" | "轮次" | "Rounds";
    fn console_rounds_text =
        "規劃、覆核與運行；資金池。"
        | "规划、复核与运行；资金池。"
        | "Plans, approval and running; the pool.";
    fn console_merchants = "商家" | "商家" | "Merchants";
    fn console_merchants_text =
        "申請、審核、暫停與恢復；失信名單。"
        | "申请、审核、暂停与恢复；失信名单。"
        | "Applications, reviews, suspensions; the list of dishonest subjects.";
    fn console_nothing =
        "這裡還沒有您可以操作的內容。" | "这里还没有您可以操作的内容。" | "There is nothing here for your role yet.";
    fn not_allowed_title = "您的角色不能做這件事" | "您的角色不能做这件事" | "Your role may not do this";
    fn not_allowed_text =
        "什麼也沒有改變。需要的話，請有這項權限的同事處理。"
        | "什么也没有改变。需要的话，请有这项权限的同事处理。"
        | "Nothing was changed. If it is needed, please ask a colleague who may.";
}

impl Text {
    /// The name of a role.
    pub const fn role(self, role: Role) -> &'static str {
        match role {
            Role::Cashier => self.role_cashier(),
            Role::Operator => self.role_operator(),
            Role::Approver => self.role_approver(),
            Role::Auditor => self.role_auditor(),
            Role::Administrator => self.role_administrator(),
        }
    }

    /// What a role is here for.
    pub const fn role_text(self, role: Role) -> &'static str {
        match role {
            Role::Cashier => self.role_cashier_text(),
            Role::Operator => self.role_operator_text(),
            Role::Approver => self.role_approver_text(),
            Role::Auditor => self.role_auditor_text(),
            Role::Administrator => self.role_administrator_text(),
        }
    }

    /// Too many wrong tries.
    pub fn staff_locked(self, minutes: i64) -> String {
        match minutes {
            1 => say!(
                self,
                "試錯太多次，請 {minutes} 分鐘後再試"
                    | "试错太多次，请 {minutes} 分钟后再试"
                    | "Too many wrong tries: please wait {minutes} minute"
            ),
            _ => say!(
                self,
                "試錯太多次，請 {minutes} 分鐘後再試"
                    | "试错太多次，请 {minutes} 分钟后再试"
                    | "Too many wrong tries: please wait {minutes} minutes"
            ),
        }
    }
}

messages! {
    fn role_cashier = "收銀員" | "收银员" | "Cashier";
    fn role_operator = "營運" | "运营" | "Operator";
    fn role_approver = "覆核" | "复核" | "Approver";
    fn role_auditor = "審計" | "审计" | "Auditor";
    fn role_administrator = "管理員" | "管理员" | "Administrator";
    fn role_cashier_text =
        "核銷與退款。" | "核销与退款。" | "Redeems and refunds.";
    fn role_operator_text =
        "規劃輪次，審核商家，登記結算。"
        | "规划轮次，审核商家，登记结算。"
        | "Plans rounds, reviews merchants, records settlements.";
    fn role_approver_text =
        "第二雙眼睛：覆核別人提出的事，不能覆核自己的。"
        | "第二双眼睛：复核别人提出的事，不能复核自己的。"
        | "The second pair of eyes: approves what others propose, never what is their own.";
    fn role_auditor_text =
        "查看一切記錄，不改動任何內容。"
        | "查看一切记录，不改动任何内容。"
        | "Reads every record and changes nothing.";
    fn role_administrator_text =
        "管理帳號與密鑰，看不到市民資料。"
        | "管理账号与密钥，看不到市民资料。"
        | "Manages accounts and keys, and sees no citizen's data.";
}
