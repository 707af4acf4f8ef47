//! A ledger of many transfers, written past the product as the product would have written it: that verification streams
//! it, and that the files of it cost no memory. A million of each:
//! `TEST_LEDGER_ROWS=1000000 cargo test -p server --test it large -- --nocapture`.

use std::fmt::Write as _;

use domain::claim::{Choice, Claim, ClaimState};
use domain::id::{AccountId, ClaimId, MerchantId, PersonId, RedemptionId, TillId, VoucherId};
use domain::ledger::{Account, Chain, Link, Posting, Reason, Transfer};
use domain::money::Amount;
use domain::redemption::{Price, Redemption, Scene, desk};
use domain::till::Actor;
use domain::time::Timestamp;
use futures::StreamExt as _;
use rstest::rstest;
use server::campaign_file::seal;
use server::key::hex;
use store::ledger::SealedTransfer;

use crate::support::{App, OPEN, On, size};

/// How many redemptions one transfer settles.
const SALES: usize = 10;
/// How many rows one statement writes.
const ROWS: usize = 500;

fn fen(fen: i64) -> Amount {
    Amount::from_fen(fen).unwrap()
}

/// A campaign with so many packs of ¥50, and the money for them.
fn campaign(packs: usize) -> String {
    let (stock, budget) = (packs + 1_000, (packs + 1_000) * 5_000);
    server::demo::CAMPAIGN
        .replace("appropriation_fen = 1_500_000_000", &format!("appropriation_fen = {budget}"))
        .replace("budget_fen = 300_000_000", &format!("budget_fen = {budget}"))
        .replace("stock = 60_000", &format!("stock = {stock}"))
}

/// Rows of a table that wait to be written.
struct Rows<'a> {
    app: &'a App,
    tables: Vec<(&'static str, Vec<String>)>,
}

impl Rows<'_> {
    /// Adds a row; tables are written in the order in which they were first named.
    fn add(&mut self, table: &'static str, row: String) {
        match self.tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, rows)) => rows.push(row),
            None => self.tables.push((table, vec![row])),
        }
    }

    async fn write(&mut self) {
        let mut text = String::from("begin;");
        for (table, rows) in &mut self.tables {
            for part in rows.chunks(ROWS) {
                let _ = write!(text, "insert into {table} values {};", part.join(","));
            }
            rows.clear();
        }
        text.push_str("commit;");
        self.app.side_door(&text).await;
    }

    fn transfer(&mut self, on: On, sealed: &SealedTransfer) {
        let SealedTransfer { transfer, hash } = sealed;
        let (chain, sequence, at) = (&transfer.chain, transfer.sequence, transfer.at.millis());
        let bytes = |digest: &[u8; 32]| match on {
            On::Sqlite => format!("x'{}'", hex(digest)),
            On::Postgres => format!("'\\x{}'", hex(digest)),
        };
        let (digest, previous) = (bytes(&transfer.digest), bytes(&transfer.previous));
        let reason = transfer.reason.code();
        let hash = bytes(hash);
        self.add(
            "ledger_transfer",
            format!("('{chain}',{sequence},'{reason}',{at},{digest},{previous},{hash})"),
        );
        for (position, Posting { source, target, amount }) in transfer.postings.iter().enumerate() {
            let source = source.as_ref().unwrap();
            let row =
                format!("('{chain}',{sequence},{position},'{source}','{target}',{})", amount.fen());
            self.add("ledger_posting", row);
        }
    }
}

/// Writes `count` grants of a pack each, a transfer for each, and a redemption of each pack's first voucher, ten to a
/// transfer.
async fn fill(app: &App, on: On, count: usize) {
    let round: domain::id::RoundId = "r1".parse().unwrap();
    let chain = Chain::Round(round.clone());
    let (merchant, till) = app.with_shop(0).await;
    let at = app.hall.clock.campaign();
    let rounds = store::ledger::facts(&mut app.hall.store.snapshot().await.unwrap()).await.unwrap();
    let mut link = rounds.rounds[0].link;
    let payable = Account::Payable(merchant);
    app.side_door(&format!("insert into ledger_account values ('{payable}', 0)")).await;
    let mut rows = Rows { app, tables: Vec::new() };
    let mut claims = Vec::with_capacity(SALES);
    for number in 1..=count {
        let claim = claim(&round, number, at);
        let digest = server::lane::claim::digest_of(std::slice::from_ref(&claim));
        let grant = seal(Transfer::grant(at, &round, fen(5_000), digest, link));
        link = Link { sequence: grant.transfer.sequence, hash: grant.hash };
        let Claim { id, person, account, key, .. } = &claim;
        rows.add(
            "claim",
            format!(
                "('{id}','r1','{}','{person}','{account}','{}',0,'','granted','granted',{number},{},null,null)",
                claim.choice.pack,
                key.as_str(),
                at.millis()
            ),
        );
        rows.transfer(on, &grant);
        claims.push(claim);
        if claims.len() == SALES || number == count {
            let sales: Vec<Redemption> =
                claims.drain(..).map(|claim| sale(&claim, Actor { till, merchant }, at)).collect();
            let postings = desk::postings(&round, sales.iter().map(|it| (merchant, &it.price)));
            let digest = server::lane::redemption::digest_of(&sales);
            let (reason, chain) = (Reason::Redemption, chain.clone());
            let settled = Transfer::batch(reason, chain, at, postings.unwrap(), digest, link);
            let settled = seal(settled);
            link = Link { sequence: settled.transfer.sequence, hash: settled.hash };
            for it in &sales {
                rows.add("redemption", row(it, link.sequence));
            }
            rows.transfer(on, &settled);
        }
        // Few enough that even a busy machine does not call the statement slow, and write it into the log.
        if number % ROWS == 0 || number == count {
            rows.write().await;
        }
    }
    let (granted, redeemed) = (count * 5_000, count * 1_000);
    let end = match on {
        On::Sqlite => format!("x'{}'", hex(&link.hash)),
        On::Postgres => format!("'\\x{}'", hex(&link.hash)),
    };
    app.side_door(&format!(
        "update pack set issued = {count}, remaining = stock - {count};
         update round set last_serial = {count}, chain_sequence = {}, chain_hash = {end};
         update ledger_account set balance_fen = balance_fen - {granted} where name = 'stock:r1';
         update ledger_account set balance_fen = {granted} - {redeemed} where name = 'issued:r1';
         update ledger_account set balance_fen = {redeemed} where name = '{payable}';",
        link.sequence
    ))
    .await;
}

