//! Several decide at once: one of them does, and the others hear of it.

use domain::audit::Act;
use domain::held::Ruling;
use http::StatusCode;
use rstest::rstest;
use server::backend::closing::close_due;
use server::backend::held::refuse_due;

use super::DEADLINE;
use crate::support::{App, OPEN, On, campaign_of, number};

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_two_who_decide_at_once_decide_once(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::with(on, OPEN, &campaign_of(20)).await;
    let other = App::on(app.database.clone(), OPEN, 8_192).await;
    let mut claims = Vec::new();
    for place in 0..12 {
        claims.push(app.held(place).await.1);
    }
    let rulings = claims.iter().map(|claim| {
        let (app, other) = (&app, &other);
        async move {
            futures::join!(
                app.ruled(std::slice::from_ref(claim), Ruling::Grant),
                other.ruled(std::slice::from_ref(claim), Ruling::Refuse),
            )
        }
    });
    // Meanwhile somebody claims.
    let stranger = app.sign_in(&number(50), "main").await;
    let (ruled, granted) =
        futures::join!(futures::future::join_all(rulings), app.claim(&stranger, "k", "{}"));
    assert_eq!(granted.status, StatusCode::CREATED);
    for (one, two) in ruled {
        assert_eq!(one.decided + two.decided, 1, "{one:?} {two:?}");
    }
    app.in_order().await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r19_the_desk_the_deadline_and_the_closing_make_one_order(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, OPEN, &campaign_of(20)).await;
    let other = App::on(app.database.clone(), OPEN, 8_192).await;
    let mut claims = Vec::new();
    for place in 0..8 {
        claims.push(app.held(place).await.1);
    }
    // The desk's clock still stands before the deadline, the other server's beyond it.
    other.set_campaign(DEADLINE);
    let (ruled, lapsed) = futures::join!(
        app.ruled(&claims, Ruling::Grant),
        refuse_due(&other.hall.store, &other.hall.clock),
    );
    lapsed.unwrap();
    let granted = app.acts(Act::HeldGranted).await.len();
    let refused = app.acts(Act::HeldLapsed).await;
    let refused: usize =
        refused.iter().map(|it| it.detail["claims ".len()..].parse::<usize>().unwrap()).sum();
    assert_eq!((granted, granted + refused), (ruled.decided, claims.len()), "each once");
    app.in_order().await;

    let (cookie, late, _) = app.held(30).await;
    other.set_campaign("2020-04-29T00:00:00+08:00");
    let late = [late];
    let (ruled, closed) = futures::join!(
        app.ruled(&late, Ruling::Grant),
        close_due(&other.hall.store, &other.hall.clock),
    );
    closed.unwrap();
    close_due(&other.hall.store, &other.hall.clock).await.unwrap();
    let state = if ruled.decided == 1 { "granted" } else { "refused" };
    assert_eq!(
        other.own(&cookie, late[0]).await["state"],
        state,
        "granted before, or refused by it"
    );
    other.in_order().await;
}
