//! Every page in every language, as the browser gets it: the names, marks and states that others rely on.
#![cfg(feature = "ssr")]

#[path = "pages/counter.rs"]
mod counter;
mod fixture;

use std::collections::HashSet;

use app::act::AnswerCode;
use app::act::answer::Said;
use app::page::appeals::{self, AppealsModel, GroundModel};
use app::page::landing::LandingModel;
use app::page::merchants::Asked;
use app::page::notice::Notice;
use app::page::render;
use app::page::sign_in::Rejected;
use domain::language::Language;
use domain::refusal::Refusal;
use domain::results::Results;
use domain::voucher::VoucherState;
use fixture::pages::{
    AFTER, BEFORE, NOTICES, OPEN, all, landing_html, landing_model, notice_html, own, rules_html,
    sign_in_html, voucher_html, voucher_model, wallet_html, wallet_model,
};
use fixture::results::{results, results_html};
use fixture::shops::merchants_html;
use fixture::{at, campaign, citizen, frame, round, round_of_two_packs};

/// The values of an attribute, in order.
fn values<'a>(html: &'a str, attribute: &str) -> Vec<&'a str> {
    let start = format!(" {attribute}=\"");
    html.split(&start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

/// How many elements of that tag say `words` and have each of these attributes.
fn count(html: &str, tag: &str, attributes: &[&str], words: &str) -> usize {
    let start = format!("<{tag} ");
    let starts = html.split(&start).skip(1).filter_map(|rest| rest.split_once('>'));
    starts
        .filter(|(start, _)| attributes.iter().all(|attribute| start.contains(attribute)))
        .filter(|(_, rest)| rest.split('<').next() == Some(words))
        .count()
}

#[test]
fn every_page_is_a_whole_document_in_its_language() {
    for language in Language::ALL {
        for (name, html) in all(language) {
            let context = format!("{name} in {}", language.tag());
            assert!(html.starts_with("<!DOCTYPE html><html"), "{context}");
            assert_eq!(values(&html, "lang").first(), Some(&language.tag()), "{context}");
            assert_eq!(html.matches("<h1").count(), 1, "one h1: {context}");
            assert_eq!(html.matches("<main").count(), 1, "{context}");
            assert!(html.contains("data-view=\"standard\""), "{context}");
            assert!(
                html.contains("<link rel=\"stylesheet\" href=\"/assets/main.css\""),
                "{context}"
            );
            // Those who work here load no island.
            let has_module = html.contains("data-module=\"/assets/jinquan.wasm\"");
            let has_counter = html.contains("<link rel=\"stylesheet\" href=\"/assets/staff.css\"");
            assert_eq!(has_module, !has_counter, "{context}");
            assert!(!html.contains("maximum-scale"), "{context}");
            // The policy of the site forbids both.
            assert!(!html.contains(" style="), "no inline style: {context}");
            assert!(!html.contains("<script>"), "no inline script: {context}");
            assert!(!html.contains("<title> ·"), "a title: {context}");
        }
    }
}

#[test]
fn no_identifier_stands_twice_and_every_reference_is_answered() {
    for (name, html) in all(Language::Hant) {
        let ids = values(&html, "id");
        let known: HashSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), known.len(), "{name}: {ids:?}");
        for attribute in ["aria-labelledby", "aria-describedby", "for"] {
            for reference in values(&html, attribute).iter().flat_map(|value| value.split(' ')) {
                assert!(known.contains(reference), "{name}: {attribute} {reference}");
            }
        }
    }
}

#[test]
fn headings_descend_one_step_at_a_time() {
    for (name, html) in all(Language::Hant) {
        let mut last = 0;
        for rest in html.split("<h").skip(1) {
            let Some(level @ 1..=6) = rest.chars().next().and_then(|digit| digit.to_digit(10))
            else {
                continue;
            };
            assert!(level <= last + 1, "{name}: h{level} after h{last}");
            last = level;
        }
    }
}

#[test]
fn no_chinese_is_left_on_an_english_page_but_what_is_marked_as_such() {
    // The seals, the language names and the names of persons stay.
    let mut html = rules_html(Language::English, round());
    for known in ["通", "油", "餐", "繁體中文", "繁", "简体中文", "简"] {
        html = html.replace(known, "");
    }
    let chinese: Vec<char> =
        html.chars().filter(|letter| ('\u{2e80}'..='\u{ffef}').contains(letter)).collect();
    assert!(chinese.is_empty(), "{chinese:?}");
}

