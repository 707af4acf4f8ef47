//! The words of 「我的」: accounts, consents, sessions, taking one's data along, leaving.

use super::Text;

messages! {
    fn me = "我的" | "我的" | "My account";
    fn me_lead =
        "您的帳號、同意事項和登入狀態。這裡的一切只有您自己看得到。"
        | "您的账号、同意事项和登录状态。这里的一切只有您自己看得到。"
        | "Your accounts, what you agreed to, and where you are signed in. Only you can see this.";
    fn me_accounts = "我的帳號" | "我的账号" | "My accounts";
    fn me_accounts_text =
        "無論從哪個入口登入，同一個人只領一份。"
        | "无论从哪个入口登录，同一个人只领一份。"
        | "Whichever way you sign in, you are one person with one share.";
    fn me_entrance_demo = "示範入口" | "示范入口" | "Demonstration entrance";
    fn me_real_name_yes = "已實名" | "已实名" | "Real name known";
    fn me_real_name_no = "未實名，還不能領取" | "未实名，还不能领取" | "Real name not known: cannot claim yet";
    fn me_account_number = "帳號" | "账号" | "Account";
    fn me_match = "用能核實身份的入口登入" | "用能核实身份的入口登录" | "Sign in where you are known";
    fn me_match_text =
        "這個入口沒有告訴我們您是誰，所以還不能領取。十分鐘內在這個瀏覽器裡用能核實身份的入口登入，這個帳號就算您本人的。"
        | "这个入口没有告诉我们您是谁，所以还不能领取。十分钟内在这个浏览器里用能核实身份的入口登录，这个账号就算您本人的。"
        | "This entrance did not tell us who you are, so you cannot claim yet. Sign in within ten minutes, in this \
           browser, where your identity is known; this account is then yours.";
    fn me_consents = "我同意的事項" | "我同意的事项" | "What I agree to";
    fn me_consent_yes = "已同意" | "已同意" | "Agreed";
    fn me_consent_no = "未同意" | "未同意" | "Not agreed";
    fn me_consent_outdated = "內容有更新，請再看一次" | "内容有更新，请再看一次" | "The text has changed: please look again";
    fn me_consent_give = "同意" | "同意" | "Agree";
    fn me_consent_withdraw = "撤回同意" | "撤回同意" | "Take back";
    fn me_consent_withdraw_text =
        "撤回後不能再領取，已領到的券仍可使用。"
        | "撤回后不能再领取，已领到的券仍可使用。"
        | "After that you cannot claim; vouchers you have stay usable.";
    fn me_sessions = "登入的設備" | "登录的设备" | "Where I am signed in";
    fn me_session_this = "這個設備" | "这个设备" | "This device";
    fn me_session_end = "讓它登出" | "让它退出" | "Sign it out";
    fn me_sessions_end = "讓其他設備全部登出" | "让其他设备全部退出" | "Sign all others out";
    fn me_export = "帶走我的資料" | "带走我的资料" | "Take my data along";
    fn me_export_text =
        "包括帳號、同意記錄、登入設備、領取和用券記錄。"
        | "包括账号、同意记录、登录设备、领取和用券记录。"
        | "Accounts, consents, devices, claims and the use of vouchers.";
    fn me_export_readable = "下載文字版" | "下载文字版" | "Download as text";
    fn me_export_json = "下載 JSON" | "下载 JSON" | "Download as JSON";
    fn me_appeals = "提出或查看申訴" | "提出或查看申诉" | "Appeal, or see an answer";
    fn me_appeals_text =
        "領取被暫緩或拒絕時，可以說明情況，也在這裡看答覆。"
        | "领取被暂缓或拒绝时，可以说明情况，也在这里看答复。"
        | "If a claim was held or refused, say here why that is wrong, and read the answer.";
    fn me_leave = "註銷帳號" | "注销账号" | "Delete my account";
    fn me_leave_text =
        "刪除帳號、姓名和登入狀態。下一頁先說明後果，再請您確認。"
        | "删除账号、姓名和登录状态。下一页先说明后果，再请您确认。"
        | "Removes accounts, name and sessions. The next page says what follows, and asks you to confirm.";
    fn leave_gone = "立即刪除" | "立即删除" | "Removed at once";
    fn leave_gone_text =
        "所有入口的帳號、只露姓氏的姓名、所有設備的登入狀態。"
        | "所有入口的账号、只露姓氏的姓名、所有设备的登录状态。"
        | "Your accounts at every entrance, the masked name, and every session.";
    fn leave_stays = "暫時保留" | "暂时保留" | "Kept for now";
    fn leave_vouchers = "您的券" | "您的券" | "Your vouchers";
    fn leave_vouchers_none = "您沒有還能使用的券。" | "您没有还能使用的券。" | "You have no voucher that can still be used.";
    fn leave_again =
        "註銷不會讓您再領一份：同一個人再次登入時，看到的是原來領到的。"
        | "注销不会让您再领一份：同一个人再次登录时，看到的是原来领到的。"
        | "Leaving frees no second share: if you sign in again as the same person, you find what you claimed before.";
    fn leave_confirm = "確認註銷" | "确认注销" | "Delete my account now";
    fn leave_back = "不註銷，回到「我的」" | "不注销，回到“我的”" | "Keep it and go back";
    fn leave_is_understood = "我明白註銷後的結果" | "我明白注销后的结果" | "I understand what follows";
    fn leave_not_understood = "請先勾選這一項。" | "请先勾选这一项。" | "Please tick this box first.";
    fn left_title = "帳號已註銷" | "账号已注销" | "Your account is deleted";
    fn left_text =
        "帳號、姓名和登入狀態都已刪除。"
        | "账号、姓名和登录状态都已删除。"
        | "Accounts, name and sessions are removed.";
}

