-- What an operator holds of a merchant's money, and who released it (R14, R16, R17).

create table merchant_hold (
    merchant_id   text not null references merchant (id),
    sequence      integer not null check (sequence > 0),
    held_who      text not null,
    held_at       integer not null,
    held_why      text not null check (length(held_why) > 0),
    released_who  text,
    released_at   integer,
    released_why  text check (length(released_why) > 0),
    primary key (merchant_id, sequence),
    check ((released_at is null) = (released_who is null)),
    check ((released_at is null) = (released_why is null)),
    check (released_at >= held_at)
) strict;

-- A merchant's money is held once at a time.
create unique index merchant_hold_open on merchant_hold (merchant_id) where released_at is null;

create trigger merchant_hold_is_only_released before update on merchant_hold
when new.merchant_id <> old.merchant_id
    or new.sequence <> old.sequence
    or new.held_who <> old.held_who
    or new.held_at <> old.held_at
    or new.held_why <> old.held_why
    or old.released_at is not null
begin
    select raise(abort, 'a hold is released once, and nothing else of it changes');
end;

create trigger merchant_hold_stays before delete on merchant_hold
begin
    select raise(abort, 'a hold is never deleted');
end;
