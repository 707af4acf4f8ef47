//! The islands' words.

use domain::round::Phase;
use domain::time::Timestamp;

use super::{Around, Text};

messages! {
    fn bar_claim = "立即領取" | "立即领取" | "Claim now";
    fn bar_remind = "到點提醒我" | "到点提醒我" | "Remind me";
    fn bar_wallet = "我的卡包" | "我的卡包" | "My wallet";
    fn bar_upcoming = "即將開始" | "即将开始" | "Opening soon";
    fn bar_opens_in = "距開始 " | "距开始 " | "Opens in ";
    fn bar_last = "馬上開始" | "马上开始" | "About to open";
    fn bar_stay = "請留在本頁，不必重新整理" | "请留在本页，不必刷新" | "Stay here, no need to reload";
    fn bar_open = "可以領取" | "可以领取" | "Open now";
    fn bar_one_each = "每人限領一套" | "每人限领一套" | "One pack each";
    fn bar_one_of_each = "各種卡包每人限領一套" | "各种卡包每人限领一套" | "One of each pack per person";
    fn bar_working = "正在辦理" | "正在办理" | "Working";
    fn bar_working_detail = "請稍候，重複點按也只算一次" | "请稍候，重复点按也只算一次" | "Pressing twice counts once";
    fn bar_busy = "前方擁擠" | "前方拥挤" | "Very busy";
    fn bar_press_again = "還沒有結果，請再按一次" | "还没有结果，请再按一次" | "Undecided: please press again";
    fn bar_again = "自動再試：" | "自动再试：" | "Trying again in ";
    fn bar_settling = "正在確認結果" | "正在确认结果" | "Checking";
    fn bar_yours = "已領取" | "已领取" | "Yours";
    fn bar_review = "審核中" | "审核中" | "Under review";
    fn bar_sold_out = "已領完" | "已领完" | "All taken";
    fn bar_no_next_round = "請留意後面的輪次" | "请留意后面的轮次" | "Look out for later rounds";
    fn bar_paused = "暫停領取" | "暂停领取" | "Paused";
    fn bar_paused_detail = "恢復後自動更新" | "恢复后自动更新" | "Updates by itself";
    fn bar_paused_still = "暫停領取，請稍候" | "暂停领取，请稍候" | "Paused, please wait";
    fn bar_stopped = "已停止發放" | "已停止发放" | "Stopped";
    fn bar_closed = "已結束" | "已结束" | "Over";
    fn bar_barred = "暫不能領取" | "暂不能领取" | "Not possible";
    fn bar_reload = "重新打開本頁" | "重新打开本页" | "Open this page again";
    fn bar_sign_in_again = "重新登入" | "重新登录" | "Sign in again";

    fn granted_word = "領到了" | "领到了" | "It is yours";
    fn granted_tickets = "領到的券" | "领到的券" | "The vouchers you were given";

    fn countdown_days = "天" | "天" | "d";
    fn countdown_hours = "時" | "时" | "h";
    fn countdown_minutes = "分" | "分" | "min";
    fn countdown_seconds = "秒" | "秒" | "sec";

    fn stock_left = "剩餘卡包" | "剩余卡包" | "Packs left";

    fn phase_open = "領取中" | "领取中" | "Open";
}

impl Text {
    /// What the round is doing, in a word.
    pub const fn phase(self, phase: Phase) -> &'static str {
        match phase {
            Phase::Closed => self.bar_closed(),
            Phase::Stopped => self.bar_stopped(),
            Phase::Upcoming => self.bar_upcoming(),
            Phase::Paused => self.bar_paused(),
            Phase::SoldOut => self.bar_sold_out(),
            Phase::Open => self.phase_open(),
        }
    }

    /// The last ten seconds, where the button will stand.
    pub fn bar_seconds_to_open(self, seconds: i64) -> String {
        say!(self, "{seconds} 秒後開始" | "{seconds} 秒后开始" | "Opens in {seconds} s")
    }

    /// Seconds from now.
    pub fn bar_in_seconds(self, seconds: i64) -> String {
        say!(self, "{seconds} 秒後" | "{seconds} 秒后" | "{seconds} s")
    }

    /// When the next round opens.
    pub fn bar_next_round(self, opens_at: Timestamp, now: Timestamp) -> String {
        let when = self.opening(opens_at, Some(now));
        say!(self, "下一輪 {when}" | "下一轮 {when}" | "Next round {when}")
    }

    /// When the round closed.
    pub fn bar_closed_at(self, closes_at: Timestamp, now: Timestamp) -> String {
        let when = self.closing(closes_at, Some(now));
        say!(self, "截止於 {when}" | "截止于 {when}" | "Closed {when}")
    }

    /// Days before the hours of a clock: 3 天.
    pub fn bar_days(self, days: i64) -> String {
        say!(self, "{days} 天 " | "{days} 天 " | "{days} d ")
    }

    /// Around the number of the grant in the round.
    pub const fn granted_serial(self) -> Around {
        match self.0 {
            domain::language::Language::Hant => ("您是本輪第", "位"),
            domain::language::Language::Hans => ("您是本轮第", "位"),
            domain::language::Language::English => ("You are number ", " of this round"),
        }
    }

    /// What the countdown runs to: the opening.
    pub fn countdown_opens(self, opens_at: Timestamp, now: Timestamp) -> String {
        let when = self.opening(opens_at, Some(now));
        say!(self, "距離 {when} 開始領取" | "距离 {when} 开始领取" | "Until it opens, {when}")
    }

    /// What the countdown runs to: the close.
    pub fn countdown_closes(self, closes_at: Timestamp, now: Timestamp) -> String {
        let when = self.closing(closes_at, Some(now));
        say!(self, "距離 {when} 截止" | "距离 {when} 截止" | "Closes {when}, in")
    }

    /// Said aloud some minutes before the opening.
    pub fn countdown_announcement(self, minutes: i64) -> String {
        match minutes {
            1 => say!(
                self,
                "還有 {minutes} 分鐘開始" | "还有 {minutes} 分钟开始" | "Opens in {minutes} minute"
            ),
            _ => say!(
                self,
                "還有 {minutes} 分鐘開始"
                    | "还有 {minutes} 分钟开始"
                    | "Opens in {minutes} minutes"
            ),
        }
    }

    /// Around the number left of one pack.
    pub const fn stock_of_pack(self) -> Around {
        match self.0 {
            domain::language::Language::Hant => ("剩餘 ", " / "),
            domain::language::Language::Hans => ("剩余 ", " / "),
            domain::language::Language::English => ("Left: ", " / "),
        }
    }

    /// Around the seconds until the next code.
    pub const fn code_next(self) -> Around {
        match self.0 {
            domain::language::Language::Hant => ("", " 秒後換新碼"),
            domain::language::Language::Hans => ("", " 秒后换新码"),
            domain::language::Language::English => ("New code in ", " s"),
        }
    }
}
