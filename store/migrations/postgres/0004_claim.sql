-- Claims (R1 to R4): one row each; the vouchers follow from it and from the pack.

create table claim (
    id           text not null primary key check (length(id) = 26),
    round_id     text not null,
    pack_id      text not null,
    -- No foreign keys to person and account: the check would lock, and so rewrite, two more rows
    -- for every claim.
    person_id    text not null check (length(person_id) = 26),
    account_id   text not null check (length(account_id) = 26),
    request_key  text not null,
    pack_named   bigint not null check (pack_named in (0, 1)),
    -- What the limit counts by: empty for the round, or the pack.
    limit_key    text not null check (limit_key in ('', pack_id)),
    state        text not null check (state in ('granted', 'held', 'refused')),
    -- What the first answer was, so that a replay can repeat it.
    answered     text not null check (answered in ('granted', 'held')),
    serial       bigint check (serial > 0),
    claimed_at   bigint not null,
    decide_by    bigint,
    decided_at   bigint,
    foreign key (round_id, pack_id) references pack (round_id, id),
    unique (account_id, round_id, request_key),
    check ((state = 'granted') = (serial is not null))
);

-- R1: one claim for each person and limit.
create unique index claim_limit on claim (round_id, person_id, limit_key) where state <> 'refused';
-- R2: serials count the grants of a round, each number once.
create unique index claim_serial on claim (round_id, serial);
create index claim_by_person on claim (person_id);

create trigger claim_stays before delete on claim
for each row
execute function refuse('a claim is never deleted');

create trigger claim_is_not_emptied before truncate on claim
for each statement execute function refuse('a claim is never deleted');

create trigger claim_is_decided_once before update on claim
for each row
when (old.state <> 'held'
    or new.state = 'held'
    or new.id <> old.id
    or new.round_id <> old.round_id
    or new.pack_id <> old.pack_id
    or new.person_id <> old.person_id
    or new.account_id <> old.account_id
    or new.request_key <> old.request_key
    or new.pack_named <> old.pack_named
    or new.limit_key <> old.limit_key
    or new.answered <> old.answered
    or new.claimed_at <> old.claimed_at
    or new.decide_by is distinct from old.decide_by
    or new.decided_at is null)
execute function refuse('a claim changes once, when a held one is decided');