#[test]
fn a_held_claim_is_asked_for_until_it_is_decided() {
    let mut model = landing_model(round(), at(OPEN));
    let mut own = own(&model.round, true);
    let held = own.packs[0].held.as_mut().expect("a claim");
    (held.serial, held.decide_by) = (None, Some(at("2020-04-23T10:00:00+08:00")));
    let awaits = format!("data-awaits=\"/wallet/claims/{}/state\"", held.claim);
    model.own = Some(own);
    assert!(landing_html(Language::Hant, &model).contains(&awaits));
}

#[test]
fn the_landing_page_shows_the_round() {
    let html = landing_html(Language::Hant, &landing_model(round(), at(BEFORE)));
    assert!(count(&html, "h1", &["id=\"slogan\""], "晉善·晉美·晉城") == 1);
    assert!(html.contains("第一輪 · 300 萬元"));
    assert!(html.contains("每套 50 元，滿 40 元減 10 元，每人限領一次。"));
    assert!(html.contains("<time datetime=\"2020-04-29T00:00:00+08:00\">4 月 28 日 24:00</time>"));
    assert_eq!(html.matches("contents__item").count(), 5);
    for (path, name) in [("/merchants", "參與商家"), ("/rules", "活動規則")] {
        assert_eq!(count(&html, "a", &[&format!("href=\"{path}\"")], name), 1, "{name}");
    }
    assert!(html.contains("晉城市商務局"));
    assert!(html.contains("href=\"tel:12345\""));
    assert!(html.contains("<meta http-equiv=\"refresh\" content=\"31\""), "half a minute to go");
}

#[test]
fn a_round_of_several_packs_does_not_claim_one_discount_for_all() {
    let html = landing_html(Language::Hant, &landing_model(round_of_two_packs(), at(OPEN)));
    assert!(html.contains("券面與滿減以每張券所示為準，每種卡包每人限領一次。"));
    assert!(!html.contains("contents__item"));
}

#[test]
fn the_demonstration_says_so_and_says_how_to_start_over() {
    let open = landing_html(Language::Hant, &landing_model(round(), at(OPEN)));
    assert!(open.contains("示範環境"));
    assert!(!open.contains("jinquan demo reset"));
    let after = landing_html(Language::Hant, &landing_model(round(), at(AFTER)));
    assert!(after.contains("jinquan demo reset"));
}

#[test]
fn the_wallet_shows_each_voucher_with_its_state() {
    let html = wallet_html(Language::Hant, &wallet_model(at(OPEN), &[0, 1]));
    assert!(count(&html, "h1", &[], "我的卡包") == 1);
    assert_eq!(html.matches("data-testid=\"voucher\"").count(), 5);
    assert_eq!(count(&html, "a", &["aria-describedby=\"voucher-"], "出示券碼"), 3);
    assert_eq!(html.matches(">已使用</p>").count(), 2);
    assert!(html.contains("第一輪 · 第 12,345 位"));
    assert!(html.contains("<span class=\"amount__sign\">¥</span>30"));
    assert!(html.contains("3 張 · 還有 6 天 14 小時"));
    assert!(html.contains(">使用 ¥10 通用券</a>"));
}

#[test]
fn after_the_end_the_vouchers_have_lapsed_and_the_used_ones_stay_used() {
    let html = wallet_html(Language::Hant, &wallet_model(at(AFTER), &[0]));
    assert_eq!(html.matches(">已失效</p>").count(), 4);
    assert_eq!(html.matches(">已使用</p>").count(), 1);
    assert!(!html.contains("出示券碼"));
    assert!(!html.contains("claim-bar"));
}

#[test]
fn the_code_page_shows_the_code_and_comes_back_with_the_next() {
    let html = voucher_html(Language::Hant, &voucher_model(VoucherState::Usable, true));
    assert_eq!(html.matches("data-testid=\"voucher-code\"").count(), 1);
    for group in ["6204", "8817", "3059"] {
        assert_eq!(count(&html, "span", &["code__group"], group), 1);
    }
    assert!(html.contains("shape-rendering=\"crispEdges\""));
    assert!(html.contains("aria-label=\"券碼二維碼\""));
    // 22.4 s to the step.
    assert!(html.contains("<meta http-equiv=\"refresh\" content=\"23\""));
}

