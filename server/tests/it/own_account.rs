//! One's own account at the console and at the till: a new password, and the sessions.

mod handed_over;

use domain::staff::{LOCK_MS, LOCKING_TRY, Role, STEP_MS, step_at};
use http::StatusCode;
use http::header::RETRY_AFTER;
use rstest::rstest;
use server::demo::staff::{cashier, secret_of};
use server::totp::Secret;

use crate::support::counter::cookies_of;
use crate::support::{Answer, App, OPEN, On};

const CONSOLE: &str = "/console/account";
const TILL: &str = "/till/account";
/// The operator's password in the demonstration.
const SAMPLE: &str = "demo-operator-2020";

/// A form's body.
fn form(fields: &[(&str, &str)]) -> String {
    serde_urlencoded::to_string(fields).unwrap()
}

/// What stands after `start` in a page, up to the next quote or tag.
fn after<'a>(page: &'a str, start: &str) -> &'a str {
    let rest = page.split_once(start).unwrap_or_else(|| panic!("no {start}: {page}")).1;
    rest.split(['"', '<']).next().unwrap()
}

/// A cookie with the session that an answer set in place of the one before.
fn renewed(cookie: &str, answer: &Answer) -> String {
    let set = cookies_of(answer);
    let name = set.split('=').next().unwrap();
    let kept = cookie.split("; ").filter(|pair| !pair.starts_with(&format!("{name}=")));
    kept.chain([set.as_str()]).collect::<Vec<_>>().join("; ")
}

/// How many sessions the page shows.
fn sessions(page: &str) -> usize {
    page.matches("data-testid=\"session\"").count()
}

impl App {
    /// Lets half a minute pass, so that the next one-time password is another one.
    fn next_step(&self) {
        self.hall.clock.set(self.hall.clock.system().plus_millis(STEP_MS));
    }

    async fn send_own(&self, path: &str, cookie: &str, fields: &[(&str, &str)]) -> Answer {
        self.post_form(path, cookie, &form(fields)).await
    }

    /// Has a new password made: the page, the password and the key.
    async fn offered(&self, path: &str, cookie: &str, current: &str) -> (String, String) {
        let answer = self.send_own(path, cookie, &[("act", "offer"), ("current", current)]).await;
        let page = answer.text();
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        let password = after(&page, "data-testid=\"offer\">").to_owned();
        (password, after(&page, "name=\"key\" value=\"").to_owned())
    }

    /// Puts it in force.
    async fn confirm(
        &self,
        path: &str,
        cookie: &str,
        (offer, key): (&str, &str),
        again: &str,
    ) -> Answer {
        let fields = [("act", "renew"), ("offer", offer), ("key", key), ("again", again)];
        self.send_own(path, cookie, &fields).await
    }

    /// Sends the console's sign-in.
    async fn try_console_as(&self, login: &str, password: &str, secret: &Secret) -> Answer {
        let one_time = secret.password(step_at(self.hall.clock.system()));
        let fields = [("login", login), ("password", password), ("one_time", &one_time)];
        self.post_form("/console/sign-in", "", &form(&fields)).await
    }

