-- Changes of rounds that one person proposes and another decides on (R21).

create table round_proposal (
    id           text not null primary key check (length(id) = 26),
    round_id     text not null references round (id),
    kind         text not null check (kind in ('resume', 'stop', 'extend', 'add_packs')),
    -- domain::round::change::Change as JSON.
    content      text not null,
    who          text not null,
    at           bigint not null,
    why          text not null,
    verdict      text check (verdict in ('confirmed', 'declined', 'withdrawn')),
    decided_who  text,
    decided_at   bigint,
    decided_why  text,
    check ((verdict is null) = (decided_who is null)),
    check ((verdict is null) = (decided_at is null)),
    check ((verdict is null) = (decided_why is null)),
    -- Two persons; only taking it back is the own act of one.
    check (verdict is null or (verdict = 'withdrawn') = (decided_who = who))
);

create index round_proposal_by_round on round_proposal (round_id, at);
-- Of each kind one at a time waits.
create unique index round_proposal_open on round_proposal (round_id, kind) where verdict is null;

create trigger round_proposal_is_decided_once before update on round_proposal
for each row
when (old.verdict is not null
    or new.verdict is null
    or new.id <> old.id
    or new.round_id <> old.round_id
    or new.kind <> old.kind
    or new.content <> old.content
    or new.who <> old.who
    or new.at <> old.at
    or new.why <> old.why)
execute function refuse('a proposal changes once, when it is decided on');

create trigger round_proposal_is_not_deleted before delete on round_proposal
for each row
execute function refuse('a proposal is never deleted');
