//! Random campaigns of one to eight rounds: after every step the accounts hold the appropriation, none is below zero,
//! and a round that is closed has nothing left.

use domain::id::RoundId;
use domain::time::{DAY_MS, Timestamp};
use rstest::rstest;
use server::backend::closing::close_due;
use server::demo;

use super::Dice;
use crate::support::bulk::Held;
use crate::support::{App, On};

/// The shipped campaign with as many rounds, one after the other, a day each and a day apart.
fn campaign(rounds: usize, dice: &mut Dice) -> String {
    let (head, round) = demo::CAMPAIGN.split_once("[[rounds]]").unwrap();
    let mut text = head.to_owned();
    for number in 0..rounds {
        let stock = 1 + dice.below(9);
        let opens_at = opens_at(number);
        let round = round
            .replace("id = \"r1\"", &format!("id = \"r{}\"", number + 1))
            .replace("2020-04-22T09:00:00+08:00", &opens_at.to_string())
            .replace("2020-04-29T00:00:00+08:00", &opens_at.plus_millis(DAY_MS).to_string())
            .replace("stock = 60_000", &format!("stock = {stock}"))
            .replace("300_000_000", &format!("{}", stock * 5_000));
        text.push_str("[[rounds]]");
        text.push_str(&round);
    }
    text
}

/// When the round of that number opens, from 0.
fn opens_at(number: usize) -> Timestamp {
    let first: Timestamp = "2020-04-22T09:00:00+08:00".parse().unwrap();
    first.plus_millis(2 * DAY_MS * i64::try_from(number).unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r14_the_accounts_hold_the_appropriation_after_every_step(
    #[values(On::Sqlite, On::Postgres)] on: On,
    #[values(1, 2, 3, 4, 5, 6, 7, 8)] rounds: usize,
) {
    let mut dice = Dice((rounds as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let app = App::with(on, &opens_at(0).to_string(), &campaign(rounds, &mut dice)).await;
    let tills = app.bulk_tills().await;
    let ids: Vec<RoundId> = (1..=rounds).map(|it| format!("r{it}").parse().unwrap()).collect();
    let mut sales = Vec::new();
    for (number, round) in ids.iter().enumerate() {
        app.set_campaign(&opens_at(number).to_string());
        let mut held: Vec<Held> = Vec::new();
        for step in 0..16 {
            match dice.below(4) {
                0 => held.extend(app.bulk_claim(round, step..step + 1 + dice.below(3)).await),
                1 | 2 if !held.is_empty() => {
                    let one = held.swap_remove(dice.below(held.len()));
                    sales.extend(app.bulk_redeem(&tills, &[one]).await);
                }
                // A sale of any round, also of one that is closed.
                3 if !sales.is_empty() => {
                    let one = sales.swap_remove(dice.below(sales.len()));
                    app.bulk_refund(&[one]).await;
                }
                _ => {}
            }
            app.is_whole(&format!("{rounds} rounds, {round}, step {step}"), &ids[..number]).await;
        }
        app.set_campaign(&opens_at(number).plus_millis(DAY_MS).to_string());
        app.close_due().await;
        app.is_whole(&format!("{rounds} rounds, {round} closed"), &ids[..=number]).await;
    }
    app.in_order().await;
}

/// What is wrong with one round keeps the money of no other from going back.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn r15_a_round_that_cannot_be_read_keeps_no_other_from_closing(
    #[values(On::Sqlite, On::Postgres)] on: On,
) {
    let app = App::with(on, &opens_at(0).to_string(), &campaign(2, &mut Dice(1))).await;
    app.side_door("update round set notes = 'broken' where id = 'r1'").await;
    app.set_campaign(&opens_at(1).plus_millis(DAY_MS).to_string());
    close_due(&app.hall.store, &app.hall.clock).await.unwrap_err();
    app.side_door("update round set notes = '[]' where id = 'r1'").await;
    let closed = close_due(&app.hall.store, &app.hall.clock).await.unwrap();
    let closed: Vec<String> = closed.into_iter().map(|(round, _)| round.to_string()).collect();
    assert_eq!(closed, ["r1"], "the other one was closed before");
    app.in_order().await;
}

impl App {
    /// Every fen is somewhere, and nothing is left of the rounds that are closed.
    async fn is_whole(&self, place: &str, closed: &[RoundId]) {
        let accounts = self.hall.store.accounts().await.unwrap();
        let sum: i64 = accounts.iter().map(|(_, fen)| fen).sum();
        assert_eq!(sum, super::APPROPRIATION, "{place}");
        assert!(accounts.iter().all(|(_, fen)| *fen >= 0), "{place}: {accounts:?}");
        for round in closed {
            for account in [format!("stock:{round}"), format!("issued:{round}")] {
                assert_eq!(self.account(&account).await, 0, "{place}: {account}");
            }
        }
    }
}