impl Text {
    /// An app and a system, as `server::session::device` tells them apart: 支付寶 · Android.
    pub fn device(self, device: &str) -> String {
        let (app, system) = device.split_once('/').unwrap_or(("other", "other"));
        let app = match app {
            "alipay" => say!(self, "支付寶" | "支付宝" | "Alipay"),
            "wechat" => say!(self, "微信" | "微信" | "WeChat"),
            "city_app" => say!(self, "城市應用" | "城市应用" | "The city's app"),
            "browser" => say!(self, "瀏覽器" | "浏览器" | "Browser"),
            _ => say!(self, "其他程式" | "其他程序" | "Another program"),
        };
        let system = match system {
            "harmony" => "HarmonyOS",
            "android" => "Android",
            "ios" => "iOS",
            "windows" => "Windows",
            "mac" => "macOS",
            "linux" => "Linux",
            _ => return app,
        };
        self.facts(&[app.as_str(), system])
    }

    /// What a part of somebody's own data is called in their file.
    pub const fn export_part(self, part: &str) -> &'static str {
        match part.as_bytes() {
            b"person" => self.me(),
            b"accounts" => self.me_accounts(),
            b"consents" => self.me_consents(),
            b"sessions" => self.me_sessions(),
            b"appeals" => self.appeals(),
            _ => self.wallet(),
        }
    }

    /// What stays of somebody who leaves, and for how long.
    pub fn leave_stays_text(self, days: u32) -> String {
        say!(
            self,
            "身份證號碼的帶密鑰摘要和領取記錄，保存到您參加的輪次結束後 {days} 天，只用來防止重複領取；之後摘要刪除，記錄再也找不到您。帳目依法保存，裡面沒有姓名和號碼；商家的核銷記錄仍寫著只露姓氏的姓名。"
                | "身份证号码的带密钥摘要和领取记录，保存到您参加的轮次结束后 {days} 天，只用来防止重复领取；之后摘要删除，记录再也找不到您。账目依法保存，里面没有姓名和号码；商家的核销记录仍写着只露姓氏的姓名。"
                | "The keyed hash of your identity number and your claims, until {days} days after the \
                 rounds you knew have ended, only so that nobody claims twice. Then the hash goes \
                 and nothing leads to you any more. The accounts of the money are kept as the law \
                 asks, with no name or number in them; a shop's record of a sale keeps your surname."
        )
    }

    /// What becomes of vouchers that could still be used.
    pub fn leave_vouchers_text(self, count: usize) -> String {
        let vouchers = self.vouchers(count);
        say!(
            self,
            "您還有 {vouchers}可以使用。註銷後要再次登入才能出示；輪次結束時沒有用掉的會失效，金額加入後面的輪次。"
                | "您还有 {vouchers}可以使用。注销后要再次登录才能出示；轮次结束时没有用掉的会失效，金额加入后面的轮次。"
                | "You have {vouchers} that can still be used. To show one after leaving you would \
                 have to sign in again; what is not used lapses with the round, and the money goes \
                 to later rounds."
        )
    }
}
