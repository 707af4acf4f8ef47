//! The rules of the campaign (`docs/CAMPAIGN.md`), in the order in which they are best read: [`money`], [`time`],
//! [`language`], [`id`], [`identity_number`], [`campaign`] and [`round`] with its [`pack`]s and its
//! [`audience`], the [`plan`] that becomes one, [`claim`] (the decision for a whole batch), [`held`] with [`appeal`],
//! [`consent`], [`voucher`], [`closing`], [`merchant`] with its [`till`]s, [`credit_code`] and [`place`], [`ledger`],
//! [`code`], [`redemption`], [`refund`], [`settlement`], [`risk`], [`results`] with the city's [`history`] and the
//! [`planner`], [`staff`], [`audit`], [`csv`] and [`export`], and [`refusal`], every "no" that a person can be given.
//!
//! Nothing here reads a clock, a random source, a file or a socket: `now` and identifiers are arguments. The
//! countdown in the browser and the gate on the server call the same [`round::Gate::phase`].
//!
//! To add a rule: give it its number from the campaign's rule list in the doc comment, a refusal if it can say no,
//! and a property in `tests/laws/`.

pub mod appeal;
pub mod audience;
pub mod audit;
pub mod campaign;
pub mod claim;
pub mod closing;
pub mod code;
pub mod consent;
pub mod credit_code;
pub mod csv;
pub mod export;
pub mod held;
pub mod history;
pub mod id;
pub mod identity_number;
pub mod language;
pub mod ledger;
pub mod merchant;
pub mod money;
pub mod pack;
pub mod place;
pub mod plan;
pub mod planner;
pub mod redemption;
pub mod refund;
pub mod refusal;
pub mod results;
pub mod risk;
pub mod round;
pub mod settlement;
pub mod staff;
pub mod till;
pub mod time;
mod typed;
pub mod voucher;
