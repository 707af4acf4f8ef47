//! The words of the review of merchants at the console.

use domain::merchant::dishonest::{Problem, Wrong};
use domain::merchant::place::CannotPlace;
use domain::merchant::{CannotDecide, Decision, Who};
use domain::settlement::hold::CannotHold;

use super::Text;

messages! {
    fn review_none = "這一欄沒有商家。" | "这一栏没有商家。" | "There is no merchant here.";
    fn review_states = "狀態" | "状态" | "States";
    fn column_merchant = "商家" | "商家" | "Merchant";
    fn column_code = "信用代碼" | "信用代码" | "Credit code";
    fn column_kind = "類別" | "类别" | "Category";
    fn column_since = "時間" | "时间" | "Since";
    fn review_back = "回到列表" | "回到列表" | "Back to the list";
    fn review_facts = "申請資料" | "申请资料" | "The application";
    fn review_history = "經過" | "经过" | "What was done";
    fn review_decide = "處理" | "处理" | "Decide";
    fn review_why = "理由（商家看得到）" | "理由（商家看得到）" | "Reason (the merchant sees it)";
    fn review_listed = "在失信名單上" | "在失信名单上" | "On the list of dishonest subjects";
    fn review_listed_next =
        "不能通過或恢復，直到移出名單。"
        | "不能通过或恢复，直到移出名单。"
        | "It cannot be approved or lifted while it is.";
    fn review_registered = "登記地區" | "登记地区" | "Registered in";
    fn review_position = "位置" | "位置" | "Position";
    fn review_state = "狀態" | "状态" | "State";
    fn review_yes = "是" | "是" | "yes";
    fn review_no = "否" | "否" | "no";
    fn list_title = "失信名單" | "失信名单" | "The list of dishonest subjects";
    #[expect(clippy::doc_markdown, reason = "the head of the file is quoted as it is")]
    fn list_text =
        "CSV 檔案，首行 credit_code,name,reason。整份檢查無誤才生效；在名單上的參加商家立即暫停。"
        | "CSV 文件，首行 credit_code,name,reason。整份检查无误才生效；在名单上的参加商家立即暂停。"
        | "A CSV file that begins with credit_code,name,reason. It counts only when every line is right; \
           merchants on it are suspended at once.";
    fn list_file = "名單檔案" | "名单文件" | "File";
    fn list_import = "匯入名單" | "导入名单" | "Import";
    fn list_never = "還沒有匯入過名單。" | "还没有导入过名单。" | "No list was imported yet.";
    fn list_done = "名單已經生效" | "名单已经生效" | "The list is in force";
    fn list_unchanged = "和上次的名單一樣" | "和上次的名单一样" | "The same list as last time";
    fn list_unchanged_next = "什麼也沒有改變。" | "什么也没有改变。" | "Nothing was changed.";
    fn list_faulty = "名單沒有匯入" | "名单没有导入" | "The list was not imported";
    fn list_unreadable =
        "讀不出檔案：請選一個 UTF-8 編碼的 CSV 檔案，不超過 32 MB。"
        | "读不出文件：请选一个 UTF-8 编码的 CSV 文件，不超过 32 MB。"
        | "The file could not be read: please choose a CSV file in UTF-8 of at most 32 MB.";
    fn undecided_title = "沒有改變" | "没有改变" | "Nothing was changed";
    fn undecided_changed =
        "這家商家剛剛有變動，請先看現在的資料。"
        | "这家商家刚刚有变动，请先看现在的资料。"
        | "The merchant has changed meanwhile; please look at it as it is now.";
    fn undecided_reason =
        "請寫理由，最多 500 個字。" | "请写理由，最多 500 个字。" | "A reason is needed, of at most 500 characters.";
    fn undecided_dishonest =
        "它在失信名單上。" | "它在失信名单上。" | "It is on the list of dishonest subjects.";
    fn undecided_goods = "它不銷售實物商品。" | "它不销售实物商品。" | "It sells no physical goods.";
    fn undecided_city =
        "它不在本市註冊並經營。" | "它不在本市注册并经营。" | "It is not registered and trading in the city.";
    fn place_title = "登記位置" | "登记位置" | "The registered place";
    fn review_unplaced = "未登記位置" | "未登记位置" | "no place registered";
    fn place_missing = "沒有登記" | "没有登记" | "None is registered";
    fn place_unchecked =
        "沒有登記位置：收銀端也不報位置時，系統不能核對交易是否在本市，只憑區縣和地址。請核實地址，或在這裡登記。"
        | "没有登记位置：收银端也不报位置时，系统不能核对交易是否在本市，只凭区县和地址。请核实地址，或在这里登记。"
        | "No place is registered: where a till reports none either, nothing checks that a sale is in the city; \
           district and address alone stand for it. Please verify the address, or register the place here.";
    fn place_hint =
        "緯度,經度（WGS-84），例如 35.4905,112.8512。"
        | "纬度,经度（WGS-84），例如 35.4905,112.8512。"
        | "Latitude,longitude (WGS-84), such as 35.4905,112.8512.";
    fn place_act = "登記" | "登记" | "Register";
    fn money_title = "結算款項" | "结算款项" | "The money";
    fn money_owed = "尚未支付" | "尚未支付" | "Owed now";
    fn money_free = "照常列入每日結算。" | "照常列入每日结算。" | "It goes into the daily settlements.";
    fn money_hold = "暫扣款項" | "暂扣款项" | "Hold the money";
    fn money_release = "解除暫扣" | "解除暂扣" | "Release the money";
    fn decide_approve = "通過" | "通过" | "Approve";
    fn decide_refuse = "不通過" | "不通过" | "Refuse";
    fn decide_suspend = "暫停" | "暂停" | "Suspend";
    fn decide_lift = "恢復" | "恢复" | "Lift";
    fn who_manager = "商家管理員" | "商家管理员" | "the manager";
    fn who_system = "系統" | "系统" | "the system";
}

