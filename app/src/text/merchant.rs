//! The words of the manager's page: the application and its faults, tills and keys.

use domain::credit_code::NotACreditCode;
use domain::merchant::MerchantState;
use domain::merchant::application::{Fault, Field};
use domain::till::Scope;

use super::Text;

messages! {
    fn merchant_title = "我的商家" | "我的商家" | "My shop";
    fn merchant_lead =
        "申請參加活動，管理收銀端和 API 密鑰。"
        | "申请参加活动，管理收银端和接口密钥。"
        | "Apply to take part; manage tills and API keys.";
    fn application = "申請參加" | "申请参加" | "Apply";
    fn application_text =
        "提交後由主辦方審核，結果會顯示在這一頁。您將成為這家商家的管理員。"
        | "提交后由主办方审核，结果会显示在这一页。您将成为这家商家的管理员。"
        | "The organiser reviews it; the result is shown on this page. You become the shop's manager.";
    fn apply = "提交申請" | "提交申请" | "Apply";
    fn apply_again = "修改後重新提交" | "修改后重新提交" | "Correct and apply again";
    fn application_faulty = "有幾處需要修改" | "有几处需要修改" | "Some fields need attention";
    fn application_faulty_next =
        "還沒有提交。請看每一欄下面的說明。"
        | "还没有提交。请看每一栏下面的说明。"
        | "Nothing was sent in yet. See the words below each field.";
    fn field_name = "商家名稱" | "商家名称" | "Shop name";
    fn field_name_hint = "顧客看到的店名。" | "顾客看到的店名。" | "As customers see it over the door.";
    fn field_credit_code = "統一社會信用代碼" | "统一社会信用代码" | "Unified social credit code";
    fn field_credit_code_hint =
        "營業執照上的 18 位代碼，大小寫都可以。"
        | "营业执照上的 18 位代码，大小写都可以。"
        | "The 18 characters on the business licence; capitals or not.";
    fn field_category = "類別" | "类别" | "Category";
    fn field_district = "所在區縣" | "所在区县" | "District";
    fn field_choose = "請選擇" | "请选择" | "Please choose";
    fn field_address = "地址" | "地址" | "Address";
    fn field_position = "位置（選填）" | "位置（选填）" | "Position (optional)";
    fn field_position_hint =
        "緯度,經度（WGS-84），例如 35.4905,112.8512。用來排遠近，也用來核對交易地點。"
        | "纬度,经度（WGS-84），例如 35.4905,112.8512。用来排远近，也用来核对交易地点。"
        | "Latitude,longitude (WGS-84), such as 35.4905,112.8512. It orders lists by distance and is \
           checked when a voucher is used.";
    fn field_contact_name = "聯繫人" | "联系人" | "Contact";
    fn field_contact_phone = "聯繫電話" | "联系电话" | "Telephone";
    fn field_contact_phone_hint =
        "只給主辦方聯繫用，不會公開。"
        | "只给主办方联系用，不会公开。"
        | "For the organiser alone; it is not published.";
    fn field_documents = "證照" | "证照" | "Documents";
    fn field_documents_hint =
        "營業執照、許可證的名稱和編號，一行一項，最多 10 項。"
        | "营业执照、许可证的名称和编号，一行一项，最多 10 项。"
        | "Names and numbers of licences and permits, a line each, at most 10.";
    fn field_sells_goods = "本店銷售實物商品" | "本店销售实物商品" | "This shop sells physical goods";
    fn field_in_city =
        "本店在本市註冊並經營"
        | "本店在本市注册并经营"
        | "This shop is registered in the city and trades there";
    fn fault_missing = "請填寫這一欄。" | "请填写这一栏。" | "Please fill this in.";
    fn fault_choose = "請選一項。" | "请选一项。" | "Please choose one.";
    fn fault_unconfirmed =
        "不符合這一條就不能參加；符合的話請打勾。"
        | "不符合这一条就不能参加；符合的话请打勾。"
        | "Only shops of which this is true take part; please tick it if it is.";
    fn fault_taken =
        "這個代碼已經申請過或正在參加。有疑問請撥打客服熱線。"
        | "这个代码已经申请过或正在参加。有疑问请拨打客服热线。"
        | "A shop with this code has applied or takes part already. Please call the hotline if that is wrong.";
    fn fault_outside =
        "這個位置不在本市。" | "这个位置不在本市。" | "This position is outside the city.";
    fn fault_position =
        "請寫成「緯度,經度」，例如 35.4905,112.8512。"
        | "请写成“纬度,经度”，例如 35.4905,112.8512。"
        | "Please write latitude,longitude, such as 35.4905,112.8512.";
    fn fault_phone =
        "請寫 7 到 20 位數字的電話號碼。"
        | "请写 7 到 20 位数字的电话号码。"
        | "Please write a telephone number of 7 to 20 digits.";
    fn fault_wrong = "這一欄裡有不能用的內容。" | "这一栏里有不能用的内容。" | "There is something here that cannot be taken.";
    fn code_length = "代碼應該是 18 位。" | "代码应该是 18 位。" | "A code has 18 characters.";
    fn code_character =
        "有不會出現的字元：代碼裡沒有 I、O、S、V、Z，第 3 到 8 位是數字。"
        | "有不会出现的字符：代码里没有 I、O、S、V、Z，第 3 到 8 位是数字。"
        | "No code has I, O, S, V or Z, and places 3 to 8 are digits.";
    fn code_check =
        "校驗碼對不上，請對照營業執照再看一遍。"
        | "校验码对不上，请对照营业执照再看一遍。"
        | "The check character does not fit; please compare it with the licence.";
    fn code_good = "代碼有效。" | "代码有效。" | "The code is valid.";
    fn state_applied_text =
        "申請已經收到，等待審核。"
        | "申请已经收到，等待审核。"
        | "Your application has arrived and waits for the review.";
    fn state_approved_text =
        "審核通過，可以收券了。" | "审核通过，可以收券了。" | "You are approved and may take vouchers.";
    fn state_refused_text =
        "這次申請沒有通過。修改後可以重新提交。"
        | "这次申请没有通过。修改后可以重新提交。"
        | "The application was refused. You may correct it and apply again.";
    fn state_suspended_text =
        "已暫停收券，仍可以辦理退款。有疑問請撥打客服熱線。"
        | "已暂停收券，仍可以办理退款。有疑问请拨打客服热线。"
        | "You cannot take vouchers for now; refunds still work. Please call the hotline with questions.";
    fn tills = "收銀端" | "收银端" | "Tills";
    fn tills_text =
        "一台收銀機或一個收銀口登記一個收銀端。"
        | "一台收银机或一个收银口登记一个收银端。"
        | "Register one for each checkout.";
    fn tills_none = "還沒有收銀端。" | "还没有收银端。" | "There is no till yet.";
    fn till_name = "收銀端名稱" | "收银端名称" | "Till name";
    fn till_add = "登記收銀端" | "登记收银端" | "Register till";
    fn till_close = "停用" | "停用" | "Close";
    fn till_identifier = "編號" | "编号" | "ID";
    fn till_open_word = "使用中" | "使用中" | "In use";
    fn till_closed_word = "已停用" | "已停用" | "Closed";
    fn keys = "API 密鑰" | "接口密钥" | "API keys";
    fn keys_text =
        "供收銀系統串接 API 使用。密鑰只在產生時顯示一次，我們只保存它的摘要。"
        | "给收银系统调用接口用。密钥只在生成时显示一次，我们只保存它的摘要。"
        | "For point-of-sale systems. A key is shown once, when it is made; only its hash is kept.";
    fn keys_none = "還沒有密鑰。" | "还没有密钥。" | "There is no key yet.";
    fn key_add = "產生密鑰" | "生成密钥" | "Make key";
    fn key_name = "用途" | "用途" | "What for";
    fn key_where = "用在哪裡" | "用在哪里" | "Where";
    fn key_of_merchant = "整個商家（只能查詢和取結算）" | "整个商家（只能查询和取结算）" | "Whole shop (reading and settlements only)";
    fn key_rotate = "更換" | "更换" | "Rotate";
    fn key_revoke = "作廢" | "作废" | "Revoke";
    fn key_shown = "新密鑰，只顯示這一次" | "新密钥，只显示这一次" | "Your new key, shown only this once";
    fn key_shown_next =
        "請現在複製到收銀系統。離開這一頁就再也看不到了。"
        | "请现在复制到收银系统。离开这一页就再也看不到了。"
        | "Copy it into your system now. It cannot be seen again after you leave this page.";
    fn key_rotated_next =
        "舊密鑰還能用 24 小時，請在這之前換好。"
        | "旧密钥还能用 24 小时，请在这之前换好。"
        | "The old key works for another 24 hours; please change it everywhere before that.";
    fn key_works_until = "只用到" | "只用到" | "works until";
    fn settlements = "結算" | "结算" | "Settlements";
    fn settlements_text =
        "按北京時間一天一結。過去的日子不會再變，檔案可以隨時再下載。"
        | "按北京时间一天一结。过去的日子不会再变，文件可以随时再下载。"
        | "One for each Beijing day. Days that are over do not change; their files can be fetched at any time.";
    fn settlements_none = "還沒有收過券。" | "还没有收过券。" | "No voucher was taken yet.";
    fn settled_unpaid = "未付" | "未付" | "not paid yet";
    fn settled_nothing = "無須支付" | "无须支付" | "nothing to be paid";
    fn settled_held = "暫扣" | "暂扣" | "held";
    fn money_held = "結算款項暫扣中" | "结算款项暂扣中" | "The money is held";
    fn money_held_next =
        "暫扣期間的金額照常記帳，解除後一次列入應付。"
        | "暂扣期间的金额照常记账，解除后一次列入应付。"
        | "What comes meanwhile stays yours and is paid at once when the hold ends.";
    fn settled_open = "當天未結束" | "当天未结束" | "not over yet";
    fn settled_file = "下載 CSV" | "下载 CSV" | "Download CSV";
    fn act_undone =
        "沒有完成。名稱要 1 到 30 個字；也可能數量已達上限，或這一項已經停用。"
        | "没有完成。名称要 1 到 30 个字；也可能数量已达上限，或这一项已经停用。"
        | "Not done: a name has 1 to 30 characters. Or no more are allowed, or this one is closed already.";
}

