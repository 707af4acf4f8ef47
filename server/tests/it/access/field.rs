//! What is left out for whoever may take a way: docs/security/data.md says which fields.

use rstest::rstest;

use super::inhabited;
use crate::support::{App, OPEN, On};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn the_public_list_has_a_shop_without_its_contact(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let (app, badges) = inhabited(App::open(on, OPEN).await).await;
    for path in ["/merchants", "/api/v1/merchants"] {
        let list = app.get(path, "").await.text();
        assert!(list.contains("老街麵館0"), "{path}: {list}");
        for field in ["0356-2100018", "趙雪梅", "營業執照"] {
            assert!(!list.contains(field), "{path}: {field}");
        }
    }
    let operator = &badges[&super::Actor::Operator].cookie;
    let all = app.get("/console/merchants?state=approved", operator).await.text();
    let way = all.split("href=\"/console/merchants/").nth(1).unwrap().split('"').next().unwrap();
    let one = app.get(&format!("/console/merchants/{way}"), operator).await.text();
    assert!(one.contains("0356-2100018") && one.contains("趙雪梅"), "{one}");
}
