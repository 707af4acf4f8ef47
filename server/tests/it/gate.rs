//! Whoever finds the desk full has a place and a time, through both doors, on every page and at every server.

use http::header::{COOKIE, RETRY_AFTER, SET_COOKIE};
use http::{Request, StatusCode};
use rstest::rstest;
use server::key::{Keys, MasterKey};
use store::Tx;
use tokio::net::UnixStream;
use tokio::task::JoinHandle;

use crate::support::{Answer, App, Database, OPEN, On, campaign_of, claim_request, number};

/// Keeps the desk from beginning anything until it is dropped.
async fn hold(app: &App) -> Tx {
    let mut tx = app.hall.store.begin().await.unwrap();
    store::claim::lock_round(&mut tx, &"r1".parse().unwrap()).await.unwrap();
    tx
}

/// Fills the desk and the queue in front of it, of one place; gives those who wait, and who was told to come again.
async fn fill(app: &App, cookies: &[String]) -> (Vec<JoinHandle<Answer>>, (usize, Answer)) {
    let mut waiting: Vec<JoinHandle<Answer>> = Vec::new();
    for (place, cookie) in cookies.iter().enumerate() {
        let (door, request) = (app.door(), claim_request("r1", cookie, "key", "{}"));
        let mut asked = tokio::spawn(async move { door.send(request).await });
        // Either it is told to come again, or it is at the desk, or in the queue.
        let patience = tokio::time::sleep(std::time::Duration::from_millis(30));
        tokio::select! {
            answer = &mut asked => return (waiting, (place, answer.unwrap())),
            () = patience => waiting.push(asked),
        }
    }
    panic!("the queue of one place took all of them");
}

