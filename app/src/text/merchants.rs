//! The words of the merchants page.

messages! {
    fn merchants_pending = "名單正在審核" | "名单正在审核" | "The list is under review";
    fn merchants_pending_text =
        "商家通過審核後會公布在這一頁。下面是每種券能用的地方。"
        | "商家通过审核后会公布在这一页。下面是每种券能用的地方。"
        | "Shops are published on this page once they are approved. Below is where each voucher works.";
    fn kinds_and_places = "哪種券在哪裡用" | "哪种券在哪里用" | "Which voucher works where";
    fn any_category = "所有類別的參與商家" | "所有类别的参与商家" | "Participating shops of every category";
    fn categories = "商家類別" | "商家类别" | "Categories";
}

impl super::Text {
    /// The categories that take a kind.
    pub fn accepted_in(self, categories: &[&str]) -> String {
        let list = self.list(categories);
        say!(self, "{list}類的參與商家" | "{list}类的参与商家" | "Participating shops: {list}")
    }
}
