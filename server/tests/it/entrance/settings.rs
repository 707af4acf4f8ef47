//! Entrances as settings: what is wrong is named in one sentence, and a secret is in none of them.

use axum::body::Body;
use http::Request;

use super::alipay::Bazaar;
use super::oidc::City;
use super::{NAMES, configured};
use crate::support::process::{Http, Server, run};
use crate::support::{Database, On};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_setting_of_an_entrance_is_named() {
    let (city, bazaar) = (City::open(On::Sqlite).await, Bazaar::open(On::Sqlite).await);
    let oidc = city.settings("city-id", "");
    let alipay = bazaar.settings("");
    let folder = bazaar.folder.path();
    std::fs::write(folder.join("secret"), "hush-hush").unwrap();
    std::fs::write(folder.join("empty"), "\n").unwrap();
    assert!(configured(folder, &format!("{oidc}{alipay}")).is_ok());
    let base = &city.provider.base;
    let rows: Vec<(String, &str)> = vec![
        (oidc.replace("\"city-id\"", "\"demo\""), "entrances.demo.id"),
        (format!("{oidc}{oidc}"), "entrances.city-id.id"),
        (oidc.replace("\"city-id\"", "\"City\""), "entrances"),
        (oidc.replace("kind = \"oidc\"", "kind = \"saml\""), "entrances.city-id.kind"),
        (oidc.replace("real_name_level = 3", "real_name_level = 4"), "real_name_level"),
        (oidc.replace("測試入口", ""), "entrances.city-id.names"),
        (oidc.replace(base, "http://id.example"), "entrances.city-id.issuer"),
        (oidc.replace("client_secret_file = \"secret\"", ""), "entrances.city-id.client_secret"),
        (oidc.replace("\"secret\"", "\"nowhere\""), "entrances.city-id.client_secret_file"),
        (oidc.replace("\"secret\"", "\"empty\""), "entrances.city-id.client_secret"),
        (
            oidc.replace(
                "client_secret_file = \"secret\"",
                "client_secret_env = \"NO_SUCH_VARIABLE\"",
            ),
            "NO_SUCH_VARIABLE",
        ),
        (format!("{oidc}algorithms = [\"HS256\"]"), "entrances.city-id.algorithms"),
        (format!("{oidc}algorithms = [\"none\"]"), "entrances.city-id.algorithms"),
        (format!("{oidc}algorithms = [\"\"]"), "entrances.city-id.algorithms"),
        (format!("{oidc}color = 1"), "color"),
        (format!("{oidc}ca_file = \"secret\""), "entrances.city-id.ca_file"),
        (oidc.replace("level = \"/acr\"", "subject = \"/id\", level = \"/acr\""), "claims.subject"),
        (oidc.replace("\"/acr\"", "\"acr\""), "entrances.city-id.claims"),
        (oidc.replace(", level = \"/acr\"", ""), "entrances.city-id.levels"),
        (alipay.replace("\"private.pem\"", "\"secret\""), "entrances.alipay.private_key"),
        (
            alipay.replace("\"alipay.pem\"", "\"private.pem\""),
            "entrances.alipay.alipay_public_key_file",
        ),
        (format!("{alipay}scope = \"all\""), "entrances.alipay.scope"),
        (format!("{alipay}app_cert_sn = \"1\""), "entrances.alipay.app_cert_sn"),
        (format!("{alipay}real_name = \"guess\""), "entrances.alipay"),
        (gov("client_id = \"a\"", "[[\"state\", \"{state}\"]]"), "entrances.gov.authorize"),
        (gov("client_id = \"a\"", "[[\"a\", \"{password}\"]]"), "entrances.gov.authorize"),
        (
            gov("client_id = \"a\"\nstate = { alphabet = \"ab\", length = 100 }", BOTH),
            "entrances.gov.state.length",
        ),
        (
            gov("client_id = \"a\"\nstate = { alphabet = \"a&\", length = 128 }", BOTH),
            "entrances.gov.state.alphabet",
        ),
        (gov("client_id = \"a\"\naccess_token = \"/a\"", BOTH), "entrances.gov.access_token"),
        (files("../secret.txt", "x"), "verification_files"),
        (files("a/b.txt", "x"), "verification_files"),
        (files("robots.txt", "x"), "verification_files"),
        (files("index.php", "x"), "verification_files"),
        (files(".htaccess.txt", "x"), "verification_files"),
        (files("a.txt", "<script>"), "verification_files"),
        (files("a.txt", &"x".repeat(5_000)), "verification_files"),
    ];
    assert!(configured(folder, &gov("client_id = \"a\"", BOTH)).is_ok());
    for (text, named) in rows {
        let Err(said) = configured(folder, &text) else { panic!("{named}: {text}") };
        assert!(said.contains(named), "{named}: {said}");
        assert!(said.lines().count() == 1 && said.ends_with('.'), "one sentence: {said}");
        assert!(!said.contains("hush-hush") && !said.contains("s3cret"), "no secret: {said}");
    }
}

