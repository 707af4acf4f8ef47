//! The words of the form in which a round is planned.

use domain::money::grouped;
use domain::plan::draft::Fault;

use super::Text;

messages! {
    fn plan_faulty = "方案還沒有保存" | "方案还没有保存" | "The plan was not saved";
    fn plan_faulty_next =
        "請看標出的地方；您填寫的內容都還在。"
        | "请看标出的地方；您填写的内容都还在。"
        | "Please look at the marked places; all you typed is still there.";
    fn plan_save = "保存方案" | "保存方案" | "Save the plan";
    fn plan_save_anyway = "以我的內容保存" | "以我的内容保存" | "Save mine";
    fn plan_traditional = "繁體" | "繁体" | "Traditional Chinese";
    fn plan_simplified = "簡體" | "简体" | "Simplified Chinese";
    fn plan_english = "英文" | "英文" | "English";
    fn plan_languages_hint =
        "簡體和英文留空時用繁體。" | "简体和英文留空时用繁体。" | "Left empty, the other two follow the first.";
    fn plan_opens = "開始" | "开始" | "Opens";
    fn plan_closes = "截止" | "截止" | "Closes";
    fn plan_time_hint =
        "北京時間。「28 日 24:00」寫成 29 日 00:00。"
        | "北京时间。“28 日 24:00”写成 29 日 00:00。"
        | "Beijing time. Write the end of the 28th as 00:00 of the 29th.";
    fn plan_budget_hint =
        "不少於卡包所需；留空就等於卡包所需。"
        | "不少于卡包所需；留空就等于卡包所需。"
        | "At least what the packs cost; left empty, exactly that.";
    fn plan_budget = "預算（元）" | "预算（元）" | "Budget (yuan)";
    fn plan_stock = "數量（套）" | "数量（套）" | "How many";
    fn plan_pack_name = "卡包名稱" | "卡包名称" | "Name of the pack";
    fn plan_kind = "券種" | "券种" | "Kind";
    fn plan_face = "面額（元）" | "面额（元）" | "Face (yuan)";
    fn plan_minimum = "滿（元）" | "满（元）" | "From (yuan)";
    fn plan_count = "張數" | "张数" | "Count";
    fn plan_choose = "請選擇" | "请选择" | "Choose";
    fn plan_more_vouchers = "加一行券" | "加一行券" | "Add vouchers";
    fn plan_more_packs = "加一種卡包" | "加一种卡包" | "Add a pack";
    fn plan_empty_rows = "清空的行和卡包保存時會去掉。" | "清空的行和卡包保存时会去掉。" | "What is left empty goes away.";
    fn plan_rules = "規則" | "规则" | "Rules";
    fn plan_districts = "登記地（不選就是不限）" | "登记地（不选就是不限）" | "Registered in (none ticked: anywhere)";
    fn plan_new_only = "只限本次活動中還沒有領過卡包的人" | "只限本次活动中还没有领过卡包的人" | "Only people without a pack so far";
    fn plan_notes_hint =
        "顯示在活動規則裡，一類一句，可不填。"
        | "显示在活动规则里，一类一句，可不填。"
        | "Shown among the rules; one sentence for a category, or none.";
    fn plan_edit_why = "改了什麼、為什麼" | "改了什么、为什么" | "What changed, and why";
    fn plan_draft_cost = "按現在填寫的，卡包共需" | "按现在填写的，卡包共需" | "As typed, the packs cost";
    fn fault_not_after = "截止要比開始晚。" | "截止要比开始晚。" | "It must be after the opening.";
    fn fault_below_face = "不能少於面額。" | "不能少于面额。" | "Not less than the face.";
    fn fault_below_cost = "少於卡包所需。" | "少于卡包所需。" | "Less than the packs cost.";
    fn fault_too_much = "卡包合計太大。" | "卡包合计太大。" | "The packs come to too much.";
}

impl Text {
    /// The heading of the pack number `number`, from 1.
    pub fn plan_pack(self, number: usize) -> String {
        say!(self, "卡包 {number}" | "卡包 {number}" | "Pack {number}")
    }

    /// A row of vouchers of a pack, both from 1.
    pub fn plan_row(self, pack: usize, row: usize) -> String {
        say!(self, "卡包 {pack} 第 {row} 行" | "卡包 {pack} 第 {row} 行" | "Pack {pack}, row {row}")
    }

    /// A label with the language that is meant.
    pub fn plan_in(self, label: &str, language: &str) -> String {
        say!(self, "{label}（{language}）" | "{label}（{language}）" | "{label} ({language})")
    }

    /// What is wrong with a field of a plan.
    pub fn plan_fault(self, fault: Fault) -> String {
        match fault {
            Fault::Missing => self.fault_missing().to_owned(),
            Fault::TooLong(most) => {
                say!(
                    self,
                    "最多 {most} 個字。" | "最多 {most} 个字。" | "At most {most} characters."
                )
            }
            Fault::Wrong => self.fault_wrong().to_owned(),
            Fault::NotAfter => self.fault_not_after().to_owned(),
            Fault::BelowFace => self.fault_below_face().to_owned(),
            Fault::BelowCost => self.fault_below_cost().to_owned(),
            Fault::OutOf(most) => {
                let most = grouped(i64::from(most));
                say!(self, "請填 1 到 {most}。" | "请填 1 到 {most}。" | "1 to {most}, please.")
            }
            Fault::TooMuch => self.fault_too_much().to_owned(),
        }
    }
}
