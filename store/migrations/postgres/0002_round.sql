-- Rounds and their packs (R5, R21, R22).

create table round (
    id               text not null primary key,
    position         bigint not null unique check (position >= 0),
    name             text not null,
    opens_at         bigint not null,
    closes_at        bigint not null,
    budget_fen       bigint not null check (budget_fen >= 0),
    limit_per        text not null check (limit_per in ('round', 'pack')),
    refund_policy    text not null
        check (refund_policy in ('full_refund_returns_voucher', 'never')),
    use_order        text not null,
    real_name_level  bigint not null check (real_name_level between 0 and 255),
    audience         text not null,
    paused           bigint not null check (paused in (0, 1)),
    stopped          bigint not null check (stopped in (0, 1)),
    -- Grows with every change but a grant.
    version          bigint not null,
    last_serial      bigint not null check (last_serial >= 0),
    -- The end of the round's chain of transfers (R20).
    chain_sequence   bigint not null check (chain_sequence >= 0),
    chain_hash       bytea not null check (length(chain_hash) = 32),
    check (closes_at > opens_at)
);

create table pack (
    round_id   text not null references round (id),
    id         text not null,
    position   bigint not null check (position >= 0),
    name       text not null,
    stock      bigint not null,
    issued     bigint not null check (issued >= 0),
    held       bigint not null check (held >= 0),
    remaining  bigint not null check (remaining >= 0),
    -- domain::pack::VoucherTerms as JSON.
    content    text not null,
    face_fen   bigint not null check (face_fen > 0),
    primary key (round_id, id),
    unique (round_id, position),
    -- Invariant 1, at every commit.
    check (issued + held + remaining = stock)
);

create trigger pack_keeps_stock before update of stock on pack
for each row
when (new.stock < old.stock)
execute function refuse('stock never shrinks');

create trigger pack_keeps_content before update of round_id, id, content, face_fen on pack
for each row
when (new.round_id <> old.round_id
    or new.id <> old.id
    or new.content <> old.content
    or new.face_fen <> old.face_fen)
execute function refuse('a pack is immutable from approval');

create trigger pack_stays before delete on pack
for each row
execute function refuse('packs are never taken from a round');