async fn crowded(on: On) -> (App, Vec<String>) {
    let database = std::sync::Arc::new(Database::fresh(on));
    let app = App::on(database, OPEN, 1).await;
    let file = server::campaign_file::CampaignFile::parse(&campaign_of(1_000)).unwrap();
    let at = OPEN.parse().unwrap();
    server::start::import(&app.hall.store, &file, at, domain::audit::Who::Command).await.unwrap();
    app.refresh().await;
    let mut cookies = Vec::new();
    for place in 0..20 {
        cookies.push(app.sign_in(&number(place), "main").await);
    }
    (app, cookies)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r6_a_full_desk_gives_a_place_and_a_time_that_hold(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let (app, cookies) = crowded(on).await;
    let held = hold(&app).await;
    let (waiting, (place, busy)) = fill(&app, &cookies).await;
    assert_eq!((busy.status, busy.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
    let told = busy.json();
    assert_eq!(told["place"], 1, "{told}");
    let ms = told["retry_after_ms"].as_i64().unwrap();
    let seconds: i64 = busy.headers[RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((500..=2_000).contains(&ms) && seconds == (ms + 999) / 1_000);
    let ticket = told["ticket"].as_str().unwrap();

    // The ticket is for this person and this round.
    let keys = Keys::derive(&[MasterKey { version: 1, secret: [7; 32] }]).unwrap();
    let due = app.hall.clock.system().millis() + ms;
    let person = app.person_of(&cookies[place]).await;
    assert_eq!(keys.due_of_ticket(&person, &"r1".parse().unwrap(), ticket), Some(due));
    let other = app.person_of(&cookies[place + 1]).await;
    assert_eq!(keys.due_of_ticket(&other, &"r1".parse().unwrap(), ticket), None);

    // The next one is told a later time; the same one, in another tab, the same time.
    let next = app.claim(&cookies[place + 1], "key", "{}").await.json();
    assert!(next["retry_after_ms"].as_i64().unwrap() >= ms, "{next}");
    let again = app.claim(&cookies[place], "another", "{}").await.json();
    assert_eq!(
        (&again["retry_after_ms"], &again["ticket"]),
        (&told["retry_after_ms"], &told["ticket"])
    );

    // At the time the desk is free, and they are decided.
    drop(held);
    for one in waiting {
        assert_eq!(one.await.unwrap().status, StatusCode::CREATED);
    }
    app.hall.clock.set(app.hall.clock.system().plus_millis(ms));
    let answer = app.claim(&cookies[place], "key", "{}").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    assert_eq!(app.hall.gate.booked(), 1, "who is decided needs no place; the next one has theirs");
}

/// Sockets that have something to read again and again, each of which keeps its reader for two milliseconds.
fn crowd(sockets: usize) -> Vec<JoinHandle<()>> {
    let read = |(near, far): (UnixStream, UnixStream)| async move {
        loop {
            near.writable().await.unwrap();
            near.try_write(&[0]).unwrap();
            far.readable().await.unwrap();
            while far.try_read(&mut [0; 8]).is_ok() {}
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
    };
    (0..sockets).map(|_| tokio::spawn(read(UnixStream::pair().unwrap()))).collect()
}

#[rstest]
#[tokio::test]
async fn r6_while_the_sockets_wait_newcomers_are_told_a_time(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let (app, cookies) = crowded(on).await;
    assert_eq!(app.claim(&cookies[0], "key", "{}").await.status, StatusCode::CREATED);
    let watched = tokio::spawn(server::gate::unread::watch(std::sync::Arc::downgrade(&app.hall)));
    // Whoever arrives waits for six hundred of two milliseconds.
    let crowd = crowd(600);
    while !app.hall.gate.is_unread() {
        tokio::task::yield_now().await;
    }
    let busy = app.claim(&cookies[1], "key", "{}").await;
    assert_eq!((busy.status, busy.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "busy"));
    assert!(busy.json()["place"].as_i64() >= Some(1), "{}", busy.text());
    // When the crowd has gone, there is room again.
    crowd.iter().for_each(JoinHandle::abort);
    while app.hall.gate.is_unread() {
        tokio::task::yield_now().await;
    }
    assert_eq!(app.claim(&cookies[2], "key", "{}").await.status, StatusCode::CREATED);
    watched.abort();
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_the_place_in_the_line_goes_over_tls_alone(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::behind_tls(on, OPEN, 1).await;
    let other = App::tls_on(app.database.clone(), OPEN, 1).await;
    let mut cookies = Vec::new();
    for place in 0..20 {
        cookies.push(app.sign_in(&number(place), "main").await);
    }
    let _held = hold(&app).await;
    let (_waiting, (place, _)) = fill(&app, &cookies).await;
    let person = &cookies[place + 1];
    let page = app.get("/", person).await.text();
    let value = |name: &str| {
        let (_, rest) = page.split_once(&format!("name=\"{name}\" value=\"")).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let form = format!("round=r1&pack={}&key={}", value("pack"), value("key"));
    let led = app.post_form("/act/claim_pack", person, &form).await;
    let mut set = led.headers.get_all(SET_COOKIE).iter().map(|it| it.to_str().unwrap());
    let ticket = set.find(|it| it.starts_with("__Host-jq_ticket=")).expect("the ticket is kept");
    assert!(ticket.ends_with("; Secure"), "{ticket}");
    // It is read under that name, and under no other.
    let brought = format!("{person}; {}", ticket.split(';').next().unwrap());
    assert!(other.get("/", &brought).await.text().contains("正在排隊"));
    let plain = brought.replace("__Host-jq_ticket", "jq_ticket");
    assert!(!other.get("/", &plain).await.text().contains("正在排隊"));
}

#[tokio::test(flavor = "multi_thread")]
async fn r6_without_a_script_the_page_says_the_place_and_comes_back_at_the_time() {
    let (app, cookies) = crowded(On::Sqlite).await;
    let other = App::on(app.database.clone(), OPEN, 1).await;
    other.refresh().await;
    let held = hold(&app).await;
    let (waiting, (place, _)) = fill(&app, &cookies).await;
    let person = place + 1;
    let page = app.get("/", &cookies[person]).await.text();
    let key = page.split("name=\"key\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let pack = page.split("name=\"pack\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let form = format!("round=r1&pack={pack}&key={key}");
    let request = Request::post("/act/claim_pack")
        .header(COOKIE, &cookies[person])
        .header("accept", "text/html")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(axum::body::Body::from(form.clone()))
        .unwrap();
    let led = app.send(request).await;
    assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/"));
    let set: Vec<&str> =
        led.headers.get_all(SET_COOKIE).iter().map(|it| it.to_str().unwrap()).collect();
    let ticket = set.iter().find(|it| it.starts_with("jq_ticket=")).expect("the ticket is kept");
    assert!(ticket.contains("HttpOnly") && ticket.contains("SameSite=Lax"), "{ticket}");

    // Another tab, which never saw that answer, says the same.
    let page = app.get("/", &cookies[person]).await.text();
    assert!(page.contains("data-testid=\"line\"") && page.contains("正在排隊"), "{page}");
    assert!(page.contains("http-equiv=\"refresh\""));
    // A server that knows nobody believes the ticket, and no other person's.
    let brought = format!("{}; {}", cookies[person], ticket.split(';').next().unwrap());
    assert!(other.get("/", &brought).await.text().contains("正在排隊"));
    let taken = format!("{}; {}", cookies[place + 2], ticket.split(';').next().unwrap());
    assert!(!other.get("/", &taken).await.text().contains("正在排隊"));

    drop(held);
    for one in waiting {
        one.await.unwrap();
    }
    app.hall.clock.set(app.hall.clock.system().plus_millis(5_000));
    let page = app.get("/", &cookies[person]).await.text();
    assert!(page.contains("輪到您了") && !page.contains("http-equiv=\"refresh\""));
    let claimed = app.post_form("/act/claim_pack", &cookies[person], &form).await;
    assert_eq!(claimed.status, StatusCode::OK, "{}", claimed.text());
    let page = app.get("/", &cookies[person]).await.text();
    assert!(!page.contains("data-testid=\"line\""), "who is decided has no place");
}
