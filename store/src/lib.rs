//! All SQL of the product, once, for SQLite and PostgreSQL. No other crate knows sqlx.
//!
//! [`Store`] is opened once and shared. One subject has one file, named as in `domain`:
//! [`campaign`], [`round`], [`plan`], [`person`], [`consent`], [`identity_key`], [`me`], [`session`], [`claim`],
//! [`held`], [`appeal`], [`closing`], [`redemption`], [`refund`], [`settlement`], [`risk`], [`ledger`], [`code`],
//! [`merchant`], [`till`], [`dishonest`], [`staff`], [`audit`], [`entrance`], [`history`], [`results`]. A statement is
//! visible text beside the function that runs it and is the same for both engines; one that must differ is a named
//! `Sql { sqlite, postgres }` pair.
//!
//! To add a statement: write it with `$1`, `$2`, times and money as `i64`, sets as one JSON text
//! (`json_rows!`); bind owned values; let the schema repeat the law in both folders of
//! `migrations/`; and test it on both engines in `tests/it`.

pub mod appeal;
pub mod audit;
pub mod campaign;
pub mod claim;
pub mod closing;
pub mod code;
pub mod consent;
#[cfg(feature = "negative-control")]
pub mod control;
mod db;
pub mod dishonest;
pub mod entrance;
mod error;
mod health;
pub mod held;
pub mod history;
pub mod identity_key;
pub mod ledger;
pub mod me;
pub mod merchant;
mod open;
pub mod person;
pub mod plan;
pub mod redemption;
pub mod refund;
pub mod results;
pub mod risk;
pub mod round;
pub mod session;
pub mod settlement;
pub mod staff;
mod text;
pub mod till;

pub use db::{Engine, PURGE_MAX, Tx};
pub use error::{EngineError, Error};
pub use health::PoolUse;
pub use open::Store;
