//! The words of held claims, for the person whose they are.

use super::{Around, Text};

messages! {
    fn held_title = "這一套正在審核" | "这一套正在审核" | "This pack is under review";
    fn held_next =
        "卡包已為您留著，現在不必做什麼，也不必重複領取。通過後，券會自動出現在「我的卡包」。"
        | "卡包已为您留着，现在不必做什么，也不必重复领取。通过后，券会自动出现在“我的卡包”。"
        | "It is set aside for you: nothing to do, no need to claim again. The vouchers will appear in your wallet.";
    fn held_appeal = "補充說明或申訴" | "补充说明或申诉" | "Explain or appeal";
    fn held_refused_title = "這一套沒有通過審核" | "这一套没有通过审核" | "This pack did not pass the review";
    fn held_refused_next =
        "卡包已退回。如果您認為有誤，可以在網上申訴，也可以撥打本頁下方的客服熱線。"
        | "卡包已退回。如果您认为有误，可以在网上申诉，也可以拨打本页下方的客服热线。"
        | "The pack went back. If you think this is wrong, appeal here or call the hotline below.";
    fn held_refused_appeal = "提出申訴" | "提出申诉" | "Appeal";
    fn held_lapsed_title = "這一套沒有在期限內審完" | "这一套没有在期限内审完" | "This pack was not reviewed in time";
    fn held_lapsed_next =
        "卡包已退回，這不是您的過失。本輪還有卡包時，您可以再領取一次。"
        | "卡包已退回，这不是您的过失。本轮还有卡包时，您可以再领取一次。"
        | "The pack went back; this is not your fault. While packs are left you may claim again.";
}

impl Text {
    /// Around the instant at which a held claim is decided at the latest.
    pub const fn held_until(self) -> Around {
        match self.0 {
            domain::language::Language::Hant => ("最遲 ", " 有結果；逾期未審，卡包會退回。"),
            domain::language::Language::Hans => ("最迟 ", " 有结果；逾期未审，卡包会退回。"),
            domain::language::Language::English => {
                ("It is decided by ", "; if not, the pack goes back.")
            }
        }
    }
}