fn claim(round: &domain::id::RoundId, number: usize, at: Timestamp) -> Claim {
    let bits = number as u128;
    Claim {
        id: ClaimId::mint(5, bits),
        round: round.clone(),
        person: PersonId::mint(6, bits),
        account: AccountId::mint(7, bits),
        key: format!("k{number}").parse().unwrap(),
        choice: Choice { pack: "pack".parse().unwrap(), named: false },
        serial: Some(u32::try_from(number).unwrap()),
        state: ClaimState::Granted,
        claimed_at: at,
        decide_by: None,
        decided_at: None,
    }
}

fn sale(claim: &Claim, actor: Actor, at: Timestamp) -> Redemption {
    let bits = u128::from(claim.serial.unwrap());
    Redemption {
        id: RedemptionId::mint(8, bits),
        voucher: VoucherId { claim: claim.id, slot: 1 },
        round: claim.round.clone(),
        person: claim.person,
        holder: "王*".to_owned(),
        actor,
        key: claim.key.clone(),
        body: [1; 32],
        price: Price {
            order: fen(5_000),
            merchant_coupon: fen(0),
            voucher: fen(1_000),
            rest: fen(0),
            to_pay: fen(4_000),
        },
        scene: Scene::InStore,
        position: None,
        reference: None,
        redeemed_at: at,
        refunded: fen(0),
        undone: false,
        voucher_returned: false,
    }
}

fn row(it: &Redemption, sequence: i64) -> String {
    let (id, claim, person, key) = (it.id, it.voucher.claim, it.person, it.key.as_str());
    let Actor { till, merchant }: Actor = it.actor;
    let (till, merchant): (TillId, MerchantId) = (till, merchant);
    let (holder, body, at) = (&it.holder, hex(&it.body), it.redeemed_at);
    let day = at.beijing_day().number();
    format!(
        "('{id}','{claim}',1,'r1','{person}','{holder}','{merchant}','{till}','{key}','{body}',5000,0,1000,0,4000,\
         'in_store',null,null,null,{},{day},{sequence},0,0,0)",
        at.millis()
    )
}

/// A figure of this process, in KiB.
fn memory_kib(name: &str) -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// Takes a file as a browser does, and lets go of what it has read. Gives lines, the last of them, and by how many KiB
/// the process grew at most.
async fn take(app: &App, name: &str, cookie: &str) -> (usize, String, u64) {
    // Begins a new highest figure.
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory_kib("VmRSS");
    let request = http::Request::get(format!("/console/exports/{name}.csv"));
    let request = request.header("cookie", cookie).body(axum::body::Body::empty()).unwrap();
    let mut body = app.raw(request).await.into_body().into_data_stream();
    let (mut lines, mut tail) = (0, Vec::new());
    while let Some(part) = body.next().await {
        let part = part.unwrap();
        lines += std::str::from_utf8(&part).unwrap().matches('\n').count();
        tail = part.to_vec();
    }
    let last = String::from_utf8(tail).unwrap().lines().last().unwrap().to_owned();
    (lines, last, memory_kib("VmHWM").saturating_sub(before))
}

/// Verifies and exports a ledger with `count` grants and `count` redemptions, and says what it took.
#[expect(clippy::print_stdout, reason = "what a measurement prints is its result")]
async fn verify_and_take(on: On, count: usize) {
    let app = App::with(on, OPEN, &campaign(count)).await;
    app.with_staff().await;
    fill(&app, on, count).await;
    let now = app.hall.clock.campaign();
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let (before, began) = (memory_kib("VmRSS"), tokio::time::Instant::now());
    let mut told = 0;
    let report = server::ledger::verify(&app.hall.store, now, |_| told += 1).await.unwrap();
    let (took, grew) = (began.elapsed(), memory_kib("VmHWM").saturating_sub(before));
    assert!(report.ok, "{:#?}", report.problems);
    let transfers = count + count.div_ceil(SALES) + 2;
    println!(
        "{on:?}: {transfers} transfers verified in {took:?}, {told} times told, {grew} KiB more"
    );
    assert!(told >= transfers / 1_000 && grew < 65_536, "{told}, {grew} KiB");
    let auditor = app.at_console(domain::staff::Role::Auditor).await;
    let began = tokio::time::Instant::now();
    let (lines, last, grew) = take(&app, "redemptions", &auditor).await;
    println!("{on:?}: {lines} lines of redemptions in {:?}, {grew} KiB more", began.elapsed());
    assert_eq!(lines, count + 2, "{last}");
    let payable = report.accounts.iter().find(|it| it.name.starts_with("payable:")).unwrap();
    assert_eq!(last.split(',').nth(10).unwrap(), payable.balance_fen.to_string(), "{last}");
    assert!(grew < 32_768, "{grew} KiB");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_of_many_pages_costs_no_more_memory(#[values(On::Sqlite, On::Postgres)] on: On) {
    // How many grants and redemptions: a few pages of them.
    verify_and_take(on, size("TEST_LEDGER_ROWS", 5_000)).await;
}