const BOTH: &str = "[[\"redirect_uri\", \"{redirect_uri}\"], [\"state\", \"{state}\"]]";

fn gov(more: &str, authorize: &str) -> String {
    format!(
        "[[entrances]]\nid = \"gov\"\nkind = \"gov-oauth2\"\n{NAMES}\nreal_name_level = 1\n\
         client_secret_file = \"secret\"\nauthorize_url = \"https://app.example/a\"\nauthorize = {authorize}\n\
         claims = {{ subject = \"/id\" }}\n{more}\n[entrances.token]\nurl = \"https://app.example/t\"\n\
         style = \"form\"\nparameters = [[\"code\", \"{{code}}\"]]\n"
    )
}

fn files(name: &str, content: &str) -> String {
    format!("[[verification_files]]\nname = \"{name}\"\ncontent = \"{content}\"\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_demonstration_has_a_real_entrance_and_a_key_of_its_own() {
    let city = City::open(On::Sqlite).await;
    let database = Database::fresh(On::Sqlite);
    let file = city.folder.path().join("jinquan.toml");
    let key = format!("master_keys = \"1:{}\"\n", "ab".repeat(32));
    let write = |text: String| std::fs::write(&file, text).unwrap();
    let place = file.to_str().unwrap().to_owned();
    let arguments = ["--config", &place, "--database", &database.url];
    let refused = async |named: &str| {
        let (code, _, said) = run(&[&["serve"], &arguments[..]].concat()).await;
        assert!(code == Some(1) && said.contains(named), "{named}: {said}");
        assert_eq!(said.trim().lines().count(), 1, "{said}");
    };
    write(key.clone());
    refused("--demo").await;
    let entrance = city.settings("city-id", "");
    write(format!("public_url = \"http://127.0.0.1:3000\"\n{entrance}"));
    refused("JINQUAN_MASTER_KEYS").await;
    write(format!("{key}{entrance}"));
    refused("JINQUAN_PUBLIC_URL").await;
    write(format!("{key}public_url = \"https://vouchers.example/app\"\n{entrance}"));
    refused("JINQUAN_PUBLIC_URL").await;

    let verification = files("MP_verify_a1B2.txt", "a1B2");
    write(format!("{key}public_url = \"http://127.0.0.1:3000\"\n{entrance}{verification}"));
    let server = Server::start(&arguments).await;
    let http = Http::new();
    let get = async |path: &str| {
        http.send(&server.base, Request::get(path).body(Body::empty()).unwrap()).await
    };
    let page = get("/sign-in?next=/wallet").await.text();
    assert!(
        page.contains("action=\"/sign-in/city-id\"") && page.contains("以測試入口登入"),
        "{page}"
    );
    assert!(!page.contains("/sign-in/demo"), "nothing of the demonstration");
    assert_eq!(get("/demo.json").await.status.as_u16(), 404);
    let told = get("/MP_verify_a1B2.txt").await;
    assert_eq!((told.status.as_u16(), told.text().as_str()), (200, "a1B2"));
    assert_eq!(told.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(get("/MP_verify_a1B2.txt/").await.status.as_u16(), 404);
    assert_eq!(get("/MP_verify_other.txt").await.status.as_u16(), 404);
    let log = server.log();
    assert!(!log.contains("s3cret") && !log.contains(&"ab".repeat(32)), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstrations_database_is_not_served_for_real() {
    let city = City::open(On::Sqlite).await;
    let database = Database::fresh(On::Sqlite);
    drop(Server::start(&["--demo", "--database", &database.url]).await);
    let file = city.folder.path().join("jinquan.toml");
    let key = "ab".repeat(32);
    let text = format!(
        "master_keys = \"1:{key}\"\npublic_url = \"http://127.0.0.1:3000\"\n{}",
        city.settings("city-id", "")
    );
    std::fs::write(&file, text).unwrap();
    let (code, _, said) =
        run(&["serve", "--config", file.to_str().unwrap(), "--database", &database.url]).await;
    assert!(code == Some(1) && said.contains("--demo") && said.contains("--database"), "{said}");
}
