-- The versions of rounds, from the first line of their plans on (R17, R21), and the laws of a plan's approval.

-- domain::round::Note as JSON.
alter table round add column notes text not null default '[]';

create table round_version (
    -- Of the plan and of the round that it becomes; there is no round yet while it is a plan.
    round_id  text not null,
    version   bigint not null check (version > 0),
    act       text not null check (act in
                  ('import', 'shift', 'create', 'edit', 'submit', 'return', 'approve', 'abandon',
                   'pause', 'resume', 'stop', 'extend', 'add_packs')),
    state     text not null check (state in
                  ('draft', 'submitted', 'returned', 'approved', 'abandoned')),
    -- domain::plan::Plan as JSON: the whole content.
    content   text not null,
    paused    bigint not null check (paused in (0, 1)),
    stopped   bigint not null check (stopped in (0, 1)),
    who       text not null,
    at        bigint not null,
    why       text not null,
    primary key (round_id, version),
    check (state = 'approved' or (paused = 0 and stopped = 0))
);

create trigger round_version_is_not_changed before update or delete on round_version
for each row execute function refuse('a version is written once');

create trigger round_version_is_not_emptied before truncate on round_version
for each statement execute function refuse('a version is written once');

create function round_version_follows() returns trigger language plpgsql as $law$
begin
    if exists (select 1 from round_version where round_id = new.round_id)
        and not exists (
            select 1 from round_version
            where round_id = new.round_id and version = new.version - 1
        ) then
        raise exception 'a version follows the one before' using errcode = 'check_violation';
    end if;
    -- Nobody approves or returns what they had a hand in.
    if new.act in ('approve', 'return') and exists (
        select 1 from round_version
        where round_id = new.round_id and who = new.who and act in ('create', 'edit', 'submit')
    ) then
        raise exception 'nobody approves an own act' using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger round_version_follows before insert on round_version
for each row execute function round_version_follows();

-- What is there already begins with its import.
insert into round_version (round_id, version, act, state, content, paused, stopped, who, at, why)
select r.id, r.version, 'import', 'approved',
       json_build_object(
           'name', r.name::json,
           'window', json_build_object('opens_at', r.opens_at, 'closes_at', r.closes_at),
           'budget', r.budget_fen,
           'limit_per', r.limit_per,
           'refund_policy', r.refund_policy,
           'use_order', r.use_order,
           'real_name_level', r.real_name_level,
           'audience', r.audience::json,
           'packs', (
               select json_agg(json_build_object(
                   'id', p.id, 'name', p.name::json, 'stock', p.stock, 'vouchers', p.content::json
               ))
               from (select * from pack where round_id = r.id order by position) as p
           ),
           'notes', r.notes::json
       )::text,
       r.paused, r.stopped, 'system:campaign-file', c.imported_at, ''
from round r cross join campaign c;

-- R7: windows of a campaign's rounds do not overlap. Looked at after each statement, because one
-- statement may move several.
alter table round add constraint round_windows_apart
    exclude using gist (int8range(opens_at, closes_at) with &&) deferrable initially immediate;

-- R21: what somebody holds is not made less.
create function round_keeps_its_promise() returns trigger language plpgsql as $law$
begin
    if exists (select 1 from claim where round_id = old.id) then
        raise exception 'a round that somebody holds a pack of keeps its terms'
            using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger round_keeps_its_promise before update of
    opens_at, closes_at, limit_per, refund_policy, use_order, real_name_level, audience on round
for each row
when (new.opens_at <> old.opens_at
    or new.closes_at < old.closes_at
    or new.limit_per <> old.limit_per
    or new.refund_policy <> old.refund_policy
    or new.use_order <> old.use_order
    or new.real_name_level <> old.real_name_level
    or new.audience <> old.audience)
execute function round_keeps_its_promise();

create trigger round_stays_stopped before update of stopped on round
for each row
when (new.stopped < old.stopped)
execute function refuse('issuing was ended for good');
