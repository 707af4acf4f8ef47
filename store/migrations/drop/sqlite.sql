-- Everything the migrations made, the last first: for the reset of a demonstration.
drop table if exists session_changed;
drop table if exists shown_code;
drop table if exists ledger_posting;
drop table if exists ledger_transfer;
drop table if exists ledger_account;
drop table if exists claim;
drop table if exists session;
drop table if exists consent;
drop table if exists account;
drop table if exists person_identity;
drop table if exists person;
drop table if exists pack;
drop table if exists round;
drop table if exists demo_key;
drop table if exists campaign;
drop table if exists _sqlx_migrations;
