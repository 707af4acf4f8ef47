-- Redemptions, refunds and settlements (R7 to R14), and wrong digits that were typed.

create table redemption (
    id                   text not null primary key check (length(id) = 26),
    claim_id             text not null references claim (id),
    slot                 bigint not null check (slot between 1 and 255),
    round_id             text not null references round (id),
    person_id            text not null check (length(person_id) = 26),
    -- The holder's name as the cashier saw it.
    holder               text not null,
    merchant_id          text not null,
    till_id              text not null,
    request_key          text not null,
    -- The SHA-256 of what was asked, in hexadecimal.
    body                 text not null check (length(body) = 64),
    order_fen            bigint not null,
    merchant_coupon_fen  bigint not null check (merchant_coupon_fen >= 0),
    voucher_fen          bigint not null check (voucher_fen > 0),
    -- The rest of the face, which went back to the pool.
    rest_fen             bigint not null check (rest_fen >= 0),
    to_pay_fen           bigint not null check (to_pay_fen >= 0),
    scene                text not null check (scene in ('in_store', 'online')),
    latitude             bigint check (latitude between -90000000 and 90000000),
    longitude            bigint check (longitude between -180000000 and 180000000),
    reference            text,
    redeemed_at          bigint not null,
    -- The Beijing day, counted from 1970-01-01.
    day                  bigint not null,
    -- The transfer of the round's chain that moved its money.
    sequence             bigint not null check (sequence > 0),
    refunded_fen         bigint not null,
    -- The whole sale was refunded at once.
    undone               bigint not null check (undone in (0, 1)),
    voucher_returned     bigint not null check (voucher_returned in (0, 1)),
    foreign key (merchant_id, till_id) references till (merchant_id, id),
    unique (till_id, request_key),
    check (order_fen = merchant_coupon_fen + voucher_fen + to_pay_fen),
    check (day = (redeemed_at + 28800000) / 86400000),
    check (refunded_fen between 0 and to_pay_fen),
    check (undone = 0 or refunded_fen = to_pay_fen),
    check (voucher_returned <= undone),
    check ((latitude is null) = (longitude is null))
);

-- A voucher is used once, unless it went back to its holder (R13).
create unique index redemption_voucher on redemption (claim_id, slot) where voucher_returned = 0;
-- R8: one for each person, merchant and Beijing day; a full refund frees the day.
create unique index redemption_day on redemption (person_id, merchant_id, day) where undone = 0;
create index redemption_by_merchant on redemption (merchant_id, day, id);
create index redemption_by_transfer on redemption (round_id, sequence, id);

create table refund (
    id                text not null primary key check (length(id) = 26),
    redemption_id     text not null references redemption (id),
    round_id          text not null,
    merchant_id       text not null,
    till_id           text not null,
    request_key       text not null,
    -- How much of what was paid.
    order_refund_fen  bigint not null check (order_refund_fen >= 0),
    undone            bigint not null check (undone in (0, 1)),
    voucher_returned  bigint not null check (voucher_returned in (0, 1)),
    -- What the merchant is no longer owed, how much of it was paid already, and what the pool gave.
    voucher_fen       bigint not null,
    from_paid_fen     bigint not null,
    from_pool_fen     bigint not null check (from_pool_fen >= 0),
    refunded_at       bigint not null,
    day               bigint not null,
    -- The transfer of the round's chain; none for a partial refund, which moves nothing.
    sequence          bigint check (sequence > 0),
    foreign key (merchant_id, till_id) references till (merchant_id, id),
    unique (till_id, redemption_id, request_key),
    check (day = (refunded_at + 28800000) / 86400000),
    check ((undone = 1) = (voucher_fen > 0)),
    check ((undone = 1) = (sequence is not null)),
    check (from_paid_fen between 0 and voucher_fen),
    check (voucher_returned <= undone),
    check (from_pool_fen = 0 or voucher_returned = 1)
);

-- A sale is undone once.
create unique index refund_undoes on refund (redemption_id) where undone = 1;
create index refund_by_redemption on refund (redemption_id);
create index refund_by_merchant on refund (merchant_id, day, id);
create index refund_by_transfer on refund (round_id, sequence, id);

create table settlement (
    merchant_id     text not null references merchant (id),
    day             bigint not null,
    payout_fen      bigint not null check (payout_fen > 0),
    -- How much moved from payable to paid: as far as redemptions stand behind what the bank has paid in all,
    -- so it may be more than this payment where an earlier one was larger than what it stood for.
    moved_fen       bigint not null check (moved_fen >= 0),
    bank_reference  text not null check (length(bank_reference) between 1 and 64),
    -- The SHA-256 of the day's file, in hexadecimal.
    file_hash       text not null check (length(file_hash) = 64),
    recorded_at     bigint not null,
    -- The transfer of the campaign's chain; none where nothing moved.
    sequence        bigint check (sequence > 0),
    primary key (merchant_id, day),
    check ((sequence is null) = (moved_fen = 0))
);

create table wrong_digits (
    merchant_id  text not null,
    day          bigint not null,
    tries        bigint not null check (tries between 1 and 120),
    primary key (merchant_id, day)
);

create trigger redemption_stays before delete on redemption
for each row execute function refuse('a redemption is never deleted');

create trigger redemption_is_not_emptied before truncate on redemption
for each statement execute function refuse('a redemption is never deleted');

create trigger redemption_is_only_refunded before update on redemption
for each row
when (new.id <> old.id
    or new.claim_id <> old.claim_id
    or new.slot <> old.slot
    or new.round_id <> old.round_id
    or new.person_id <> old.person_id
    or new.holder <> old.holder
    or new.merchant_id <> old.merchant_id
    or new.till_id <> old.till_id
    or new.request_key <> old.request_key
    or new.body <> old.body
    or new.order_fen <> old.order_fen
    or new.merchant_coupon_fen <> old.merchant_coupon_fen
    or new.voucher_fen <> old.voucher_fen
    or new.rest_fen <> old.rest_fen
    or new.to_pay_fen <> old.to_pay_fen
    or new.scene <> old.scene
    or new.latitude is distinct from old.latitude
    or new.longitude is distinct from old.longitude
    or new.reference is distinct from old.reference
    or new.redeemed_at <> old.redeemed_at
    or new.day <> old.day
    or new.sequence <> old.sequence
    or new.refunded_fen < old.refunded_fen
    or old.undone = 1)
execute function refuse('of a redemption only what is refunded changes, and only upwards');

create trigger refund_is_not_changed before update or delete on refund
for each row execute function refuse('a refund is written once');

create trigger refund_is_not_emptied before truncate on refund
for each statement execute function refuse('a refund is written once');

create trigger settlement_is_not_changed before update or delete on settlement
for each row execute function refuse('a settlement is written once');

create trigger settlement_is_not_emptied before truncate on settlement
for each statement execute function refuse('a settlement is written once');
