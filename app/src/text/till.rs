//! The words of the cashier's page.

use super::Text;

messages! {
    fn till_title = "收銀端" | "收银端" | "Till";
    fn till_code = "券碼" | "券码" | "Voucher code";
    fn till_code_hint =
        "掃顧客的二維碼，或輸入 12 位數字。"
        | "扫顾客的二维码，或输入 12 位数字。"
        | "Scan the customer's QR code, or type its 12 digits.";
    fn till_code_error = "請輸入或掃描券碼。" | "请输入或扫描券码。" | "Please type or scan the code.";
    fn till_order = "訂單金額" | "订单金额" | "Order";
    fn till_coupon = "商家優惠" | "商家优惠" | "Shop's own offer";
    fn till_amount_error =
        "請填寫金額，例如 50 或 50.00，最多一億元。"
        | "请填写金额，例如 50 或 50.00，最多一亿元。"
        | "Please type an amount such as 50 or 50.00, at most a hundred million yuan.";
    fn redeem = "核銷" | "核销" | "Redeem";
    fn refund = "退款" | "退款" | "Refund";
    fn till_next_page =
        "下一頁核對應收金額後才會核銷。"
        | "下一页核对应收金额后才会核销。"
        | "The next page shows what to collect; nothing is redeemed before you confirm it.";
    fn till_scan = "掃券碼" | "扫券码" | "Scan code";
    fn till_scan_stop = "停止掃描" | "停止扫描" | "Stop scanning";
    fn till_camera = "相機畫面" | "相机画面" | "Camera";
    fn till_camera_hint = "把二維碼放進框裡" | "把二维码放进框里" | "Hold the QR code inside the frame";
    fn till_scanned = "已掃到券碼" | "已扫到券码" | "Code scanned";
    fn till_no_camera =
        "打不開相機。請允許使用相機，或輸入券碼下的數字。"
        | "打不开相机。请允许使用相机，或输入券码下的数字。"
        | "The camera could not be opened. Please allow it, or type the digits below the code.";
    fn till_pad = "數字鍵盤" | "数字键盘" | "Number pad";
    fn till_pad_back = "刪一位" | "删一位" | "Delete one";
    fn till_pad_clear = "清空" | "清空" | "Clear";
    fn till_working = "正在核銷…" | "正在核销…" | "Redeeming…";
    fn till_settling =
        "網絡不穩，正在確認結果。請不要重複收款。"
        | "网络不稳，正在确认结果。请不要重复收款。"
        | "The network is unsteady; the result is being confirmed. Please do not collect twice.";
    fn till_offline =
        "連不上伺服器，金額還沒有算出來。"
        | "连不上服务器，金额还没有算出来。"
        | "The server cannot be reached; the amount is not worked out yet.";
    fn till_place = "附上本機位置" | "附上本机位置" | "Attach this position";
    fn till_placed = "已附上位置" | "已附上位置" | "Position attached";
    fn till_no_place = "取不到位置" | "取不到位置" | "No position";
    fn till_sound_on = "提示音：開" | "提示音：开" | "Sound: on";
    fn till_sound_off = "提示音：關" | "提示音：关" | "Sound: off";
    fn till_check = "請核對金額" | "请核对金额" | "Please check";
    fn till_holder_hint = "請核對是不是本人" | "请核对是不是本人" | "Please check that it is this person";
    fn till_to_pay = "應收" | "应收" | "To collect";
    fn till_change = "修改" | "修改" | "Change";
    fn till_next_customer = "下一位" | "下一位" | "Next customer";
    fn till_no = "不能核銷" | "不能核销" | "Cannot be redeemed";
    fn till_undecided = "還沒有結果" | "还没有结果" | "Not decided yet";
    fn till_undecided_next =
        "可能已經核銷，也可能沒有。再送一次就知道，不會重複核銷。"
        | "可能已经核销，也可能没有。再送一次就知道，不会重复核销。"
        | "It may be redeemed or not. Send it again to find out; nothing is redeemed twice.";
    fn till_again = "再送一次" | "再送一次" | "Send again";
    fn till_done = "核銷成功" | "核销成功" | "Redeemed";
    fn till_collect = "請向顧客收" | "请向顾客收" | "Please collect";
    fn till_refunded = "退款已登記" | "退款已登记" | "Refund recorded";
    fn till_give_back = "一共退給顧客" | "一共退给顾客" | "Given back in all";
    fn till_receipt = "核銷明細" | "核销明细" | "Receipt";
    fn till_customer = "顧客" | "顾客" | "Customer";
    fn till_time = "時間" | "时间" | "Time";
    fn till_number = "編號" | "编号" | "Number";
    fn till_today = "今日清單" | "今日清单" | "Today";
    fn till_earlier = "更早的核銷" | "更早的核销" | "Earlier sales";
    fn till_nothing_yet = "今天還沒有核銷。" | "今天还没有核销。" | "Nothing was redeemed today.";
    fn till_total_count = "筆數" | "笔数" | "Sales";
    fn till_total_order = "訂單合計" | "订单合计" | "Orders";
    fn till_total_voucher = "券抵扣合計" | "券抵扣合计" | "Taken off by vouchers";
    fn till_total_paid = "顧客實付合計" | "顾客实付合计" | "Paid by customers";
    fn till_refunded_sum = "已退款" | "已退款" | "Refunded";
    fn till_voucher_back = "券已退回" | "券已退回" | "voucher returned";
    fn till_state_redeemed = "已核銷" | "已核销" | "Redeemed";
    fn till_state_partly = "部分退款" | "部分退款" | "Partly refunded";
    fn till_state_refunded = "已退款" | "已退款" | "Refunded";
    fn till_refund_title = "給顧客退款" | "给顾客退款" | "Give money back";
    fn till_was_paid = "顧客實付" | "顾客实付" | "Customer paid";
    fn till_left = "還可退" | "还可退" | "Left to refund";
    fn till_refund_amount = "退款金額" | "退款金额" | "Amount to refund";
    fn till_refund_error =
        "請填寫要退的金額，例如 12.50。" | "请填写要退的金额，例如 12.50。" | "Please type the amount to refund, such as 12.50.";
    fn till_refund_returns =
        "一次退足全額，券會退回顧客，當天可以再用；只退一部分，券不退回。"
        | "一次退足全额，券会退回顾客，当天可以再用；只退一部分，券不退回。"
        | "Refunding all of it at once returns the voucher, which may be used again today; \
           a part of it does not.";
    fn till_refund_later =
        "之前退過一部分，券不會再退回。"
        | "之前退过一部分，券不会再退回。"
        | "A part was refunded before, so the voucher does not return.";
    fn till_refund_never = "退款後券不退回。" | "退款后券不退回。" | "The voucher does not return after a refund.";
    fn till_refund_again =
        "再按一次「退款」就知道，不會重複退款。"
        | "再按一次“退款”就知道，不会重复退款。"
        | "Press Refund again to find out; nothing is refunded twice.";
    fn till_no_refund = "不退了" | "不退了" | "Do not refund";
}

