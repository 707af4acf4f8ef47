-- Digits of voucher codes that were shown; they are live until live_until.

create table shown_code (
    digits      text not null primary key check (length(digits) = 12),
    claim_id    text not null check (length(claim_id) = 26),
    slot        integer not null check (slot between 1 and 255),
    step        integer not null,
    live_until  integer not null,
    unique (claim_id, slot, step)
) strict;

create index shown_code_by_live_until on shown_code (live_until);
