//! The merchants' pages in every language: what others rely on.
#![cfg(feature = "ssr")]

#[expect(dead_code, reason = "other pages' models are for their own tests")]
mod fixture;

use app::page::merchants::Asked;
use domain::language::Language;
use domain::merchant::MerchantState;
use fixture::at;
use fixture::pages::OPEN;
use fixture::shops::{
    asked, faulty_list, merchant_html, merchants_html, review_html, review_list_html,
};

#[test]
fn r23_each_merchant_says_what_can_be_used_there() {
    let html = merchants_html(Language::Hant, Asked::default(), true);
    assert_eq!(html.matches("data-testid=\"merchant\"").count(), 2);
    assert_eq!(html.matches("data-testid=\"kind\"").count(), 3);
    let noodles = html.split("data-testid=\"merchant\"").nth(1).expect("the first merchant");
    assert!(
        noodles.contains("通用券") && noodles.contains("餐飲券") && !noodles.contains("加油券")
    );
    assert!(html.contains("餐飲 · 城區"));
    assert!(html.contains("更多商家"));
    assert!(!html.contains("約 "), "no distance without a position");
}

#[test]
fn r23_what_was_asked_for_stays_in_the_form_and_in_the_links() {
    let html = merchants_html(Language::Hant, asked(), true);
    for part in [
        "value=\"面館 &amp; 湯\"",
        "<option value=\"dining\" selected",
        "<option value=\"140502\" selected",
        "name=\"near\" value=\"35.490500,112.851200\"",
        "name=\"kind\" value=\"dining\"",
        "約 350 米",
        "約 2.3 公里",
        "可用餐飲券的商家",
    ] {
        assert!(html.contains(part), "{part}");
    }
    let more = "/merchants?kind=dining&amp;category=dining&amp;district=140502&amp;\
                q=%E9%9D%A2%E9%A4%A8%20%26%20%E6%B9%AF&amp;near=35.490500,112.851200&amp;after=";
    assert!(html.contains(more), "the next page keeps it");
    assert!(!html.contains("NearMe"), "it is ordered already");
}

#[test]
fn the_names_of_shops_are_marked_as_chinese_on_an_english_page() {
    let name = |language, start| {
        let html = merchants_html(language, Asked::default(), true);
        html.contains(&format!("<h3{start} class=\"shop__name\">老城門面館</h3>"))
    };
    assert!(name(Language::English, " lang=\"zh-Hant\""));
    assert!(name(Language::Hant, ""));
}

#[test]
fn an_empty_list_says_why() {
    let nobody = merchants_html(Language::Hant, Asked::default(), false);
    assert!(nobody.contains("還沒有商家通過審核"));
    let none = merchants_html(Language::Hant, asked(), false);
    assert!(none.contains("沒有符合條件的商家") && none.contains("看全部商家"));
}

#[test]
fn r16_each_wrong_field_has_its_words_beside_it() {
    let html = merchant_html(Language::Hant, None);
    for field in [
        "name",
        "credit_code",
        "category",
        "district",
        "address",
        "contact_name",
        "contact_phone",
        "documents",
        "sells_goods",
        "in_city",
    ] {
        assert_eq!(html.matches(&format!("data-error=\"{field}\"")).count(), 1, "{field}");
        assert_eq!(html.matches(&format!("id=\"{field}\"")).count(), 1, "{field}");
    }
    assert!(!html.contains("data-error=\"position\""), "it is optional");
    assert!(html.contains("代碼應該是 18 位。"));
}

#[test]
fn r17_the_manager_reads_the_state_and_the_reason() {
    for (state, word, why) in [
        (MerchantState::Applied, "待審核", ""),
        (MerchantState::Approved, "參加中", "資料齊全"),
        (MerchantState::Refused, "未通過", "證照過期"),
        (MerchantState::Suspended, "已暫停", "多次投訴"),
    ] {
        let html = merchant_html(Language::Hant, Some(state));
        assert!(html.contains(&format!("data-state=\"{}\"", state.code())), "{state:?}");
        assert!(html.contains(word) && html.contains(why), "{state:?}");
        let has_form = state == MerchantState::Refused;
        assert_eq!(html.contains("action=\"/merchant\""), has_form, "{state:?}");
        let has_desk = matches!(state, MerchantState::Approved | MerchantState::Suspended);
        assert_eq!(html.contains("action=\"/merchant/keys\""), has_desk, "{state:?}");
    }
    let desk = merchant_html(Language::Hant, Some(MerchantState::Approved));
    assert_eq!(desk.matches("data-testid=\"fresh-key\"").count(), 1);
    assert_eq!(desk.matches("jqk_…9f3c").count(), 2);
    assert_eq!(desk.matches("/rotate\"").count(), 1, "one in its time of grace is not rotated");
    assert_eq!(desk.matches("/close\"").count(), 1, "a closed till is not closed again");
    assert!(desk.contains("核銷淨額 ¥50.00 · 結轉 −¥10.00 · 應付 ¥40.00"));
    for state in ["當天未結束", "無須支付", "已付，銀行流水號 ICBC-20200421-000117"]
    {
        assert!(desk.contains(state), "{state}");
    }
    assert_eq!(desk.matches("data-paid=\"true\"").count(), 1);
    assert!(desk.contains("data-testid=\"held\"") && desk.contains("資料待核實"));
    assert!(desk.contains("/merchant/settlements/2020-04-21.csv"));
}

#[test]
fn r17_the_review_offers_what_the_state_allows() {
    for (state, offered) in [
        (MerchantState::Applied, vec!["approve", "refuse"]),
        (MerchantState::Approved, vec!["suspend"]),
        (MerchantState::Suspended, vec!["lift"]),
        (MerchantState::Refused, vec![]),
    ] {
        let html = review_html(Language::Hant, state, true);
        for decision in ["approve", "refuse", "suspend", "lift"] {
            let button = format!("name=\"decision\" value=\"{decision}\"");
            assert_eq!(
                html.contains(&button),
                offered.contains(&decision),
                "{state:?}: {decision}"
            );
        }
        assert!(!review_html(Language::Hant, state, false).contains("name=\"decision\""));
        assert!(html.contains("拖欠貨款") && html.contains("它在失信名單上。"));
    }
}

#[test]
fn r11_the_review_says_that_no_place_is_registered_and_offers_to() {
    for state in MerchantState::ALL {
        let html = review_html(Language::Hant, state, true);
        assert!(html.contains("沒有登記"), "{state:?}");
        let is_open = state != MerchantState::Refused;
        assert_eq!(html.contains("data-testid=\"unplaced\""), is_open, "{state:?}");
        assert_eq!(html.contains("/place\""), is_open, "{state:?}");
        assert!(!review_html(Language::Hant, state, false).contains("/place\""), "{state:?}");
    }
}

#[test]
fn each_wrong_line_of_a_list_is_said() {
    let html = review_list_html(Language::Hant, Some(faulty_list()));
    let next = format!("state=applied&amp;after={}-0", at(OPEN).millis());
    assert!(html.contains(&next), "the next page begins where this one ended: {next}");
    assert!(html.contains("第 2 行：應有 3 欄，這裡有 2 欄"));
    assert!(html.contains("第 7 行：和第 3 行重複"));
    assert!(html.contains("名單共 3 個主體，新列入 2，移出 1，暫停商家 1 家。"));
}
