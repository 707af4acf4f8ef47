//! The words of the code page.

use domain::money::Amount;

use super::Text;

messages! {
    fn back_to_wallet = "返回我的卡包" | "返回我的卡包" | "Back to my wallet";
    fn other_vouchers = "看其他的券" | "看其他的券" | "See the others";
    fn qr_code = "券碼二維碼" | "券码二维码" | "QR code of the voucher";
    fn scan_only =
        "現在沒有數字券碼，請讓收銀員掃這個二維碼"
        | "现在没有数字券码，请让收银员扫这个二维码"
        | "No digits for now: please let the cashier scan this code";
    fn bright_hint =
        "螢幕調亮一些，收銀員更容易掃" | "屏幕调亮一些，收银员更容易扫" | "A brighter screen is easier to scan";
    fn before_use = "用之前看一眼" | "用之前看一眼" | "Before you use it";
    fn fact_where = "哪裡能用" | "哪里能用" | "Where";
    fn fact_how = "怎麼減" | "怎么减" | "How";
    fn fact_how_text =
        "先減商家優惠，再減消費券" | "先减商家优惠，再减消费券" | "The shop's own offer first, then the voucher";
    fn fact_times = "次數" | "次数" | "How often";
    fn fact_refund = "退款" | "退款" | "Refund";
    fn refund_returns =
        "全額退款退回本券，期限不變" | "全额退款退回本券，期限不变" | "A full refund returns it, until the same date";
    fn refund_never = "退款後本券不退回" | "退款后本券不退回" | "A refund does not return it";
    fn see_merchants = "看哪裡能用" | "看哪里能用" | "See where it works";
    fn codes_busy = "現在出示券碼的人太多" | "现在出示券码的人太多" | "Too many codes are shown right now";
    fn codes_busy_next =
        "券還在，沒有被用掉。過幾秒再試就好。"
        | "券还在，没有被用掉。过几秒再试就好。"
        | "Your voucher is safe and unused. Try again in a few seconds.";
    fn try_again = "再試一次" | "再试一次" | "Try again";
}

impl Text {
    /// A voucher in a few words: 通用券 ¥10.
    pub fn voucher_name(self, kind: &str, face: Amount) -> String {
        format!("{kind} ¥{face}")
    }
}
