//! The words of one's own account at the console and at the till.

use super::{Around, Text};

messages! {
    fn own_account = "我的帳號" | "我的账号" | "My account";
    fn own_account_lead =
        "更換自己的密碼，查看並結束自己的會話。每次都要先輸入目前的密碼。"
        | "更换自己的密码，查看并结束自己的会话。每次都要先输入目前的密码。"
        | "Renew your own password, see and end your own sessions. Each asks for your current password.";
    fn own_password = "更換密碼" | "更换密码" | "Renew the password";
    fn own_password_text =
        "新密碼由系統產生，顯示在下一頁；您存好並再輸入一次，它才生效，其他會話隨即全部結束。"
        | "新密码由系统生成，显示在下一页；您存好并再输入一次，它才生效，其他会话随即全部结束。"
        | "The new one is made here and shown on the next page. It takes effect once you have kept it \
           and typed it again; every other session then ends.";
    fn own_current = "目前的密碼" | "目前的密码" | "Current password";
    fn own_password_act = "產生新密碼" | "生成新密码" | "Make a new password";
    fn own_sessions = "登入中的會話" | "登录中的会话" | "Open sessions";
    fn own_session_this = "就是這個會話" | "就是这个会话" | "This session";
    fn own_sessions_alone =
        "沒有其他會話。結束這個會話，請按「登出」。"
        | "没有其他会话。结束这个会话，请点“退出登录”。"
        | "There is no other session. Signing out ends this one.";
    fn own_sessions_which = "要結束的會話" | "要结束的会话" | "Sessions to end";
    fn own_sessions_others = "其他所有會話" | "其他所有会话" | "All others";
    fn own_sessions_act = "結束所選會話" | "结束所选会话" | "End the chosen";
    fn own_wrong =
        "密碼不對，什麼也沒有改變。"
        | "密码不对，什么也没有改变。"
        | "The password is not right. Nothing was changed.";
    fn own_gone =
        "什麼也沒有改變：這個會話已經結束。"
        | "什么也没有改变：这个会话已经结束。"
        | "Nothing was changed: that session is over already.";
    fn own_busy =
        "系統忙，什麼也沒有改變，過幾秒再試就好。"
        | "系统忙，什么也没有改变，过几秒再试就好。"
        | "The server is busy. Nothing was changed; please try again in a few seconds.";
    fn own_offer = "您的新密碼" | "您的新密码" | "Your new password";
    fn own_offer_text =
        "請現在存進密碼管理器，或抄下來妥善保管。它還沒有生效，在下面再輸入一次之後才生效。"
        | "请现在存进密码管理器，或抄下来妥善保管。它还没有生效，在下面再输入一次之后才生效。"
        | "Keep it now, in a password manager or written down in a safe place. It is not in force yet: \
           it will be once you have typed it again below.";
    fn own_offer_again = "再輸入一次新密碼" | "再输入一次新密码" | "The new password again";
    fn own_offer_act = "啟用新密碼" | "启用新密码" | "Use the new password";
    fn own_offer_back = "不更換，返回" | "不更换，返回" | "Keep the old one and go back";
    fn own_offer_wrong =
        "和上面的新密碼不一樣，請再輸入一次。原來的密碼仍然有效。"
        | "和上面的新密码不一样，请再输入一次。原来的密码仍然有效。"
        | "That is not the password above; please type it again. The old one still works.";
    fn own_renewed = "新密碼已生效" | "新密码已生效" | "The new password is in force";
    fn own_renewed_text =
        "原來的密碼不能再用，其他會話都已結束。"
        | "原来的密码不能再用，其他会话都已结束。"
        | "The old one opens nothing any more, and every other session has ended.";
    fn own_ended = "所選會話已結束" | "所选会话已结束" | "The chosen sessions have ended";
    fn own_ended_text =
        "那些設備要重新登入。" | "那些设备要重新登录。" | "Those devices have to sign in again.";
    fn own_must_renew = "請先更換密碼" | "请先更换密码" | "Please renew your password first";
}

impl Text {
    /// Until when a password that was handed over is to be renewed.
    pub const fn own_renew_by(self) -> Around {
        match self.0 {
            domain::language::Language::Hant => {
                ("現在的密碼是別人交給您的，更換之後才能繼續。最遲 ", " 更換，否則不能再登入。")
            }
            domain::language::Language::Hans => {
                ("现在的密码是别人交给您的，更换之后才能继续。最迟 ", " 更换，否则不能再登录。")
            }
            domain::language::Language::English => (
                "Yours was handed over by somebody else: renew it to go on. After ",
                " it lets you in no more.",
            ),
        }
    }
}
