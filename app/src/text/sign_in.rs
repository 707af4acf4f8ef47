//! The words of the sign-in page.

messages! {
    fn sign_in_lead =
        "一人一份：無論從哪個入口登入，同一個人都算一個人。"
        | "一人一份：无论从哪个入口登录，同一个人都算一个人。"
        | "One share each: whichever way you sign in, you are one person.";
    fn consent =
        "登入即表示您同意：身份證號碼只用來核對「一人一份」和本輪適用範圍。系統不保存號碼和全名，只保存號碼的帶密鑰摘要、登記地的區縣代碼和只露姓氏的姓名。為防止冒領和套現，\
         系統會自動評估風險。兩項的全文都在「我的」，可以隨時撤回。"
        | "登录即表示您同意：身份证号码只用来核对「一人一份」和本轮适用范围。系统不保存号码和全名，只保存号码的带密钥摘要、登记地的区县代码和只露姓氏的姓名。为防止冒领和套现，\
         系统会自动评估风险。两项的全文都在「我的」，可以随时撤回。"
        | "By signing in you agree that your identity number is used only to give each person one share and to \
           see for whom a round is. The number and the full name are not kept, only a keyed hash of the number, \
           the code of the county of registration and the surname. Acts are weighed automatically against fraud. \
           Both texts stand in full under My account, and can be taken back at any time.";
    fn consent_rules = "詳見活動規則" | "详见活动规则" | "More in the rules";
    fn choose_citizen = "選一位示範市民" | "选一位示范市民" | "Choose a sample citizen";
    fn choose_citizen_text =
        "點一下就以這個人的身份進入。" | "点一下就以这个人的身份进入。" | "One tap and you enter as this person.";
    fn type_citizen = "或填寫姓名與號碼" | "或填写姓名与号码" | "Or type name and number";
    fn name = "姓名" | "姓名" | "Name";
    fn identity_number = "身份證號碼" | "身份证号码" | "Identity number";
    fn identity_hint =
        "18 位，末位可能是 X；示範環境接受任何有效號碼。"
        | "18 位，末位可能是 X；示范环境接受任何有效号码。"
        | "18 characters, the last may be X; the demonstration takes any valid number.";
    fn identity_error =
        "這個號碼不對，請對照身份證逐位檢查，留意最後一位。"
        | "这个号码不对，请对照身份证逐位检查，留意最后一位。"
        | "This number is not valid. Please compare it with your card, above all the last character.";
    fn name_error = "請填寫姓名。" | "请填写姓名。" | "Please fill in the name.";
    fn please_check = "請檢查填寫的內容" | "请检查填写的内容" | "Please check what you typed";
    fn no_entrance = "現在沒有可用的登入入口" | "现在没有可用的登录入口" | "There is no way to sign in at the moment";
    fn no_entrance_text =
        "請稍後再來，或撥打本頁下方的客服熱線。"
        | "请稍后再来，或拨打本页下方的客服热线。"
        | "Please come back later, or call the hotline at the foot of this page.";
}