#[test]
fn a_voucher_that_cannot_be_shown_says_why() {
    let refusal = |state| voucher_html(Language::Hant, &voucher_model(state, false));
    for (state, code) in [
        (VoucherState::Used, "voucher_used"),
        (VoucherState::Lapsed, "voucher_lapsed"),
        (VoucherState::Usable, "busy"),
    ] {
        let html = refusal(state);
        assert_eq!(values(&html, "data-refusal"), [code]);
        assert!(!html.contains("voucher-code"));
    }
}

#[test]
fn each_sample_citizen_is_a_button_called_by_name() {
    let html = sign_in_html(Language::Hant, None);
    assert_eq!(html.matches("action=\"/sign-in/demo\"").count(), 3);
    assert_eq!(html.matches("name=\"account\" value=\"main\"").count(), 3);
    assert_eq!(
        html.matches("name=\"next\" value=\"/wallet\"").count(),
        3 + 1,
        "and the real entrance"
    );
    assert!(html.contains("<span class=\"person__name\">陳建國</span>"));
    assert!(count(&html, "span", &["aria-hidden=\"true\""], "1405**********1013") == 1);
    assert!(html.contains(">姓名</label>") && html.contains(">身份證號碼</label>"));
    let consent = html.find("data-testid=\"consent\"").expect("the consent");
    let first_button = html.find("class=\"person\"").expect("a button");
    assert!(consent < first_button, "what is agreed to stands before the buttons");
}

#[test]
fn a_wrong_number_is_said_beside_its_field() {
    let rejected = Rejected { name: "陳<b>".into(), field: "identity_number" };
    let html = sign_in_html(Language::Hant, Some(rejected));
    assert_eq!(values(&html, "data-error"), ["identity_number"]);
    assert!(html.contains("aria-invalid=\"true\""));
    assert!(html.contains("aria-describedby=\"identity-error identity-hint\""));
    assert!(
        html.contains("value=\"陳&lt;b&gt;\"") || html.contains("value=\"陳<b>\""),
        "the name is kept, as text"
    );
    assert!(html.contains("<title>請檢查填寫的內容 · 晉券</title>"));
}

#[test]
fn the_rules_follow_the_data() {
    let html = rules_html(Language::Hant, round());
    for sentence in [
        "本輪共 60,000 套，每套 50 元：通用券 10 元 3 張、加油券 10 元 1 張、餐飲券 10 元 1 張。",
        "2020 年 4 月 22 日 09:00 開始領取，4 月 28 日 24:00 截止。",
        "每人本輪限領一套。",
        "凡有有效居民身份證的人都可以領取",
        "通用券、加油券、餐飲券：滿 40 元減 10 元。",
        "全額退款時，券退回卡包，期限不變",
        "到 2020 年 4 月 28 日 24:00 為止",
        "交易須在晉城市內的參與商家進行。",
    ] {
        assert!(html.contains(sentence), "{sentence}");
    }
    let mut other = round_of_two_packs();
    other.refund_policy = domain::round::RefundPolicy::Never;
    other.audience.districts = vec!["140525".into(), "99".into()];
    other.audience.without_pack_only = true;
    let html = rules_html(Language::Hant, other);
    for sentence in [
        "加油卡包：90,000 套，每套 10 元（加油券 10 元 1 張）。",
        "餐飲券：滿 200 元減 40 元。",
        "每種卡包每人本輪限領一套。",
        "限居民身份證登記地在澤州縣、99的人領取。",
        "只限本次活動中還沒有領到過卡包的人。",
        "退款只退實付的金額，券不退回。",
    ] {
        assert!(html.contains(sentence), "{sentence}");
    }
    assert!(!html.contains("券退回卡包"));
}

#[test]
fn each_notice_says_what_happened_and_what_next() {
    let titles: HashSet<String> = NOTICES
        .into_iter()
        .map(|notice| {
            let html = notice_html(Language::Hant, notice);
            assert!(html.contains("empty__act"), "{notice:?}");
            html.split("<title>")
                .nth(1)
                .and_then(|rest| rest.split('<').next())
                .expect("a title")
                .to_owned()
        })
        .collect();
    assert_eq!(titles.len(), NOTICES.len());
    assert_eq!(values(&notice_html(Language::Hant, Notice::Busy), "data-refusal"), ["busy"]);
}

