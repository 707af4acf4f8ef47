//! The city's past is read back as it was brought, also what it does not state.

use domain::history::{Programme, parse};
use rstest::rstest;
use store::Engine;

use crate::engines::fresh;

const FILE: &str = "programme,record,from,to,issued_fen,redeemed_fen,sales_fen,name_zh_hant,name_zh_hans,name_en,source
a,total,2020-03-01,2020-03-10,1000,,5000,甲,甲,A,source
a,peak,2020-03-01,2020-03-10,,500,,,,,
a,day,2020-03-02,2020-03-02,,200,,,,,
a,day,2020-03-01,2020-03-01,,,900,,,,
b,total,2020-04-01,2020-04-10,,100,,乙,乙,B,source
";

#[rstest]
#[tokio::test]
async fn programmes_are_read_back(#[values(Engine::Sqlite, Engine::Postgres)] engine: Engine) {
    let fresh = fresh(engine).await;
    let programmes = parse(FILE).unwrap();
    let mut tx = fresh.store.begin().await.unwrap();
    store::history::lock(&mut tx).await.unwrap();
    store::history::add(&mut tx, &programmes).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.history().await.unwrap(), programmes);
    let mut tx = fresh.store.begin().await.unwrap();
    store::history::remove(&mut tx, &programmes[0].id).await.unwrap();
    let changed = Programme { issued: None, ..programmes[0].clone() };
    store::history::add(&mut tx, std::slice::from_ref(&changed)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(fresh.store.history().await.unwrap(), [programmes[1].clone(), changed]);
}
