//! The pages of those who work here.

use app::backend::Today;
use app::page::staff_sign_in::{StaffDoor, StaffRejection};
use app::page::till::receipt::Moment;
use app::page::till::{Field, Outcome};
use domain::language::Language;
use domain::money::Amount;
use domain::refusal::TillRefusal;
use domain::staff::Role;

use crate::fixture::counter::{
    console_html, door_html, quote, receipt_html, redemption, refund_html, till_html, today_html,
    totals,
};
use crate::fixture::yuan;
use crate::{count, values};

const HANT: Language = Language::Hant;

#[test]
fn the_till_has_its_fields_and_one_act() {
    let html = till_html(HANT, Outcome::Typing);
    for (name, label) in [("code", "券碼"), ("order", "訂單金額"), ("coupon", "商家優惠")]
    {
        assert_eq!(count(&html, "label", &[&format!("for=\"{name}\"")], label), 1, "{label}");
    }
    assert_eq!(count(&html, "button", &["type=\"submit\"", "data-confirm"], "核銷"), 1);
    assert!(html.contains("action=\"/till/quote\"") && html.contains("inputmode=\"decimal\""));
    assert!(html.contains("name=\"key\" value=\"0123456789abcdef\""));
    assert!(html.contains("老城門面館") && html.contains("一號收銀台 · till-07"));
    assert!(html.contains("2 筆 · ¥10.00"), "a sale that was taken back took nothing off");
    let script = "<script src=\"/assets/till-kit.js\" defer data-decoder=\"/assets/decoder.js\">";
    assert!(html.contains(script) && html.contains("<script src=\"/assets/till.js\" defer>"));
    assert!(!html.contains("data-module") && !html.contains("leptos-island"), "no island");
}

#[test]
fn each_wrong_field_says_so_and_keeps_what_was_typed() {
    let html = till_html(HANT, Outcome::Wrong(vec![Field::Order, Field::Coupon]));
    assert_eq!(values(&html, "data-error"), ["order", "coupon"]);
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 2);
    assert!(html.contains("value=\"6204 8817 3059\""));
}

#[test]
fn r10_the_quote_shows_what_is_taken_off_and_what_is_left() {
    let html = till_html(HANT, Outcome::Quoted(Box::new(quote(None))));
    let sums = ["¥50.00", "−¥5.00", "−¥10.00", "¥35.00"];
    let places: Vec<usize> = sums.iter().map(|sum| html.find(sum).expect(sum)).collect();
    assert!(places.is_sorted(), "in the order in which it is worked out");
    assert!(html.contains("持券人 陳*") && html.contains("消費券（通用券）"));
    assert!(html.contains("data-better") && html.contains("可減 ¥40.00"));
    assert_eq!(count(&html, "button", &["type=\"submit\""], "核銷"), 1);
    assert!(html.contains("action=\"/till/redeem\"") && html.contains("formaction=\"/till/edit\""));
    for (name, value) in [("code", "6204 8817 3059"), ("order", "50"), ("coupon", "5")] {
        assert!(html.contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}");
    }
}

#[test]
fn every_refusal_fills_the_screen_with_its_reason_and_what_to_do() {
    for language in Language::ALL {
        let text = app::text::Text(language);
        for refusal in TillRefusal::OF_REDEMPTION {
            let advice = text.till_refusal(refusal);
            for outcome in
                [Outcome::Quoted(Box::new(quote(Some(refusal)))), Outcome::Refused(refusal)]
            {
                let is_quote = matches!(outcome, Outcome::Quoted(_));
                let html = till_html(language, outcome);
                assert_eq!(values(&html, "data-refusal"), [refusal.code()]);
                assert!(html.contains(advice.reason) && html.contains(advice.next));
                assert!(!html.contains("action=\"/till/redeem\""), "nothing to confirm");
                assert_eq!(html.contains("¥45.00"), is_quote, "what to take without a voucher");
            }
        }
    }
}

