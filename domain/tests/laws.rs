//! The laws of the domain as properties, a law each, named after the rule that it holds to (CAMPAIGN 2). A property
//! fails when the guard that it names is taken out of `src`; the figures of the press report are in `table.rs`.
//!
//! To add a law: the file of its subject below `laws/`, with the rule's number in the name of the property.

#[path = "laws/any.rs"]
mod any;
#[path = "laws/audit.rs"]
mod audit;
#[path = "laws/claim.rs"]
mod claim;
#[path = "laws/code.rs"]
mod code;
#[path = "laws/credit_code.rs"]
mod credit_code;
#[path = "laws/held.rs"]
mod held;
#[path = "laws/history.rs"]
mod history;
#[path = "laws/id.rs"]
mod id;
#[path = "laws/identity_number.rs"]
mod identity_number;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/merchant.rs"]
mod merchant;
#[path = "laws/model.rs"]
mod model;
#[path = "laws/money.rs"]
mod money;
#[path = "laws/pack.rs"]
mod pack;
#[path = "laws/place.rs"]
mod place;
#[path = "laws/plan.rs"]
mod plan;
#[path = "laws/planner.rs"]
mod planner;
#[path = "laws/redemption.rs"]
mod redemption;
#[path = "laws/refund.rs"]
mod refund;
#[path = "laws/refusal.rs"]
mod refusal;
#[path = "laws/replay.rs"]
mod replay;
#[path = "laws/results.rs"]
mod results;
#[path = "laws/risk.rs"]
mod risk;
#[path = "laws/round.rs"]
mod round;
#[path = "laws/scene.rs"]
mod scene;
#[path = "laws/settlement.rs"]
mod settlement;
#[path = "laws/staff.rs"]
mod staff;
#[path = "laws/till_scene.rs"]
mod till_scene;
#[path = "laws/time.rs"]
mod time;
#[path = "laws/voucher.rs"]
mod voucher;