    async fn is_in(&self, path: &str, cookie: &str) -> bool {
        self.get(path, cookie).await.status == StatusCode::OK
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_new_password_takes_the_current_one_and_ends_the_other_sessions(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let secret = secret_of(Role::Operator);
    let here = app.at_console(Role::Operator).await;
    app.next_step();
    let elsewhere = app.at_console(Role::Operator).await;
    for wrong in ["", "demo-operator-2021", "demo-operator-2020 "] {
        let answer = app.send_own(CONSOLE, &here, &[("act", "offer"), ("current", wrong)]).await;
        let page = answer.text();
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(page.contains("data-error=\"current\"") && !page.contains("data-testid=\"offer\""));
    }
    let (password, key) = app.offered(CONSOLE, &here, SAMPLE).await;
    assert_eq!(password.len(), 23);
    // It does not count before it was typed again, and nothing counts that was not made here for this session.
    let offer = (password.as_str(), key.as_str());
    let typo = app.confirm(CONSOLE, &here, offer, "something-else").await;
    assert_eq!(typo.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(typo.text().contains("data-error=\"again\"") && typo.text().contains(&password));
    let chosen = app.confirm(CONSOLE, &here, ("password12345", &key), "password12345").await;
    assert_eq!(chosen.status, StatusCode::BAD_REQUEST, "no password of one's own choice");
    let stolen = app.confirm(CONSOLE, &elsewhere, offer, &password).await;
    assert_eq!(stolen.status, StatusCode::BAD_REQUEST, "made for another session");
    assert!(app.is_in(CONSOLE, &here).await && app.is_in(CONSOLE, &elsewhere).await);
    let done = app.confirm(CONSOLE, &here, offer, &password).await;
    assert_eq!(
        (done.status, done.location()),
        (StatusCode::SEE_OTHER, "/console/account?done=renewed")
    );
    assert!(!app.is_in(CONSOLE, &elsewhere).await, "the other session is over");
    assert!(!app.is_in(CONSOLE, &here).await, "and so is the old token of this one");
    let here = renewed(&here, &done);
    let page = app.get(done.location(), &here).await.text();
    assert!(page.contains("role=\"status\"") && sessions(&page) == 1, "{page}");
    let again = app.confirm(CONSOLE, &here, offer, &password).await;
    assert_eq!(again.status, StatusCode::BAD_REQUEST, "an offer is good once");
    app.next_step();
    let old = app.try_console_as("operator", SAMPLE, &secret).await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = app.try_console_as("operator", &password, &secret).await;
    assert_eq!(new.status, StatusCode::SEE_OTHER, "{}", new.text());
    let auditor = app.at_console(Role::Auditor).await;
    let record = app.get("/console/audit?act=password_renewed&who=operator", &auditor).await.text();
    assert_eq!(record.matches("data-testid=\"record\"").count(), 1);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_current_passwords_lock_like_those_of_the_sign_in(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let sample = cashier(0);
    let here = app.at_till(0).await;
    let guess = async |act: &str| {
        let fields = [("act", act), ("session", "others"), ("current", "wrong")];
        app.send_own(TILL, &here, &fields).await.status
    };
    let right = async || {
        app.send_own(TILL, &here, &[("act", "offer"), ("current", &sample.password)]).await
    };
    for _ in 1..LOCKING_TRY {
        assert_eq!(guess("offer").await, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(right().await.status, StatusCode::OK, "a right one takes the wrong ones back");
    for act in ["offer", "sessions", "offer", "sessions"] {
        assert_eq!(guess(act).await, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
    }
    // The last one is typed at the sign-in of the same device: one count for both.
    let at_door = app.try_till(&sample.login, "wrong", &here).await;
    assert_eq!(at_door.status, StatusCode::UNAUTHORIZED);
    let locked = right().await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS, "also with the right password");
    assert_eq!(locked.headers[RETRY_AFTER], "60");
    assert!(locked.text().contains("data-error=\"locked\""));
    assert!(app.is_in(TILL, &here).await, "the session goes on");
    app.hall.clock.set(app.hall.clock.system().plus_millis(LOCK_MS));
    assert_eq!(right().await.status, StatusCode::OK);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn staff_sees_and_ends_its_own_sessions(#[values(On::Sqlite, On::Postgres)] on: On) {
    let app = App::open(on, OPEN).await;
    app.with_staff().await;
    let mut cookies = Vec::new();
    for _ in 0..3 {
        cookies.push(app.at_console(Role::Operator).await);
        app.next_step();
    }
    let auditor = app.at_console(Role::Auditor).await;
    let here = cookies[0].clone();
    let end = async |cookie: &str, session: &str, current: &str| {
        let fields = [("act", "sessions"), ("session", session), ("current", current)];
        app.send_own(CONSOLE, cookie, &fields).await
    };
    let page = app.get(CONSOLE, &here).await.text();
    assert_eq!(sessions(&page), 3, "{page}");
    let names: Vec<&str> = page
        .split("name=\"session\" value=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!((names.len(), names[0]), (3, "others"), "the own one ends by signing out");
    let refused = end(&here, names[1], "wrong").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "not without the password");
    let elsewhere = app.get(CONSOLE, &auditor).await.text();
    assert!(!elsewhere.contains(names[1]), "nobody sees another's");
    assert_eq!(sessions(&elsewhere), 1);
    let one = end(&here, names[1], SAMPLE).await;
    assert_eq!(
        (one.status, one.location()),
        (StatusCode::SEE_OTHER, "/console/account?done=ended")
    );
    assert!(!app.is_in(CONSOLE, &here).await, "the own one goes on under another token");
    let here = renewed(&here, &one);
    let open = [
        app.is_in(CONSOLE, &cookies[1]).await,
        app.is_in(CONSOLE, &cookies[2]).await,
        app.is_in(CONSOLE, &here).await,
    ];
    assert_eq!(open.iter().filter(|is_in| **is_in).count(), 2, "one has ended: {open:?}");
    assert_eq!(end(&here, names[1], SAMPLE).await.status, StatusCode::CONFLICT, "and is gone");
    let rest = end(&here, "others", SAMPLE).await;
    let here = renewed(&here, &rest);
    assert!(!app.is_in(CONSOLE, &cookies[1]).await && !app.is_in(CONSOLE, &cookies[2]).await);
    assert!(app.is_in(CONSOLE, &here).await && app.is_in(CONSOLE, &auditor).await);
    assert_eq!(sessions(&app.get(CONSOLE, &here).await.text()), 1);
    let record = app.get("/console/audit?act=session_ended&who=operator", &auditor).await.text();
    assert_eq!(record.matches("data-testid=\"record\"").count(), 2);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_renews_the_password_and_ends_the_other_sessions(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::open(on, OPEN).await;
    app.with_shop(0).await;
    let sample = cashier(0);
    let (here, elsewhere) = (app.at_till(0).await, app.at_till(0).await);
    assert_eq!(sessions(&app.get(TILL, &here).await.text()), 2);
    let (password, key) = app.offered(TILL, &here, &sample.password).await;
    let done = app.confirm(TILL, &here, (&password, &key), &password).await;
    assert_eq!(
        (done.status, done.location()),
        (StatusCode::SEE_OTHER, "/till/account?done=renewed")
    );
    assert!(!app.is_in(TILL, &elsewhere).await);
    assert!(app.is_in(TILL, &renewed(&here, &done)).await);
    let old = app.try_till(&sample.login, &sample.password, "").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    assert_eq!(app.try_till(&sample.login, &password, "").await.status, StatusCode::SEE_OTHER);
}
