-- What the risk desk decides of held claims (R19), and what persons say against it.

-- How many packs of held claims came back: what a server remembers of another count is void.
alter table round add column returned integer not null default 0 check (returned >= 0);

-- What waits for a decision, by its deadline; and everything that ever waited.
create index claim_held on claim (decide_by, id) where state = 'held';
create index claim_was_held on claim (id) where answered = 'held';

create table risk_decision (
    claim_id  text not null primary key references claim (id),
    ruling    text not null check (ruling in ('grant', 'refuse')),
    who       text not null,
    at        integer not null,
    why       text not null check (length(why) > 0)
) strict;

create trigger risk_decision_is_written_once before update on risk_decision
begin
    select raise(abort, 'a decision is written once');
end;

create trigger risk_decision_stays before delete on risk_decision
begin
    select raise(abort, 'a decision is written once');
end;

create table appeal (
    id           text not null primary key check (length(id) = 26),
    -- No foreign key to person: who is gone leaves the identifier alone.
    person_id    text not null check (length(person_id) = 26),
    round_id     text not null references round (id),
    -- The claim that was held or refused; none where the person was refused before there was one.
    claim_id     text references claim (id),
    -- What the person says; empty once it is no longer kept.
    words        text not null check (length(words) <= 1000),
    filed_at     integer not null,
    state        text not null check (state in ('open', 'upheld', 'dismissed')),
    decided_who  text,
    decided_at   integer,
    decided_why  text check (length(decided_why) > 0),
    check ((state = 'open') = (decided_who is null)),
    check ((state = 'open') = (decided_at is null)),
    check ((state = 'open') = (decided_why is null))
) strict;

-- One at a time of each person and round; then all of a person, and those that wait.
create unique index appeal_open on appeal (person_id, round_id) where state = 'open';
create index appeal_by_person on appeal (person_id, filed_at);
create index appeal_by_state on appeal (state, filed_at, id);

create trigger appeal_is_decided_once before update on appeal
when new.id <> old.id
    or new.person_id <> old.person_id
    or new.round_id <> old.round_id
    or new.claim_id is distinct from old.claim_id
    or new.filed_at <> old.filed_at
    or (new.words <> old.words and new.words <> '')
    or (old.state <> 'open' and (new.state <> old.state
        or new.decided_who <> old.decided_who
        or new.decided_at <> old.decided_at
        or new.decided_why <> old.decided_why))
begin
    select raise(abort, 'an appeal is decided once, and nothing else of it changes');
end;

create trigger appeal_stays before delete on appeal
begin
    select raise(abort, 'an appeal is never deleted');
end;
