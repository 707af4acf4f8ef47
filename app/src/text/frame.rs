//! What stands around every page.

use domain::language::Language;

use super::Text;

messages! {
    fn brand = "晉券" | "晋券" | "Jinquan";
    fn home = "晉券 首頁" | "晋券 首页" | "Jinquan home";
    fn description =
        "電子消費券：先到先得，公開公平，每一分錢都可追溯。"
        | "电子消费券：先到先得，公开公平，每一分钱都可追溯。"
        | "Electronic consumption vouchers: first come, first served, every fen accounted for.";
    fn skip_to_main = "跳到主要內容" | "跳到主要内容" | "Skip to main content";
    fn demo_word = "示範環境" | "示范环境" | "Demonstration";
    fn demo_sentence =
        "人物與商家均為虛構，券不能實際使用。"
        | "人物与商家均为虚构，券不能实际使用。"
        | "People and shops are invented; the vouchers have no value.";
    fn settings = "語言與帳號" | "语言与账号" | "Language and account";
    fn settings_only = "語言與版本" | "语言与版本" | "Language and view";
    fn elder_view = "長輩版" | "长辈版" | "Large text";
    fn standard_view = "標準版" | "标准版" | "Standard view";
    fn sign_in = "登入" | "登录" | "Sign in";
    fn sign_out = "登出" | "退出登录" | "Sign out";
    fn organiser = "主辦" | "主办" | "Organiser";
    fn hotline = "客服熱線" | "客服热线" | "Hotline";
    fn more = "更多" | "更多" | "More";
    fn merchants = "參與商家" | "参与商家" | "Shops";
    fn rules = "活動規則" | "活动规则" | "Rules";
    fn wallet = "我的卡包" | "我的卡包" | "My wallet";
    fn back_to_app = "返回應用" | "返回应用" | "Back to the app";
    fn back_home = "回首頁" | "回首页" | "Back to the start";
}

impl Text {
    /// The language's own name and its short form, for the choice of a language: each in itself.
    pub const fn name_of(language: Language) -> (&'static str, &'static str) {
        match language {
            Language::Hant => ("繁體中文", "繁"),
            Language::Hans => ("简体中文", "简"),
            Language::English => ("English", "EN"),
        }
    }

    /// The title of the window.
    pub fn window_title(self, page: &str) -> String {
        format!("{page} · {}", self.brand())
    }
}
