//! The words of the pages that say that something is not there, or did not work.

messages! {
    fn not_found_title = "找不到這一頁" | "找不到这一页" | "There is no such page";
    fn not_found_text =
        "網址可能寫錯了，或者這一頁已經搬走。"
        | "网址可能写错了，或者这一页已经搬走。"
        | "The address may be wrong, or the page has moved.";
    fn no_campaign_title = "活動還沒有開始籌備" | "活动还没有开始筹备" | "No campaign has been set up yet";
    fn no_campaign_text =
        "主辦方設定好活動之後，這裡就會顯示。請稍後再來。"
        | "主办方设置好活动之后，这里就会显示。请稍后再来。"
        | "It will appear here once the organiser has set it up. Please come back later.";
    fn forbidden_title = "這次提交沒有被接受" | "这次提交没有被接受" | "This form was not accepted";
    fn forbidden_text =
        "它不是從本站的頁面發出的，所以什麼也沒有改變。請從首頁重新操作。"
        | "它不是从本站的页面发出的，所以什么也没有改变。请从首页重新操作。"
        | "It was not sent from a page of this site, so nothing was changed. Please begin again at the start page.";
    fn method_title = "這個網址不能直接打開" | "这个网址不能直接打开" | "This address cannot be opened directly";
    fn method_text =
        "請回首頁，從頁面上的按鈕進入。"
        | "请回首页，从页面上的按钮进入。"
        | "Please go to the start page and use the button there.";
    fn too_large_title = "提交的內容太大" | "提交的内容太大" | "What was sent is too large";
    fn too_large_text =
        "什麼也沒有改變。請縮短內容，再試一次。"
        | "什么也没有改变。请缩短内容，再试一次。"
        | "Nothing was changed. Please make it shorter and try again.";
    fn unreadable_title = "提交的內容讀不懂" | "提交的内容读不懂" | "What was sent could not be read";
    fn unreadable_text =
        "什麼也沒有改變。請回到原來的頁面，重新填寫一次。"
        | "什么也没有改变。请回到原来的页面，重新填写一次。"
        | "Nothing was changed. Please go back to the page and fill it in again.";
    fn busy_title = "前方擁擠" | "前方拥挤" | "Very busy";
    fn busy_text =
        "現在人太多，還沒有結果。過幾秒再試就好，不會重複領取。"
        | "现在人太多，还没有结果。过几秒再试就好，不会重复领取。"
        | "Many people are here at once and nothing is decided yet. Try again in a few seconds; you never claim twice.";
    fn sign_in_refused_title =
        "這次登入沒有通過風險評估" | "这次登录没有通过风险评估" | "This sign-in did not pass the risk check";
    fn sign_in_refused_text =
        "您領到的券都還在。請用平時用的手機過一會再試，仍然不行請撥打客服熱線，由工作人員查看。"
        | "您领到的券都还在。请用平时用的手机过一会再试，仍然不行请拨打客服热线，由工作人员查看。"
        | "Your vouchers are safe. Try again later with your usual phone, or call the hotline: people will look at it.";
    fn account_of_another_title =
        "這個帳號已經屬於另一位" | "这个账号已经属于另一位" | "This account belongs to somebody else";
    fn account_of_another_text =
        "它以前用另一個身份證號碼登入過。請用您自己的帳號登入；如果不對，請撥打客服熱線。"
        | "它以前用另一个身份证号码登录过。请用您自己的账号登录；如果不对，请拨打客服热线。"
        | "It was used with another identity number before. Please use your own, or call the hotline if that is wrong.";
    fn broken_title = "我們這邊出了點問題" | "我们这边出了点问题" | "Something went wrong on our side";
    fn broken_text =
        "問題已經記錄下來，您領到的券都還在。請稍後再試。"
        | "问题已经记录下来，您领到的券都还在。请稍后再试。"
        | "It has been recorded, and the vouchers you have are safe. Please try again later.";
    fn call_hotline = "急的話請撥 " | "急的话请拨 " | "If it is urgent, please call ";
    fn request_number = "查詢編號 " | "查询编号 " | "Reference ";
    fn full_stop = "。" | "。" | ".";
}
