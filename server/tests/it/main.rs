//! The server through its real router, on both engines, with a clock that the test sets; and as real processes where
//! that is the point.

#![expect(clippy::unwrap_used, reason = "a test that meets an unexpected value stops there")]

#[cfg(not(feature = "fail-points"))]
compile_error!(
    "these tests say what risk control says, and end servers: run them with --features server/fail-points"
);

mod access;
mod calendar;
mod campaign_file;
mod capacity;
mod claim;
mod clock;
mod closing;
mod commands;
mod console;
mod doors;
mod due;
mod embed;
mod entrance;
mod gate;
mod held;
mod history;
mod input;
mod large;
mod live;
mod me;
mod measure;
mod memory;
mod merchant;
mod merchant_pages;
mod merchant_place;
mod one_person;
mod openapi;
mod own_account;
mod pages;
mod pos;
mod race;
mod redemption;
mod refund;
mod results;
mod risk;
mod risk_desk;
mod rounds;
mod rounds_running;
mod session;
mod settlement;
mod staff;
mod staff_crowd;
mod start;
mod stop;
mod support;
mod tamper;
mod till;
mod till_code;
mod till_race;
mod trust;
mod weight;
