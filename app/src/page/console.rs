//! `/console`: the frame of the city's own pages, with the ways that the role may go.

use domain::export::Export;
use domain::staff::{Login, Permit, Role};
use leptos::prelude::*;

use super::frame::Frame;
use super::{Page, Shape};
use crate::text::Text;

/// Who works at the console.
#[derive(Clone, Debug)]
pub struct Who {
    /// What they sign in with.
    pub login: Login,
    /// What they are here for.
    pub role: Role,
}

/// The places of the console, in the order in which they are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// `/console`.
    Home,
    /// `/console/dashboard`.
    Dashboard,
    /// `/console/rounds`.
    Rounds,
    /// `/console/planner`.
    Planner,
    /// `/console/merchants`.
    Merchants,
    /// `/console/risk`.
    Risk,
    /// `/console/ledger`.
    Ledger,
    /// `/console/exports`.
    Exports,
    /// `/console/audit`.
    Audit,
    /// `/console/staff`.
    Staff,
}

impl Place {
    /// Every place: a line each, so that a new one is a line as well.
    const ALL: &[Self] = &[
        Self::Home,
        Self::Dashboard,
        Self::Rounds,
        Self::Planner,
        Self::Merchants,
        Self::Risk,
        Self::Ledger,
        Self::Exports,
        Self::Audit,
        Self::Staff,
    ];

    /// Where it is.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Home => "/console",
            Self::Dashboard => "/console/dashboard",
            Self::Rounds => "/console/rounds",
            Self::Planner => "/console/planner",
            Self::Merchants => "/console/merchants",
            Self::Risk => "/console/risk",
            Self::Ledger => "/console/ledger",
            Self::Exports => "/console/exports",
            Self::Audit => "/console/audit",
            Self::Staff => "/console/staff",
        }
    }

    /// Whether a role may come here.
    fn is_open_to(self, role: Role) -> bool {
        match self {
            Self::Home => true,
            // Sums alone: what /results tells everybody, and where the money is.
            Self::Dashboard | Self::Ledger => role.may(Permit::ReadMoney),
            Self::Rounds | Self::Planner => role.may(Permit::ReadRounds),
            Self::Merchants => role.may(Permit::ReadMerchants),
            Self::Risk => role.may(Permit::ReadRisk),
            Self::Exports => Export::open_to(role).next().is_some(),
            Self::Audit => role.may(Permit::ReadAudit),
            Self::Staff => role.may(Permit::ManageStaff),
        }
    }

    const fn name(self, text: Text) -> &'static str {
        match self {
            Self::Home => text.console_home(),
            Self::Dashboard => text.console_dashboard(),
            Self::Rounds => text.console_rounds(),
            Self::Planner => text.planner(),
            Self::Merchants => text.console_merchants(),
            Self::Risk => text.risk_desk(),
            Self::Ledger => text.console_ledger(),
            Self::Exports => text.console_exports(),
            Self::Audit => text.console_audit(),
            Self::Staff => text.console_staff(),
        }
    }

    /// What is found there, for the overview.
    const fn words(self, text: Text) -> &'static str {
        match self {
            Self::Home => "",
            Self::Dashboard => text.console_dashboard_text(),
            Self::Rounds => text.console_rounds_text(),
            Self::Planner => text.planner_text(),
            Self::Merchants => text.console_merchants_text(),
            Self::Risk => text.risk_desk_text(),
            Self::Ledger => text.console_ledger_text(),
            Self::Exports => text.console_exports_text(),
            Self::Audit => text.console_audit_text(),
            Self::Staff => text.console_staff_text(),
        }
    }
}

/// A page of the console: `content` with the navigation around it. `title` is its heading, which `content` lacks.
pub fn console(frame: &Frame, who: &Who, here: Place, title: &str, content: AnyView) -> Page {
    let text = Text(frame.visitor.language);
    around(text, who, Some(ways(text, who, Some(here))), title, content)
}

/// The page of one's own account, to which the name leads. Whoever may go nowhere else sees no other way.
pub fn own(frame: &Frame, who: &Who, is_free: bool, title: &str, content: AnyView) -> Page {
    let text = Text(frame.visitor.language);
    let ways = is_free.then(|| ways(text, who, None));
    around(text, who, ways, title, content)
}

/// The ways that the role may go.
fn ways(text: Text, who: &Who, here: Option<Place>) -> AnyView {
    let way = |place: Place| {
        let current = (Some(place) == here).then_some("page");
        view! {
            <li>
                <a class="console__way" href=place.path() aria-current=current>{place.name(text)}</a>
            </li>
        }
    };
    let open = Place::ALL.iter().copied().filter(|place| place.is_open_to(who.role));
    let ways: Vec<_> = open.map(way).collect();
    view! {
        <nav aria-label=text.console_title()>
            <ul class="console__ways">{ways}</ul>
        </nav>
    }
    .into_any()
}

fn around(text: Text, who: &Who, ways: Option<AnyView>, title: &str, content: AnyView) -> Page {
    let main = view! {
        <div class="wrap console">
            <div class="console__bar">
                {ways}
                <form class="console__who" method="post" action="/console/sign-out">
                    <a class="console__name" href="/console/account">
                        <b>{text.role(who.role)}</b>
                        <span class="console__login">{who.login.to_string()}</span>
                        <span class="visually-hidden">" "{text.own_account()}</span>
                    </a>
                    <button class="button" type="submit">{text.sign_out()}</button>
                </form>
            </div>
            <h1 class="console__title">{title.to_owned()}</h1>
            {content}
        </div>
    };
    Page {
        title: title.to_owned(),
        refresh_after_s: None,
        shape: Shape::Console,
        main: main.into_any(),
    }
}

/// What a role finds here, and what it may do.
pub fn home(frame: &Frame, who: &Who) -> Page {
    let text = Text(frame.visitor.language);
    let card = |place: Place| {
        view! {
            <li class="tile">
                <h2 class="tile__title">
                    <a class="tile__link" href=place.path()>{place.name(text)}</a>
                </h2>
                <p class="tile__text">{place.words(text)}</p>
            </li>
        }
    };
    let places = Place::ALL.iter().copied().skip(1).filter(|place| place.is_open_to(who.role));
    let cards: Vec<_> = places.map(card).collect();
    let nothing = cards.is_empty().then(|| {
        view! { <p class="card card__text">{text.console_nothing()}</p> }
    });
    let content = view! {
        <p class="console__lead">{text.role_text(who.role)}</p>
        <ul class="console__cards console__cards--ways">{cards}</ul>
        {nothing}
    };
    console(frame, who, Place::Home, text.console_home(), content.into_any())
}