impl Text {
    /// A merchant's state, in a word.
    pub const fn merchant_state(self, state: MerchantState) -> &'static str {
        match state {
            MerchantState::Applied => self.word_applied(),
            MerchantState::Approved => self.word_approved(),
            MerchantState::Refused => self.word_refused(),
            MerchantState::Suspended => self.word_suspended(),
        }
    }

    /// What a state means for the manager.
    pub const fn merchant_state_text(self, state: MerchantState) -> &'static str {
        match state {
            MerchantState::Applied => self.state_applied_text(),
            MerchantState::Approved => self.state_approved_text(),
            MerchantState::Refused => self.state_refused_text(),
            MerchantState::Suspended => self.state_suspended_text(),
        }
    }

    /// What a key may do, in a word.
    pub const fn scope(self, scope: Scope) -> &'static str {
        match scope {
            Scope::Redeem => self.scope_redeem(),
            Scope::Refund => self.scope_refund(),
            Scope::Read => self.scope_read(),
            Scope::Settlement => self.scope_settlement(),
        }
    }

    /// Why a credit code is none.
    pub const fn not_a_credit_code(self, fault: NotACreditCode) -> &'static str {
        match fault {
            NotACreditCode::Length => self.code_length(),
            NotACreditCode::Character => self.code_character(),
            NotACreditCode::Organisation | NotACreditCode::Check => self.code_check(),
        }
    }

    /// What is wrong with a field.
    pub fn fault(self, field: Field, fault: Fault) -> String {
        match (field, fault) {
            (Field::Category | Field::District, Fault::Missing | Fault::Wrong) => {
                self.fault_choose().to_owned()
            }
            (_, Fault::Missing) => self.fault_missing().to_owned(),
            (Field::Documents, Fault::TooLong(most)) if most <= 10 => {
                say!(self, "最多 {most} 項。" | "最多 {most} 项。" | "At most {most} documents.")
            }
            (_, Fault::TooLong(most)) => {
                say!(
                    self,
                    "最多 {most} 個字。" | "最多 {most} 个字。" | "At most {most} characters."
                )
            }
            (_, Fault::CreditCode(fault)) => self.not_a_credit_code(fault).to_owned(),
            (_, Fault::OutsideCity) => self.fault_outside().to_owned(),
            (_, Fault::Unconfirmed) => self.fault_unconfirmed().to_owned(),
            (_, Fault::Taken) => self.fault_taken().to_owned(),
            (Field::Position, Fault::Wrong) => self.fault_position().to_owned(),
            (Field::ContactPhone, Fault::Wrong) => self.fault_phone().to_owned(),
            (_, Fault::Wrong) => self.fault_wrong().to_owned(),
        }
    }
}

