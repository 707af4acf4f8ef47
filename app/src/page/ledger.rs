//! `/console/ledger`: where the money is, and every transfer that brought it there.

use domain::export::Export;
use domain::id::RoundId;
use domain::ledger::{Account, Chain, Digest, Posting, Reason, hex};
use domain::time::{BeijingDay, Timestamp};
use leptos::prelude::*;

use super::Page;
use super::console::{Place, Who, console};
use super::export::ways;
use super::frame::Frame;
use crate::text::Text;
use crate::widget::field::{Field, Typing};
use crate::widget::moment;

/// A transfer as the page shows it.
#[derive(Clone, Debug)]
pub struct TransferModel {
    /// Its number in the chain.
    pub sequence: i64,
    /// Why.
    pub reason: Reason,
    /// When.
    pub at: Timestamp,
    /// What moved.
    pub postings: Vec<Posting>,
    /// Its hash.
    pub hash: Digest,
}

/// What the page shows.
#[derive(Clone, Debug)]
pub struct LedgerModel {
    /// What time it is.
    pub now: Timestamp,
    /// Accounts by name, with what they hold in fen; a page of them.
    pub accounts: Vec<(String, i64)>,
    /// After which name the next accounts come, if there are more.
    pub more_accounts: Option<String>,
    /// The chains that there are: the campaign's, and one for each round.
    pub rounds: Vec<RoundId>,
    /// The chain that is looked at.
    pub chain: Chain,
    /// The account that is looked for, as it was typed.
    pub account: String,
    /// Whether what was typed is no account.
    pub is_no_account: bool,
    /// The day that is looked for.
    pub day: Option<BeijingDay>,
    /// The transfers, the newest first; a page of them.
    pub transfers: Vec<TransferModel>,
    /// Before which number the next transfers come, if there are more.
    pub more_transfers: Option<i64>,
}

/// The page.
pub fn page(frame: &Frame, who: &Who, model: &LedgerModel) -> Page {
    let text = Text(frame.visitor.language);
    let content = view! {
        <p class="console__lead">{text.ledger_lead()}</p>
        {ways(&[Export::Accounts, Export::Transfers], text)}
        {accounts(model, text)}
        {transfers(model, text)}
    };
    console(frame, who, Place::Ledger, text.console_ledger(), content.into_any())
}

fn accounts(model: &LedgerModel, text: Text) -> AnyView {
    let row = |(name, fen): &(String, i64)| {
        view! {
            <tr data-testid="account">
                <th scope="row"><code>{name.clone()}</code></th>
                <td data-label=text.ledger_what()>
                    {name.parse::<Account>().ok().map(|account| text.account_kind(&account))}
                </td>
                <td data-label=text.ledger_balance() class="register__sum figures">{text.exact_fen(*fen)}</td>
            </tr>
        }
    };
    let rows: Vec<_> = model.accounts.iter().map(row).collect();
    let more = model.more_accounts.as_ref().map(|after| {
        let path = format!("/console/ledger?accounts_after={after}");
        view! { <p class="form__act"><a class="button" href=path>{text.ledger_more_accounts()}</a></p> }
    });
    view! {
        <section class="card" aria-labelledby="accounts">
            <h2 class="card__title" id="accounts">{text.ledger_accounts()}</h2>
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.ledger_account()}</th>
                        <th scope="col">{text.ledger_what()}</th>
                        <th scope="col" class="register__sum">{text.ledger_balance()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </section>
    }
    .into_any()
}

fn transfers(model: &LedgerModel, text: Text) -> AnyView {
    let rows: Vec<_> = model.transfers.iter().map(|it| row(model, it, text)).collect();
    let list = if rows.is_empty() {
        view! { <p class="card__text">{text.ledger_none()}</p> }.into_any()
    } else {
        view! {
            <table class="register">
                <thead>
                    <tr>
                        <th scope="col">{text.ledger_number()}</th>
                        <th scope="col">{text.ledger_when()}</th>
                        <th scope="col">{text.ledger_reason()}</th>
                        <th scope="col">{text.ledger_moved()}</th>
                        <th scope="col">{text.ledger_hash()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    };
    let more = model.more_transfers.map(|before| {
        let path = path(model, before);
        view! { <p class="form__act"><a class="button" href=path>{text.ledger_older()}</a></p> }
    });
    view! {
        <section class="card" aria-labelledby="transfers">
            <h2 class="card__title" id="transfers">{text.ledger_transfers()}</h2>
            {filter(model, text)}
            {list}
            {more}
        </section>
    }
    .into_any()
}

fn filter(model: &LedgerModel, text: Text) -> AnyView {
    let rounds = model.rounds.iter().cloned().map(Chain::Round);
    let chains = std::iter::once(Chain::Campaign).chain(rounds);
    let chains = chains.map(|chain| (chain.to_string(), text.chain(&chain)));
    let chain = model.chain.to_string();
    let chain =
        Field { name: "chain", label: text.ledger_chain(), value: chain, ..Field::default() };
    let account = Field {
        name: "account",
        label: text.ledger_account(),
        value: model.account.clone(),
        error: model.is_no_account.then(|| text.ledger_no_account().to_owned()),
        ..Field::default()
    };
    let day = model.day.map(|day| day.to_string()).unwrap_or_default();
    let day = Field { name: "day", label: text.ledger_day(), value: day, ..Field::default() };
    view! {
        <form class="filter" method="get" action="/console/ledger">
            {chain.choice(None, chains.collect())}
            {account.text(Typing { most: 64, optional: true, ..Typing::default() })}
            {day.day()}
            <button class="button button--accent" type="submit">{text.ledger_look()}</button>
        </form>
    }
    .into_any()
}

fn row(model: &LedgerModel, transfer: &TransferModel, text: Text) -> AnyView {
    let TransferModel { sequence, reason, at, postings, hash } = transfer;
    let posting = |Posting { source, target, amount }: &Posting| {
        let source = source.as_ref().map_or_else(|| "·".to_owned(), ToString::to_string);
        view! {
            <li class="posting">
                <code>{source}</code>" → "<code>{target.to_string()}</code>
                <span class="posting__sum figures">{text.exact_fen(amount.fen())}</span>
            </li>
        }
    };
    let postings: Vec<_> = postings.iter().map(posting).collect();
    view! {
        <tr data-testid="transfer">
            <th scope="row" class="figures">{sequence.to_string()}</th>
            <td data-label=text.ledger_when() class="figures register__brief">
                {moment::time(*at, text.done_at(*at, Some(model.now)))}
            </td>
            <td data-label=text.ledger_reason() class="register__brief">{text.reason(*reason)}</td>
            <td data-label=text.ledger_moved() class="register__wide"><ul>{postings}</ul></td>
            <td data-label=text.ledger_hash()><code class="hash">{short(hash)}</code></td>
        </tr>
    }
    .into_any()
}

/// The page with what is looked for, from that number on.
fn path(model: &LedgerModel, before: i64) -> String {
    let day = model.day.map(|day| day.to_string()).unwrap_or_default();
    let (chain, account) = (&model.chain, &model.account);
    format!("/console/ledger?chain={chain}&account={account}&day={day}&before={before}")
}

/// The first digits of a hash: enough to tell it from another by eye.
pub(super) fn short(hash: &Digest) -> String {
    let mut text = hex(hash);
    text.truncate(12);
    text
}
