//! What the commands refuse, each with one sentence and without a trace.

use crate::support::process::{Server, run, run_unread, run_with};
use crate::support::{App, Database, OPEN, On};

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/jincheng-2020.toml");

/// Runs a command that must fail with one sentence; gives the sentence.
async fn refused(arguments: &[&str]) -> String {
    let (code, _, said) = run(arguments).await;
    assert_eq!(code, Some(1), "{arguments:?}: {said}");
    assert_eq!(said.trim().lines().count(), 1, "{arguments:?}: one sentence, not {said}");
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_deletes_demonstrations_and_never_a_citys_database() {
    for on in [On::Sqlite, On::Postgres] {
        let city = Database::fresh(on);
        let place = ["--database", city.url.as_str()];
        let reset = [&["demo", "reset"], &place[..]].concat();
        assert_eq!(run(&reset).await.0, Some(0), "in an empty one there is nothing to lose");
        let import = [&["campaign", "import", SHIPPED], &place[..]].concat();
        assert_eq!(run(&import).await.0, Some(0));
        let said = refused(&reset).await;
        assert!(said.contains("nothing was deleted"), "{said}");
        let show = [&["campaign", "show"], &place[..]].concat();
        assert_eq!(run(&show).await.0, Some(0), "the city's campaign is still there");
    }
}

/// The rounds need not fit: the campaign clock may be given.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_with_records_of_its_own_does_not_become_a_demonstration() {
    let city = App::open(On::Sqlite, OPEN).await;
    city.holder(1).await;
    let serve = ["serve", "--demo", "--listen", "127.0.0.1:0", "--clock-offset", "0", "--database"];
    let said = refused(&[&serve[..], &[city.database.url.as_str()]].concat()).await;
    assert!(said.contains("has records"), "{said}");
    assert_eq!(city.hall.store.demo_key().await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demonstration_with_another_campaign_can_be_reset() {
    let database = Database::fresh(On::Sqlite);
    let place = ["--database", database.url.as_str()];
    let file = tempfile::NamedTempFile::new().unwrap();
    let other = std::fs::read_to_string(SHIPPED).unwrap().replacen("12345", "12315", 1);
    std::fs::write(file.path(), other).unwrap();
    let import = [&["campaign", "import", file.path().to_str().unwrap()], &place[..]].concat();
    assert_eq!(run(&import).await.0, Some(0));
    drop(Server::start(&["--demo", "--now", OPEN, place[0], place[1]]).await);
    assert_eq!(run(&[&["demo", "reset"], &place[..]].concat()).await.0, Some(0));
    let said = refused(&[&["campaign", "show"], &place[..]].concat()).await;
    assert!(said.contains("No campaign"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_a_key_makes_no_demonstration_of_a_citys_database() {
    let city = Database::fresh(On::Sqlite);
    let place = ["--database", city.url.as_str()];
    let import = [&["campaign", "import", SHIPPED], &place[..]].concat();
    assert_eq!(run(&import).await.0, Some(0));
    let add = ["staff", "add", "--role", "operator", "--login", "li.ming"];
    let said = refused(&[&add, &place[..]].concat()).await;
    assert!(said.contains("JINQUAN_MASTER_KEYS"), "{said}");
    let store = store::Store::open(&city.url).await.unwrap();
    assert_eq!(store.demo_key().await.unwrap(), None);
    assert!(store.staff(&"li.ming".parse().unwrap()).await.unwrap().is_none());
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_settings_file_counts_for_every_command() {
    let (named, other) = (Database::fresh(On::Sqlite), Database::fresh(On::Sqlite));
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("database = \"{}\"\n", named.url)).unwrap();
    let config = file.path().to_str().unwrap();
    let import = ["campaign", "import", SHIPPED, "--config", config];
    assert_eq!(run(&import).await.0, Some(0));
    let show = ["campaign", "show", "--database", &named.url];
    assert_eq!(run(&show).await.0, Some(0), "the file said where");
    let by_environment = [("JINQUAN_CONFIG", config)];
    let (code, said, _) = run_with(&["campaign", "show"], &by_environment).await;
    assert!(code == Some(0) && said.contains("jincheng"), "{said}");
    let both = [&import[..], &["--database", &other.url]].concat();
    let (code, said, _) = run(&both).await;
    assert!(
        code == Some(0) && said.contains("imported campaign"),
        "the command line first: {said}"
    );
    let configuration = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/risk/shipped.toml");
    let replay = ["risk", "replay", "--config", configuration, "--settings", config];
    assert_eq!(run(&replay).await.0, Some(0));
    let said = refused(&["migrate", "--config", "nothing.toml"]).await;
    assert!(said.contains("--config nothing.toml"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_only_looks_makes_no_database_at_a_mistyped_place() {
    let folder = tempfile::tempdir().unwrap();
    let typo = folder.path().join("srv");
    let url = format!("sqlite:{}", typo.join("typo.db").display());
    let configuration = concat!(env!("CARGO_MANIFEST_DIR"), "/../campaigns/risk/shipped.toml");
    let commands: [&[&str]; 10] = [
        &["ledger", "verify", "--json"],
        &["settlement", "check"],
        &["settlement", "due", "--date", "2020-04-22"],
        &["doctor"],
        &["keys", "status"],
        &["keys", "retire", "--key-version", "1"],
        &["campaign", "show"],
        &["staff", "end", "--login", "li.ming"],
        &["risk", "replay", "--config", configuration],
        &["merchant", "import-dishonest", configuration],
    ];
    for command in commands {
        let said = refused(&[command, &["--database", &url]].concat()).await;
        assert!(said.contains("there is no file"), "{command:?}: {said}");
        assert!(!typo.exists(), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_tables_or_campaign_is_not_in_order() {
    for on in [On::Sqlite, On::Postgres] {
        let database = Database::fresh(on);
        let store = store::Store::open(&database.url).await.unwrap();
        let place = ["--database", database.url.as_str()];
        for checking in [["ledger", "verify"], ["settlement", "check"]] {
            let checking = [&checking, &place[..]].concat();
            let said = refused(&checking).await;
            assert!(said.contains("run jinquan migrate"), "{said}");
            assert!(!store.is_current().await.unwrap(), "looking makes no tables");
        }
        assert_eq!(run(&[&["migrate"], &place[..]].concat()).await.0, Some(0));
        for checking in [["ledger", "verify"], ["settlement", "check"]] {
            let said = refused(&[&checking, &place[..]].concat()).await;
            assert!(said.contains("No campaign was imported"), "{said}");
        }
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_finds_tables_that_are_one_step_behind() {
    for on in [On::Sqlite, On::Postgres] {
        let database = Database::fresh(on);
        let place = ["--database", database.url.as_str()];
        assert_eq!(run(&[&["migrate"], &place[..]].concat()).await.0, Some(0));
        let doctor = [&["doctor"], &place[..]].concat();
        let (_, said, _) = run(&doctor).await;
        assert!(!said.contains("migrate"), "{said}");
        let store = store::Store::open(&database.url).await.unwrap();
        let last = "version = (select max(version) from _sqlx_migrations)";
        let behind = format!("delete from _sqlx_migrations where {last}");
        store::control::run(&store, &behind).await.unwrap();
        store.close().await;
        let (code, said, _) = run(&doctor).await;
        assert!(code == Some(1) && said.contains("run jinquan migrate"), "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_whose_answer_nobody_reads_on_ends_without_a_word_from_inside() {
    let city = Database::fresh(On::Sqlite);
    let place = ["--database", city.url.as_str()];
    assert_eq!(run(&[&["campaign", "import", SHIPPED], &place[..]].concat()).await.0, Some(0));
    for command in [["campaign", "show"], ["ledger", "verify"]] {
        let said = run_unread(&[&command, &place[..]].concat()).await;
        assert_eq!(said, (Some(1), String::new()), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_log_setting_stops_the_start_and_is_named() {
    let database = Database::fresh(On::Sqlite);
    for wrong in [("JINQUAN_LOG", "server=loud"), ("JINQUAN_LOG_FORMAT", "xml")] {
        let serve = ["serve", "--demo", "--database", &database.url];
        let (code, out, said) = run_with(&serve, &[wrong]).await;
        assert_eq!((code, out.as_str()), (Some(1), ""), "{wrong:?}: {said}");
        assert!(said.starts_with(wrong.0) && said.trim().lines().count() == 1, "{said}");
    }
}