#[test]
fn a_signed_in_person_sees_the_masked_name_and_the_way_out() {
    let html = wallet_html(Language::Hant, &wallet_model(at(OPEN), &[]));
    assert!(html.contains("陳**"));
    assert!(html.contains(">登出</button>"));
    let html = merchants_html(Language::Hant, Asked::default(), true);
    assert!(count(&html, "a", &["href=\"/sign-in?next=/merchants\""], "登入") == 1);
}

#[test]
fn an_answer_to_a_form_is_said_on_the_landing_page() {
    let refused = AnswerCode::Refused(Refusal::NotInAudience);
    for code in [refused, AnswerCode::Busy, AnswerCode::Forbidden] {
        for round in [round(), round_of_two_packs()] {
            // Of a pack that there is, of one that is gone, and of none: said once each time.
            for pack in [Some("dining"), Some("gone"), None] {
                let pack = pack.map(|pack| pack.parse().expect("an id"));
                let (own, answer) = (Some(own(&round, false)), Some(Said { code, pack }));
                let said = format!("{answer:?}");
                let model = LandingModel { own, answer, ..landing_model(round.clone(), at(OPEN)) };
                let html = landing_html(Language::Hant, &model);
                let refusals = values(&html, "data-refusal");
                let times = refusals.iter().filter(|refusal| **refusal == code.code()).count();
                assert_eq!(times, 1, "{said}: {refusals:?}");
            }
        }
    }
}

#[test]
fn the_line_that_is_spoken_says_why_a_person_cannot_claim() {
    let refused = AnswerCode::Refused(Refusal::NotInAudience);
    for (code, why) in
        [(refused, "這一輪不是面向您的"), (AnswerCode::Forbidden, "這個頁面已經過期")]
    {
        let pack = round().packs.first().map(|pack| pack.id.clone());
        let (own, answer) = (Some(own(&round(), false)), Some(Said { code, pack }));
        let model = LandingModel { own, answer, ..landing_model(round(), at(OPEN)) };
        let html = landing_html(Language::Hant, &model);
        let line = html.split("role=\"status\"").find(|part| part.contains("claim-bar__detail"));
        let line = line.and_then(|part| part.split("</p>").next()).expect("the bar");
        assert!(line.contains("暫不能領取") && line.contains(why), "{line}");
    }
}

#[test]
fn r19_each_appeal_has_a_field_of_its_own() {
    let ground = |id: &str| GroundModel {
        round: id.parse().expect("an id"),
        name: round().name,
        at: at(OPEN),
        decide_by: None,
        is_open: true,
    };
    let model = AppealsModel {
        campaign: campaign(),
        now: at(OPEN),
        grounds: vec![ground("r1"), ground("r2")],
        appeals: Vec::new(),
        refused: None,
    };
    let frame = frame(Language::Hant, "/me/appeals", Some(citizen()));
    let html = render(frame, |frame| appeals::page(frame, &model));
    for id in ["words-r1", "words-r2"] {
        for attribute in ["id", "for"] {
            let times = values(&html, attribute).iter().filter(|value| **value == id).count();
            assert_eq!(times, 1, "{attribute}={id}");
        }
    }
    assert_eq!(values(&html, "name").iter().filter(|name| **name == "words").count(), 2);
}

#[test]
fn a_chart_names_itself_and_has_its_table() {
    let html = results_html(Language::Hant, Some(results()));
    let labels = values(&html, "aria-label");
    let daily = "每日核銷金額，4 月 22 日 至 4 月 28 日，最高 ¥132,000（4 月 27 日）。";
    assert!(labels.contains(&daily), "{labels:?}");
    assert!(labels.contains(&"第一輪：開領後 1 分鐘 已領取 60,000 套。"), "{labels:?}");
    // The table has what the chart shows: a row for each day.
    let bars = html.matches("class=\"chart__bar\" x=").count();
    assert_eq!(bars, 14 + 24, "seven days, twice, and the hours of a day");
    assert!(html.contains("¥132,000") && html.contains("¥1,452,000"));
    assert!(html.contains("href=\"/results/daily.csv\""));
    assert!(html.contains("已註銷的帳號"), "the packs of those who left have a row");
}

#[test]
fn what_has_no_data_is_not_shown() {
    let html = results_html(Language::Hant, Some(Results { cells: Vec::new(), ..results() }));
    assert!(html.contains("data-testid=\"results-none\""));
    assert!(!html.contains("/results/daily.csv") && !html.contains("results-per-issued"));
}
