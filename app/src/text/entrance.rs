//! The words of the entrances: choosing one, going there, coming back.

use super::Text;

messages! {
    fn choose_entrance = "選擇登入方式" | "选择登录方式" | "Choose how to sign in";
    fn choose_entrance_text =
        "登入在對方的頁面完成，本站看不到您的密碼。"
        | "登录在对方的页面完成，本站看不到您的密码。"
        | "You sign in on their page; we never see your password.";
    fn going_on_text =
        "請在對方的頁面確認，之後會自動回到這裡。如果沒有跳轉，請按下面的按鈕。"
        | "请在对方的页面确认，之后会自动回到这里。如果没有跳转，请按下面的按钮。"
        | "Please confirm on their page; you will come back here by yourself. If nothing happens, use the button.";
    fn go_on = "繼續前往" | "继续前往" | "Go on";
    fn handoff_text =
        "小程式已經交來您的帳號。按下按鈕，才會登入。"
        | "小程序已经交来您的账号。按下按钮，才会登录。"
        | "The mini-program has handed over your account. You are signed in only when you press the button.";
    fn match_title = "確認您的身份" | "确认您的身份" | "Confirm who you are";
    fn match_hint =
        "18 位，末位可能是 X。" | "18 位，末位可能是 X。" | "18 characters, the last may be X.";
    fn match_act = "確認並登入" | "确认并登录" | "Confirm and sign in";
    fn match_skip = "先不確認，只看看" | "先不确认，只看看" | "Not now, I only look around";
    fn match_skip_text =
        "不確認也能看輪次和商家；領取時需要確認。"
        | "不确认也能看轮次和商家；领取时需要确认。"
        | "Rounds and shops can be seen without; claiming needs it.";
    fn not_matched =
        "姓名與號碼和您的帳號對不上，請檢查後再試。"
        | "姓名与号码和您的账号对不上，请检查后再试。"
        | "Name and number are not those of your account. Please check them and try again.";

    fn cancelled_title = "您取消了登入" | "您取消了登录" | "You cancelled the sign-in";
    fn cancelled_text =
        "什麼也沒有改變。想登入時，隨時可以再來。"
        | "什么也没有改变。想登录时，随时可以再来。"
        | "Nothing was changed. You can sign in whenever you like.";
    fn begin_again_title = "請重新登入一次" | "请重新登录一次" | "Please sign in once more";
    fn begin_again_text =
        "這次登入隔得太久，或者不是從這個瀏覽器開始的，所以沒有完成。重新登入就好。"
        | "这次登录隔得太久，或者不是从这个浏览器开始的，所以没有完成。重新登录就好。"
        | "This sign-in took too long, or was begun in another browser, so it was not finished. Just sign in again.";
    fn not_accepted_title = "這次登入沒有成功" | "这次登录没有成功" | "This sign-in did not work";
    fn not_accepted_text =
        "對方的答覆沒有通過核對，所以沒有登入。請再試一次，或換一個登入方式。"
        | "对方的答复没有通过核对，所以没有登录。请再试一次，或换一个登录方式。"
        | "The answer from the other side did not pass our checks. Please try again, or choose another way.";
    fn unavailable_title = "對方暫時沒有回應" | "对方暂时没有回应" | "The other side does not answer";
    fn unavailable_text =
        "登入服務現在連不上，不是您的問題。請過一會再試，或換一個登入方式。"
        | "登录服务现在连不上，不是您的问题。请过一会再试，或换一个登录方式。"
        | "The sign-in service cannot be reached; it is not your fault. Try again in a while, or choose another way.";
    fn coming_in_busy =
        "現在登入的人太多，還沒有登入。過幾秒再試就好，不用從頭再來。"
        | "现在登录的人太多，还没有登录。过几秒再试就好，不用从头再来。"
        | "Many people are signing in at once. Try again in a few seconds; you need not start over.";
    fn unfinished_title = "登入沒有完成" | "登录没有完成" | "The sign-in was not finished";
    fn unfinished_text =
        "是我們這邊出了點問題，還沒有登入。請過幾秒重新登入。"
        | "是我们这边出了点问题，还没有登录。请过几秒重新登录。"
        | "Something went wrong on our side and you are not in yet. Please sign in once more in a few seconds.";
    fn sign_in_again = "重新登入" | "重新登录" | "Sign in again";
}

impl Text {
    /// The button of an entrance.
    pub fn sign_in_with(self, name: &str) -> String {
        say!(self, "以{name}登入" | "以{name}登录" | "Sign in with {name}")
    }

    /// On the way to an entrance.
    pub fn going_to(self, name: &str) -> String {
        say!(self, "正在前往{name}" | "正在前往{name}" | "Going to {name}")
    }

    /// Why name and number are asked for.
    pub fn match_text(self, name: &str) -> String {
        say!(
            self,
            "{name}只告訴我們您的帳號。填寫姓名和身份證號碼，由{name}核對是不是您本人；本站不保存號碼和全名。"
                | "{name}只告诉我们您的账号。填写姓名和身份证号码，由{name}核对是不是您本人；本站不保存号码和全名。"
                | "{name} tells us only your account. Fill in your name and number; {name} checks that they are yours. \
               Neither the number nor the full name is kept here."
        )
    }
}
