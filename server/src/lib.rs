//! The server: a use case decides with `domain`, then writes with `store`, in one transaction that begins and ends in
//! `backend/` or in the lane. Three doors lead in: `page/` for people, `act` for their forms and islands, `api/` for
//! machines; [`hall`] is what all of them stand in. The code map of `docs/ARCHITECTURE.md` says what each room is for.
//!
//! To add a use case: its file in `backend/`, one line in each door, and a test that goes through the router.

pub mod act;
pub mod admin;
pub mod api;
pub mod asset;
pub mod backend;
pub mod board;
pub mod body;
pub mod campaign_file;
pub mod chance;
pub mod clock;
pub mod command;
pub mod counter;
pub mod demo;
pub mod embed;
pub mod encoding;
pub mod entrance;
pub mod fault;
pub mod gate;
pub mod guard;
pub mod hall;
pub mod key;
pub mod lane;
pub mod ledger;
pub mod limit;
pub mod listen;
pub mod live;
pub mod log;
pub mod measure;
pub mod memory;
pub mod named;
pub mod page;
pub mod password;
pub mod policy;
pub mod request_id;
pub mod results;
pub mod router;
pub mod screen;
pub mod session;
pub mod setting;
pub mod staff;
pub mod start;
pub mod totp;
pub mod upkeep;
