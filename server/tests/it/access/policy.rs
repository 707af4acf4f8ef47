//! What a browser may run on each page: the scripts that the policy of the answer names, and nothing else.

use std::collections::BTreeSet;

use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use server::key::sha256;
use server::policy::digest;

use super::table::{Actor, TABLE};
use super::{address, city};
use crate::support::{Answer, App, OPEN, On, number};

fn policy(answer: &Answer) -> &str {
    answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap()
}

/// The sources of a directive.
fn sources<'a>(policy: &'a str, directive: &str) -> Vec<&'a str> {
    let said = policy.split("; ").find_map(|one| one.strip_prefix(directive)?.strip_prefix(' '));
    said.unwrap_or_default().split(' ').collect()
}

/// Every tag of that name, as it is written between its angle brackets.
fn tags<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let begin = format!("<{name}");
    let tags = html.split(&begin).skip(1).map(|rest| rest.split('>').next().unwrap());
    tags.filter(|tag| tag.is_empty() || tag.starts_with(' ')).collect()
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let rest = tag.split(&format!(" {name}=\"")).nth(1)?;
    rest.split('"').next()
}

/// Why a browser would run what the policy does not name, or would not run what the page needs.
fn faults(answer: &Answer) -> Vec<String> {
    let (policy, html) = (policy(answer), answer.text());
    let mut faults = Vec::new();
    for (directive, wanted) in [
        ("default-src", vec!["'none'"]),
        ("style-src", vec!["'self'"]),
        ("object-src", vec!["'none'"]),
        ("base-uri", vec!["'none'"]),
        ("form-action", vec!["'self'"]),
        ("frame-ancestors", vec!["'none'"]),
    ] {
        if sources(policy, directive) != wanted {
            faults.push(format!("{directive} in {policy}"));
        }
    }
    if policy.contains("unsafe-inline") || policy.contains("'unsafe-eval'") {
        faults.push(policy.to_owned());
    }
    let trusted = sources(policy, "script-src");
    let preloads = tags(&html, "link").into_iter().filter(|tag| tag.contains("\"modulepreload\""));
    for tag in tags(&html, "script").into_iter().chain(preloads) {
        let by_nonce = attribute(tag, "nonce").map(|nonce| format!("'nonce-{nonce}'"));
        let by_digest = attribute(tag, "integrity").map(|digest| format!("'{digest}'"));
        let named = by_nonce.or(by_digest);
        if !named.is_some_and(|named| trusted.contains(&named.as_str())) {
            faults.push(format!("{tag} is not in {policy}"));
        }
    }
    if tags(&html, "script").iter().any(|tag| attribute(tag, "src").is_none()) {
        faults.push("a script that is not a file".to_owned());
    }
    if html.contains(" style=") || html.contains("<style") || html.contains(" onclick") {
        faults.push("code or style in the page".to_owned());
    }
    if tags(&html, "script").is_empty() && trusted != ["'none'"] && !html.contains("modulepreload")
    {
        faults.push("scripts are allowed where there are none".to_owned());
    }
    faults
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_runs_only_the_scripts_that_its_policy_names() {
    let (app, badges) = city().await;
    let rows = TABLE.iter().filter(|row| row.method == "GET" && !row.path.ends_with("/live"));
    let paths: BTreeSet<String> =
        rows.map(address).chain(["/nothing".to_owned(), "/?lang=en".to_owned()]).collect();
    let (mut pages, mut wrong) = (0, String::new());
    for path in paths {
        for actor in
            [Actor::Anonymous, Actor::Citizen, Actor::Manager, Actor::Cashier, Actor::Auditor]
        {
            let answer = app.get(&path, &badges[&actor].cookie).await;
            let kind = answer.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
            if !kind.is_some_and(|kind| kind.starts_with("text/html")) {
                assert_eq!(sources(policy(&answer), "default-src"), ["'none'"], "{path}");
                assert_eq!(sources(policy(&answer), "script-src"), [""], "{path}");
                continue;
            }
            pages += 1;
            for fault in faults(&answer) {
                wrong = format!("{wrong}{path}, {}: {fault}\n", actor.name());
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(pages > 100, "only {pages} pages were looked at");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_belongs_to_one_answer() {
    let app = App::open(On::Sqlite, OPEN).await;
    let cookie = app.sign_in(&number(1), "main").await;
    let mut nonces = BTreeSet::new();
    for path in ["/", "/", "/wallet", "/wallet", "/rules", "/nothing"] {
        let answer = app.get(path, &cookie).await;
        let nonce = sources(policy(&answer), "script-src")[0].to_owned();
        assert!(nonce.starts_with("'nonce-") && nonce.len() >= 30, "{nonce}");
        assert!(!answer.text().contains("integrity="), "{path}");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 6, "{nonces:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_page_names_its_files_by_what_is_in_them() {
    let app = App::open(On::Sqlite, OPEN).await;
    app.count().await;
    for path in ["/", "/results"] {
        let answer = app.get(path, "").await;
        let html = answer.text();
        assert!(!html.contains("nonce"), "{path} is the same for everybody");
        let trusted = sources(policy(&answer), "script-src");
        let mut files = 0;
        for tag in tags(&html, "script").into_iter().chain(tags(&html, "link")) {
            let Some(said) = attribute(tag, "integrity") else { continue };
            let file = attribute(tag, "src").or(attribute(tag, "href")).expect("an address");
            let bytes = app.get(file, "").await.body;
            assert_eq!(said, digest(&sha256(&bytes)), "{file}");
            assert!(
                trusted.contains(&format!("'{said}'").as_str()),
                "{said} is not in {trusted:?}"
            );
            files += 1;
        }
        assert_eq!(files, 2, "{path}: the page script and the glue");
        assert_eq!(trusted.iter().filter(|one| one.starts_with("'sha256-")).count(), 2);
    }
}