impl Text {
    /// A decision, as its button says it.
    pub const fn decision(self, decision: Decision) -> &'static str {
        match decision {
            Decision::Approve => self.decide_approve(),
            Decision::Refuse => self.decide_refuse(),
            Decision::Suspend => self.decide_suspend(),
            Decision::Lift => self.decide_lift(),
        }
    }

    /// Why a decision was not taken.
    pub const fn cannot_decide(self, cannot: CannotDecide) -> &'static str {
        match cannot {
            CannotDecide::OtherState => self.undecided_changed(),
            CannotDecide::NoReason => self.undecided_reason(),
            CannotDecide::Dishonest => self.undecided_dishonest(),
            CannotDecide::NoGoods => self.undecided_goods(),
            CannotDecide::NotOfTheCity => self.undecided_city(),
        }
    }

    /// Why money is neither held nor released.
    pub const fn cannot_hold(self, cannot: CannotHold) -> &'static str {
        match cannot {
            CannotHold::OtherState => self.undecided_changed(),
            CannotHold::NoReason => self.undecided_reason(),
        }
    }

    /// Why a place was not registered.
    pub const fn cannot_place(self, cannot: CannotPlace) -> &'static str {
        match cannot {
            CannotPlace::OtherState => self.undecided_changed(),
            CannotPlace::NoReason => self.undecided_reason(),
            CannotPlace::NotAPosition => self.fault_position(),
            CannotPlace::OutsideCity => self.fault_outside(),
        }
    }

    /// What was done to a merchant.
    pub fn merchant_act(self, act: &str) -> String {
        match act {
            "apply" => say!(self, "提交申請" | "提交申请" | "Applied"),
            "apply_again" => say!(self, "重新提交申請" | "重新提交申请" | "Applied again"),
            "approve" => say!(self, "審核通過" | "审核通过" | "Approved"),
            "refuse" => say!(self, "審核未通過" | "审核未通过" | "Refused"),
            "suspend" => say!(self, "暫停" | "暂停" | "Suspended"),
            "list" => say!(
                self,
                "列入失信名單，暫停" | "列入失信名单，暂停" | "Listed as dishonest, suspended"
            ),
            "lift" => say!(self, "恢復" | "恢复" | "Lifted"),
            "place" => say!(self, "登記位置" | "登记位置" | "Place registered"),
            "hold" => say!(self, "暫扣結算款項" | "暂扣结算款项" | "Money held"),
            "release" => say!(self, "解除暫扣" | "解除暂扣" | "Money released"),
            "add_till" => say!(self, "登記收銀端" | "登记收银端" | "Till registered"),
            "close_till" => say!(self, "停用收銀端" | "停用收银端" | "Till closed"),
            "add_key" => say!(self, "產生密鑰" | "生成密钥" | "Key made"),
            "rotate_key" => say!(self, "更換密鑰" | "更换密钥" | "Key rotated"),
            "revoke_key" => say!(self, "作廢密鑰" | "作废密钥" | "Key revoked"),
            other => other.to_owned(),
        }
    }

    /// Who did something, as others may know it.
    pub fn who(self, who: &Who) -> String {
        match who {
            Who::Person(_) => self.who_manager().to_owned(),
            Who::Staff(login) => login.clone(),
            Who::System(_) => self.who_system().to_owned(),
        }
    }

    /// What an import did.
    pub fn list_counts(self, subjects: u64, listed: u64, delisted: u64, suspended: u64) -> String {
        say!(
            self,
            "名單共 {subjects} 個主體，新列入 {listed}，移出 {delisted}，暫停商家 {suspended} 家。"
                | "名单共 {subjects} 个主体，新列入 {listed}，移出 {delisted}，暂停商家 {suspended} 家。"
                | "{subjects} on the list, {listed} new, {delisted} gone; merchants suspended: {suspended}."
        )
    }

    /// A line that cannot be taken.
    pub fn list_problem(self, problem: &Problem) -> String {
        let line = problem.line;
        let what = match &problem.what {
            Wrong::Head => say!(
                self,
                "首行應該是 credit_code,name,reason"
                    | "首行应该是 credit_code,name,reason"
                    | "the first line must be credit_code,name,reason"
            ),
            Wrong::Columns(count) => {
                say!(
                    self,
                    "應有 3 欄，這裡有 {count} 欄"
                        | "应有 3 栏，这里有 {count} 栏"
                        | "3 columns are expected, here are {count}"
                )
            }
            Wrong::Quotation => {
                say!(self, "引號不成對" | "引号不成对" | "a quotation mark is out of place")
            }
            Wrong::CreditCode(fault) => self.not_a_credit_code(*fault).to_owned(),
            Wrong::Text => say!(
                self,
                "名稱和原因要 1 到 200 個字"
                    | "名称和原因要 1 到 200 个字"
                    | "name and reason have 1 to 200 characters"
            ),
            Wrong::Twice(before) => {
                say!(
                    self,
                    "和第 {before} 行重複"
                        | "和第 {before} 行重复"
                        | "the same code stands in line {before}"
                )
            }
            Wrong::TooMany => {
                say!(
                    self,
                    "名單最多 200,000 個主體"
                        | "名单最多 200,000 个主体"
                        | "a list has at most 200,000 subjects"
                )
            }
        };
        say!(self, "第 {line} 行：{what}" | "第 {line} 行：{what}" | "Line {line}: {what}")
    }
}