#[test]
fn what_is_undecided_is_sent_again_with_its_key() {
    let html = till_html(HANT, Outcome::Undecided);
    assert_eq!(values(&html, "data-refusal"), ["busy"]);
    assert!(
        html.contains("action=\"/till/redeem\"") && html.contains("value=\"0123456789abcdef\"")
    );
    assert_eq!(count(&html, "button", &["type=\"submit\""], "再送一次"), 1);
}

#[test]
fn the_receipt_says_what_to_collect_or_to_give_back() {
    let done = receipt_html(HANT, Amount::ZERO, Some(Moment::Redeemed));
    assert_eq!(values(&done, "data-moment"), ["redeemed"]);
    assert!(done.contains("核銷成功"));
    assert_eq!(count(&done, "p", &["data-testid=\"to-pay\""], "¥35.00"), 1);
    assert_eq!(count(&done, "a", &["class=\"button\""], "退款"), 1);
    let refunded = receipt_html(HANT, yuan(35), Some(Moment::Refunded));
    assert_eq!(values(&refunded, "data-state"), ["refunded"]);
    assert!(refunded.contains("券已退回"));
    assert_eq!(count(&refunded, "a", &["class=\"button\""], "退款"), 0, "nothing is left");
    let looked_at = receipt_html(HANT, Amount::ZERO, None);
    assert!(values(&looked_at, "data-moment").is_empty());
}

#[test]
fn the_day_says_what_it_comes_to_and_which_part_of_it_is_listed() {
    let sales = vec![redemption(2, Amount::ZERO), redemption(1, yuan(35))];
    let day = Today { totals: totals(2), sales, has_more: false };
    let html = today_html(HANT, day.clone());
    assert_eq!(html.matches("day__entry").count(), 2);
    assert_eq!(html.matches("/refund\"").count(), 1);
    assert!(html.contains("2 筆") && html.contains("¥100.00"), "count and orders");
    assert!(!html.contains("data-testid=\"part\"") && !html.contains("?before="), "all of it");
    let html = today_html(HANT, Today { totals: totals(501), has_more: true, ..day.clone() });
    assert!(html.contains("501 筆") && html.contains("列出其中 2 筆"));
    let last = format!("/till/today?before={}", day.sales[1].id);
    assert!(html.contains(&last), "the way to the earlier ones");
    assert!(today_html(HANT, Today::default()).contains("今天還沒有核銷。"));
}

#[test]
fn r13_a_refund_offers_all_that_is_left_and_says_what_becomes_of_the_voucher() {
    let html = refund_html(HANT, Amount::ZERO, None);
    assert!(html.contains("value=\"35.00\"") && html.contains("券會退回顧客"));
    let html = refund_html(HANT, yuan(5), None);
    assert!(html.contains("value=\"30.00\"") && html.contains("券不會再退回"));
}

#[test]
fn the_doors_ask_for_what_they_need() {
    let till = door_html(HANT, StaffDoor::Till, None);
    let console = door_html(HANT, StaffDoor::Console, None);
    for html in [&till, &console] {
        assert!(html.contains(">帳號</label>") && html.contains(">密碼</label>"));
        assert!(html.contains("type=\"password\"") && html.contains("登入"));
        assert!(!html.contains("aria-label=\"語言與帳號\""), "one field of that name");
    }
    assert!(console.contains(">動態驗證碼</label>") && !till.contains("動態驗證碼"));
    assert!(console.contains("name=\"next\" value=\"/console/merchants\""));
    let locked = StaffRejection::Locked { minutes: 15 };
    let html = door_html(HANT, StaffDoor::Till, Some(locked));
    assert_eq!(values(&html, "data-error"), ["locked"]);
    assert!(html.contains("15 分鐘後再試") && html.contains("value=\"till-07\""));
    assert!(!html.contains("驗證碼不對"));
}

#[test]
fn the_console_offers_what_the_role_may_do() {
    for role in [Role::Operator, Role::Approver, Role::Auditor] {
        assert!(console_html(HANT, role).contains("href=\"/console/merchants\""), "{role:?}");
    }
    let html = console_html(HANT, Role::Administrator);
    assert!(!html.contains("/console/merchants") && html.contains("管理員"));
    assert!(html.contains("action=\"/console/sign-out\""));
}