messages! {
    fn word_applied = "待審核" | "待审核" | "Waiting";
    fn word_approved = "參加中" | "参加中" | "Approved";
    fn word_refused = "未通過" | "未通过" | "Refused";
    fn word_suspended = "已暫停" | "已暂停" | "Suspended";
    fn scope_redeem = "核銷" | "核销" | "Redeem";
    fn scope_refund = "退款" | "退款" | "Refund";
    fn scope_read = "查詢" | "查询" | "Read";
    fn scope_settlement = "結算" | "结算" | "Settlements";
}

impl Text {
    /// What stands before a reason.
    pub const fn reason_is(self) -> &'static str {
        match self.0 {
            domain::language::Language::English => "Reason: ",
            _ => "原因：",
        }
    }

    /// What the two sorts of keys may do.
    pub fn key_may(self, till: &str, merchant: &str) -> String {
        say!(
            self,
            "收銀端的密鑰可以{till}；整個商家的密鑰可以{merchant}。"
                | "收银端的密钥可以{till}；整个商家的密钥可以{merchant}。"
                | "A till's key may: {till}. The whole shop's: {merchant}."
        )
    }

    /// Redeemed less refunded.
    pub fn settled_net(self, net: &str) -> String {
        say!(self, "核銷淨額 {net}" | "核销净额 {net}" | "net {net}")
    }

    /// What the merchant owed before.
    pub fn settled_carried_in(self, carried: &str) -> String {
        say!(self, "結轉 {carried}" | "结转 {carried}" | "carried over {carried}")
    }

    /// That the bank has paid, with its reference.
    pub fn settled_paid(self, reference: &str) -> String {
        say!(
            self,
            "已付，銀行流水號 {reference}"
                | "已付，银行流水号 {reference}"
                | "paid, bank reference {reference}"
        )
    }

    /// What the bank pays.
    pub fn settled_payout(self, payout: &str) -> String {
        say!(self, "應付 {payout}" | "应付 {payout}" | "to be paid {payout}")
    }
}
