//! What the store promises, on both engines. `JINQUAN_TEST_POSTGRES` names a PostgreSQL in which
//! databases may be made; that it is missing is a failure, never a skip.

#![expect(clippy::unwrap_used, reason = "a test that meets an unexpected value stops there")]

mod audit;
mod cancelled;
mod contract;
mod desk;
mod dishonest;
mod engines;
mod entrance;
mod explain;
mod history;
mod import;
mod laws;
mod me;
mod merchant;
mod one_person;
mod parity;
mod plan;
mod race;
mod redemption;
mod risk;
mod roles;
mod send;
mod settlement;
mod shop;
mod sign_in;
mod silence;
mod staff;
mod till;
mod world;