impl Text {
    /// Whose voucher it is.
    pub fn till_holder(self, masked: &str) -> String {
        say!(self, "持券人 {masked}" | "持券人 {masked}" | "Holder {masked}")
    }

    /// The line of the voucher in a sum.
    pub fn till_voucher(self, kind: &str) -> String {
        if kind.is_empty() {
            return say!(self, "消費券" | "消费券" | "Voucher");
        }
        say!(self, "消費券（{kind}）" | "消费券（{kind}）" | "Voucher ({kind})")
    }

    /// Another voucher of this person would save more.
    pub fn till_better(self, kind: &str, saves: &str) -> String {
        say!(
            self,
            "顧客還有一張{kind}，這一單可減 {saves}，更划算。"
                | "顾客还有一张{kind}，这一单可减 {saves}，更划算。"
                | "The customer has a {kind} that would take {saves} off this sale, which saves more."
        )
    }

    /// What the customer pays without a voucher.
    pub fn till_full_amount(self, amount: &str) -> String {
        say!(self, "不用券應收 {amount}" | "不用券应收 {amount}" | "Without a voucher: {amount}")
    }

    /// So many sales.
    pub fn till_count(self, count: u64) -> String {
        match count {
            1 => say!(self, "{count} 筆" | "{count} 笔" | "{count} sale"),
            _ => say!(self, "{count} 筆" | "{count} 笔" | "{count} sales"),
        }
    }

    /// That a page lists so many of a longer day.
    pub fn till_listed(self, count: usize) -> String {
        say!(
            self,
            "合計是全天的；這一頁列出其中 {count} 筆，新的在前。"
                | "合计是全天的；这一页列出其中 {count} 笔，新的在前。"
                | "The totals are of the whole day; this page lists {count} of its sales, newest first."
        )
    }

    /// Of what a sale consists, in a line.
    pub fn till_parts(self, order: &str, voucher: &str) -> String {
        say!(
            self,
            "訂單 {order} · 券減 {voucher}"
                | "订单 {order} · 券减 {voucher}"
                | "order {order} · voucher {voucher}"
        )
    }
}
