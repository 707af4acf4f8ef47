//! The words of the staff's accounts at the console.

use super::Text;

messages! {
    fn console_staff = "帳號" | "账号" | "Staff";
    fn console_staff_text =
        "誰可以登入這裡，結束帳號與會話。"
        | "谁可以登录这里，结束账号与会话。"
        | "Who may sign in here; ending accounts and sessions.";
    fn staff_accounts = "帳號" | "账号" | "Accounts";
    fn staff_role = "職責" | "职责" | "Role";
    fn staff_since = "建立於" | "建立于" | "Since";
    fn staff_sessions = "會話" | "会话" | "Sessions";
    fn staff_act = "處理" | "处理" | "Act";
    fn staff_from = "開始" | "开始" | "since";
    fn staff_seen = "最近使用" | "最近使用" | "last used";
    fn staff_ended = "已停用" | "已停用" | "Ended";
    fn staff_own = "您自己" | "您自己" | "Yourself";
    fn staff_end = "停用帳號" | "停用账号" | "End the account";
    fn staff_end_sessions = "結束會話" | "结束会话" | "End the sessions";
    fn staff_reset = "重設密碼" | "重设密码" | "Reset the password";
    fn staff_renew_by = "更換密碼的期限" | "更换密码的期限" | "To be renewed by";
    fn staff_add = "新增帳號" | "新增账号" | "Add an account";
    fn staff_add_text =
        "密碼和動態驗證碼的密鑰由系統產生，只顯示一次；本人首次登入先更換密碼。收銀員由商家的收銀端開設。"
        | "密码和动态验证码的密钥由系统生成，只显示一次；本人首次登录先更换密码。收银员由商家的收银端开设。"
        | "Password and one-time secret are made here and shown once; the owner renews the password at the first \
           sign-in. Cashiers belong to a merchant's till.";
    fn staff_once =
        "請現在交給本人：離開這一頁就不能再看到。"
        | "请现在交给本人：离开这一页就不能再看到。"
        | "Please hand this over now: it cannot be seen again once you leave this page.";
    fn staff_scan = "手機驗證器二維碼" | "手机验证器二维码" | "QR code for the authenticator";
    fn staff_secret = "動態驗證碼密鑰" | "动态验证码密钥" | "One-time secret";
    fn staff_address = "手機驗證器地址" | "手机验证器地址" | "Address for the phone";
    fn staff_fault_login =
        "帳號為 3 至 64 個小寫字母、數字、-、_ 或 .。"
        | "账号为 3 至 64 个小写字母、数字、-、_ 或 .。"
        | "A login has 3 to 64 of a-z, 0-9, -, _ and a full stop.";
    fn staff_fault_taken =
        "已經有這個帳號。" | "已经有这个账号。" | "There is such an account already.";
    fn staff_fault_role = "請選一項職責。" | "请选一项职责。" | "Please choose a role.";
    fn staff_fault_own =
        "不能停用或重設自己的帳號，請另一位管理員處理。"
        | "不能停用或重设自己的账号，请另一位管理员处理。"
        | "Nobody ends or resets their own account; please ask another administrator.";
    fn staff_fault_gone =
        "什麼也沒有改變：這個帳號已經停用，或沒有會話。"
        | "什么也没有改变：这个账号已经停用，或没有会话。"
        | "Nothing was changed: the account has ended, or has no session.";
}

impl Text {
    /// Whose account it is that was made.
    pub fn staff_handed(self, login: &str) -> String {
        say!(self, "{login} 的登入資料" | "{login} 的登录资料" | "What {login} signs in with")
    }

    /// When sessions end by themselves.
    pub fn staff_timeouts(self, idle_ms: i64, session_ms: i64) -> String {
        let (minutes, hours) = (idle_ms / 60_000, session_ms / 3_600_000);
        say!(
            self,
            "會話閒置 {minutes} 分鐘，或登入滿 {hours} 小時，就自動結束。"
                | "会话闲置 {minutes} 分钟，或登录满 {hours} 小时，就自动结束。"
                | "A session ends by itself after {minutes} minutes unused, and {hours} hours after the sign-in."
        )
    }
}
