//! However many strangers try passwords, those who work here come in on the devices that they are known on; and no
//! network keeps every other one out.

use std::time::Duration;

use axum::body::Body;
use futures::FutureExt as _;
use http::header::{CONTENT_TYPE, COOKIE, RETRY_AFTER};
use http::{Request, StatusCode};
use rstest::rstest;
use server::demo::staff::cashier;
use server::limit::address::Peer;
use server::password::{Asker, BLOCK_MAX, LOGIN_MAX, STRANGERS_MAX, Turn};
use tokio::task::JoinHandle;

use crate::support::{Answer, App, OPEN, On};

/// From where the cashiers of the city come, and somebody else with them.
const SHARED: &str = "203.0.113.7";
/// From where nobody else comes.
const ELSEWHERE: &str = "192.0.2.9";
/// How many more ask than there are places for: once they have been sent away, every place is taken.
const SENT_AWAY: usize = 4;

impl App {
    /// Sends the till's sign-in from an address, beside others.
    fn asks(&self, address: &str, login: &str, password: &str, cookie: &str) -> JoinHandle<Answer> {
        let form = serde_urlencoded::to_string([("login", login), ("password", password)]);
        let request = Request::post("/till/sign-in")
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(Peer(address.parse().unwrap()))
            .body(Body::from(form.unwrap()))
            .unwrap();
        tokio::spawn(self.door().send(request))
    }

    /// Takes every turn that there is: from now on whoever asks for one waits.
    fn every_turn(&self) -> Vec<Turn> {
        let next = || self.hall.passwords.turn(Asker::Stranger(None)).now_or_never();
        std::iter::from_fn(next).map(Result::unwrap).collect()
    }

    /// Strangers who have taken every place that there is for them, each from another block of addresses.
    async fn crowd(&self) -> Vec<JoinHandle<Answer>> {
        let stranger =
            |it: usize| self.asks(&format!("198.51.{it}.1"), &format!("nobody-{it}"), "x", "");
        let mut crowd: Vec<_> = (0..STRANGERS_MAX + SENT_AWAY).map(stranger).collect();
        until(|| finished(&crowd) == SENT_AWAY).await;
        crowd.retain(|stranger| !stranger.is_finished());
        crowd
    }
}

/// How many have their answer.
fn finished(asked: &[JoinHandle<Answer>]) -> usize {
    asked.iter().filter(|one| one.is_finished()).count()
}

/// Waits until that is so.
async fn until(is_so: impl Fn() -> bool) {
    let asked = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), asked).await.expect("it never was so");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_of_strangers_does_not_put_off_a_device_that_is_known(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    app.with_shop(1).await;
    let (own, other) = (cashier(0), cashier(1));
    let known = app.at_till(0).await;
    let turns = app.every_turn();
    let crowd = app.crowd().await;
    // The device is known for its own login alone, and a mark that was made up is none.
    let (rest, last) = known.split_at(known.len() - 1);
    let forged = format!("{rest}{}", if last == "0" { "1" } else { "0" });
    for (sample, cookie) in [(&other, &known), (&own, &forged), (&own, &String::new())] {
        let answer = app.asks(ELSEWHERE, &sample.login, &sample.password, cookie);
        let answer = answer.await.unwrap();
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{}", sample.login);
        assert_eq!(answer.headers[RETRY_AFTER], "2");
        assert!(answer.text().contains("data-error=\"busy\""));
    }
    let here = app.asks(ELSEWHERE, &own.login, &own.password, &known);
    drop(turns);
    assert_eq!(here.await.unwrap().status, StatusCode::SEE_OTHER, "known, and not put off");
    let waiting = STRANGERS_MAX - finished(&crowd);
    assert!(waiting > STRANGERS_MAX / 2, "the crowd went first: {waiting} still wait");
    crowd.iter().for_each(JoinHandle::abort);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_of_addresses_has_its_share_of_the_places_and_no_more() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_shop(0).await;
    let own = cashier(0);
    let known = app.at_till(0).await;
    let turns = app.every_turn();
    let block: Vec<_> = (0..BLOCK_MAX + SENT_AWAY)
        .map(|it| app.asks(&format!("203.0.113.{it}"), &format!("nobody-{it}"), "x", ""))
        .collect();
    until(|| finished(&block) == SENT_AWAY).await;
    let next = app.asks(SHARED, "nobody", "x", "").await.unwrap();
    assert_eq!(next.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(next.headers[RETRY_AFTER], "2");
    assert!(next.text().contains("data-error=\"busy\""), "{}", next.text());
    // One login has its share as well, so that nobody who has one takes the places of the others.
    let mine: Vec<_> =
        (0..=LOGIN_MAX).map(|_| app.asks(SHARED, &own.login, &own.password, &known)).collect();
    until(|| finished(&mine) == 1).await;
    let elsewhere = app.asks(ELSEWHERE, &own.login, &own.password, "");
    let is_waiting = tokio::time::timeout(Duration::from_millis(200), async {
        while !elsewhere.is_finished() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(is_waiting.await.is_err(), "there is a place for another block");
    drop(turns);
    let mut said = Vec::new();
    for one in mine {
        said.push(one.await.unwrap().status);
    }
    said.sort();
    let mut must = vec![StatusCode::SEE_OTHER; LOGIN_MAX];
    must.push(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(said, must, "those of the same block come in where they are known");
    block.iter().for_each(JoinHandle::abort);
    assert_eq!(elsewhere.await.unwrap().status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_block_that_tries_without_end_does_not_put_off_the_devices_known_in_it() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_shop(0).await;
    let own = cashier(0);
    let known = app.at_till(0).await;
    let now = app.hall.clock.system();
    let block = app.hall.limits.block_of(SHARED.parse().unwrap());
    while app.hall.limits.entry_of(block, now).is_ok() {}
    // Also what is no login at all is a try.
    for login in [own.login.as_str(), "nobody", "沒有"] {
        let shed = app.asks(SHARED, login, &own.password, "").await.unwrap();
        assert_eq!(shed.status, StatusCode::TOO_MANY_REQUESTS, "{login}");
        assert_eq!(shed.headers[RETRY_AFTER], "1");
        assert!(shed.text().contains("data-error=\"busy\""), "{}", shed.text());
    }
    let here = app.asks(SHARED, &own.login, &own.password, &known).await.unwrap();
    assert_eq!(here.status, StatusCode::SEE_OTHER);
    let elsewhere = app.asks(ELSEWHERE, &own.login, &own.password, "").await.unwrap();
    assert_eq!(elsewhere.status, StatusCode::SEE_OTHER);
    // Whoever is known has a rate of their own.
    let login = own.login.parse().unwrap();
    while app.hall.limits.known(&login, now).is_ok() {}
    let shed = app.asks(SHARED, &own.login, &own.password, &known).await.unwrap();
    assert_eq!(shed.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_crowd_tells_nobody_which_logins_there_are() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.with_shop(0).await;
    let own = cashier(0);
    let turns = app.every_turn();
    let crowd = app.crowd().await;
    let mut said = Vec::new();
    for login in [own.login.as_str(), "till-99"] {
        let answer = app.asks(ELSEWHERE, login, "x", "").await.unwrap();
        let page = answer.text().replace(login, "it");
        let start = page.find("<main").unwrap();
        let main = page[start..page.find("</main>").unwrap()].to_owned();
        said.push((answer.status, answer.headers.get(RETRY_AFTER).cloned(), main));
    }
    assert_eq!(said[0], said[1]);
    crowd.iter().for_each(JoinHandle::abort);
    drop(turns);
}
