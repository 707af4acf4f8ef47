-- Rounds and their packs (R5, R21, R22).

create table round (
    id               text not null primary key,
    position         integer not null unique check (position >= 0),
    name             text not null,
    opens_at         integer not null,
    closes_at        integer not null,
    budget_fen       integer not null check (budget_fen >= 0),
    limit_per        text not null check (limit_per in ('round', 'pack')),
    refund_policy    text not null
        check (refund_policy in ('full_refund_returns_voucher', 'never')),
    use_order        text not null,
    real_name_level  integer not null check (real_name_level between 0 and 255),
    audience         text not null,
    paused           integer not null check (paused in (0, 1)),
    stopped          integer not null check (stopped in (0, 1)),
    -- Grows with every change but a grant.
    version          integer not null,
    last_serial      integer not null check (last_serial >= 0),
    -- The end of the round's chain of transfers (R20).
    chain_sequence   integer not null check (chain_sequence >= 0),
    chain_hash       blob not null check (length(chain_hash) = 32),
    check (closes_at > opens_at)
) strict;

create table pack (
    round_id   text not null references round (id),
    id         text not null,
    position   integer not null check (position >= 0),
    name       text not null,
    stock      integer not null,
    issued     integer not null check (issued >= 0),
    held       integer not null check (held >= 0),
    remaining  integer not null check (remaining >= 0),
    -- domain::pack::VoucherTerms as JSON.
    content    text not null,
    face_fen   integer not null check (face_fen > 0),
    primary key (round_id, id),
    unique (round_id, position),
    -- Invariant 1, at every commit.
    check (issued + held + remaining = stock)
) strict;

create trigger pack_keeps_stock before update of stock on pack
when new.stock < old.stock
begin
    select raise(abort, 'stock never shrinks');
end;

create trigger pack_keeps_content before update of round_id, id, content, face_fen on pack
when new.round_id <> old.round_id
    or new.id <> old.id
    or new.content <> old.content
    or new.face_fen <> old.face_fen
begin
    select raise(abort, 'a pack is immutable from approval');
end;

create trigger pack_stays before delete on pack
begin
    select raise(abort, 'packs are never taken from a round');
end;
