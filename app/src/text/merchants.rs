//! The words of the merchants page.

messages! {
    fn kinds_and_places = "哪種券在哪裡用" | "哪种券在哪里用" | "Which voucher works where";
    fn any_category = "所有類別的參與商家" | "所有类别的参与商家" | "Participating shops of every category";
    fn find_merchants = "搜尋商家" | "查找商家" | "Find shops";
    fn search_words = "名稱或地址" | "名称或地址" | "Name or address";
    fn search_category = "類別" | "类别" | "Category";
    fn search_district = "區縣" | "区县" | "District";
    fn every_category = "全部類別" | "全部类别" | "Every category";
    fn every_district = "全市" | "全市" | "The whole city";
    fn search = "搜尋" | "查找" | "Search";
    fn merchants_none = "沒有符合條件的商家" | "没有符合条件的商家" | "No shop matches";
    fn merchants_none_text =
        "換個類別、區縣，或者少寫幾個字再試試。"
        | "换个类别、区县，或者少写几个字再试试。"
        | "Try another category or district, or fewer words.";
    fn merchants_nobody = "還沒有商家通過審核" | "还没有商家通过审核" | "No shop has been approved yet";
    fn merchants_nobody_text =
        "商家通過審核後會公布在這一頁。"
        | "商家通过审核后会公布在这一页。"
        | "Shops are published on this page once they are approved.";
    fn merchants_all = "全部參與商家" | "全部参与商家" | "Every participating shop";
    fn merchants_found = "符合條件的商家" | "符合条件的商家" | "Matching shops";
    fn search_all = "看全部商家" | "看全部商家" | "See every shop";
    fn more_merchants = "更多商家" | "更多商家" | "More shops";
    fn taken_here = "可用" | "可用" | "Takes";
    fn nearest_first = "按離我遠近排序" | "按离我远近排序" | "Nearest to me first";
    fn nearest_waiting = "正在定位…" | "正在定位…" | "Finding your position…";
    fn nearest_failed =
        "沒有取得位置，列表沒有改變。"
        | "没有取得位置，列表没有改变。"
        | "Your position could not be had; the list stays as it is.";
    fn nearest_note =
        "只在您按下時取一次位置，用來排序，不會保存。"
        | "只在您按下时取一次位置，用来排序，不会保存。"
        | "Your position is asked for once, when you press; it orders the list and is not kept.";
    fn nearest_shown = "由近到遠" | "由近到远" | "Nearest first";
    fn nearest_off = "取消排序" | "取消排序" | "Usual order";
    fn for_merchants = "我是商家" | "我是商家" | "For shops";
    fn for_merchants_text =
        "在本市註冊並經營、銷售實物商品的商家可以申請參加。"
        | "在本市注册并经营、销售实物商品的商家可以申请参加。"
        | "Shops that are registered in the city, trade there and sell goods may apply.";
    fn for_merchants_act = "申請參加或管理收銀端" | "申请参加或管理收银端" | "Apply, or manage tills";
}

/// Metres of a kilometre.
const KILOMETRE: f64 = 1_000.0;

impl super::Text {
    /// The categories that take a kind.
    pub fn accepted_in(self, categories: &[&str]) -> String {
        let list = self.list(categories);
        say!(self, "{list}類的參與商家" | "{list}类的参与商家" | "Participating shops: {list}")
    }

    /// The merchants that take a kind of voucher.
    pub fn merchants_taking(self, kind: &str) -> String {
        say!(self, "可用{kind}的商家" | "可用{kind}的商家" | "Shops that take: {kind}")
    }

    /// How far away, as people say it.
    pub fn distance(self, metres: f64) -> String {
        if metres < KILOMETRE {
            // Nobody walks by single metres.
            let metres = (metres / 10.0).round() * 10.0;
            say!(self, "約 {metres:.0} 米" | "约 {metres:.0} 米" | "about {metres:.0} m")
        } else {
            let kilometres = metres / KILOMETRE;
            say!(
                self,
                "約 {kilometres:.1} 公里" | "约 {kilometres:.1} 公里" | "about {kilometres:.1} km"
            )
        }
    }
}
