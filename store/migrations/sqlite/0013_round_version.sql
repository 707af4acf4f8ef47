-- The versions of rounds, from the first line of their plans on (R17, R21), and the laws of a plan's approval.

-- domain::round::Note as JSON.
alter table round add column notes text not null default '[]';

create table round_version (
    -- Of the plan and of the round that it becomes; there is no round yet while it is a plan.
    round_id  text not null,
    version   integer not null check (version > 0),
    act       text not null check (act in
                  ('import', 'shift', 'create', 'edit', 'submit', 'return', 'approve', 'abandon',
                   'pause', 'resume', 'stop', 'extend', 'add_packs')),
    state     text not null check (state in
                  ('draft', 'submitted', 'returned', 'approved', 'abandoned')),
    -- domain::plan::Plan as JSON: the whole content.
    content   text not null,
    paused    integer not null check (paused in (0, 1)),
    stopped   integer not null check (stopped in (0, 1)),
    who       text not null,
    at        integer not null,
    why       text not null,
    primary key (round_id, version),
    check (state = 'approved' or (paused = 0 and stopped = 0))
) strict;

create trigger round_version_is_not_changed before update on round_version
begin
    select raise(abort, 'a version is written once');
end;

create trigger round_version_is_not_deleted before delete on round_version
begin
    select raise(abort, 'a version is written once');
end;

create trigger round_version_follows before insert on round_version
when exists (select 1 from round_version where round_id = new.round_id)
    and not exists (
        select 1 from round_version
        where round_id = new.round_id and version = new.version - 1
    )
begin
    select raise(abort, 'a version follows the one before');
end;

-- Nobody approves or returns what they had a hand in.
create trigger round_version_is_of_two before insert on round_version
when new.act in ('approve', 'return') and exists (
    select 1 from round_version
    where round_id = new.round_id and who = new.who and act in ('create', 'edit', 'submit')
)
begin
    select raise(abort, 'nobody approves an own act');
end;

-- What is there already begins with its import.
insert into round_version (round_id, version, act, state, content, paused, stopped, who, at, why)
select r.id, r.version, 'import', 'approved',
       json_object(
           'name', json(r.name),
           'window', json_object('opens_at', r.opens_at, 'closes_at', r.closes_at),
           'budget', r.budget_fen,
           'limit_per', r.limit_per,
           'refund_policy', r.refund_policy,
           'use_order', r.use_order,
           'real_name_level', r.real_name_level,
           'audience', json(r.audience),
           'packs', (
               select json_group_array(json_object(
                   'id', p.id, 'name', json(p.name), 'stock', p.stock, 'vouchers', json(p.content)
               ))
               from (select * from pack where round_id = r.id order by position) as p
           ),
           'notes', json(r.notes)
       ),
       r.paused, r.stopped, 'system:campaign-file', c.imported_at, ''
from round r cross join campaign c;

-- R7: windows of a campaign's rounds do not overlap.
create trigger round_windows_apart before insert on round
when exists (
    select 1 from round as other
    where other.opens_at < new.closes_at and new.opens_at < other.closes_at
)
begin
    select raise(abort, 'windows of rounds do not overlap');
end;

create trigger round_windows_stay_apart before update of opens_at, closes_at on round
when exists (
    select 1 from round as other
    where other.id <> new.id
        and other.opens_at < new.closes_at and new.opens_at < other.closes_at
)
begin
    select raise(abort, 'windows of rounds do not overlap');
end;

-- R21: what somebody holds is not made less.
create trigger round_keeps_its_promise before update of
    opens_at, closes_at, limit_per, refund_policy, use_order, real_name_level, audience on round
when (new.opens_at <> old.opens_at
        or new.closes_at < old.closes_at
        or new.limit_per <> old.limit_per
        or new.refund_policy <> old.refund_policy
        or new.use_order <> old.use_order
        or new.real_name_level <> old.real_name_level
        or new.audience <> old.audience)
    and exists (select 1 from claim where round_id = old.id)
begin
    select raise(abort, 'a round that somebody holds a pack of keeps its terms');
end;

create trigger round_stays_stopped before update of stopped on round
when new.stopped < old.stopped
begin
    select raise(abort, 'issuing was ended for good');
end;
