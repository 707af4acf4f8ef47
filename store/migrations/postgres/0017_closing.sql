-- The closing of a round (R14, R15): what was left of it went back to the pool, once, after its end.

alter table round add column closed_at bigint;

create trigger round_closes_once before update of closes_at, closed_at on round
for each row
when (
    (old.closed_at is not null
        and (new.closed_at is distinct from old.closed_at or new.closes_at <> old.closes_at))
    or new.closed_at < new.closes_at
)
execute function refuse('a round is closed once, after its end');

create unique index ledger_transfer_closing on ledger_transfer (chain) where reason = 'closing';

create function ledger_transfer_after_closing() returns trigger language plpgsql as $law$
begin
    if exists (
        select 1 from ledger_transfer as last
        where last.chain = new.chain and last.reason = 'closing'
    ) then
        raise exception 'a closed round takes and gives nothing' using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger ledger_transfer_after_closing before insert on ledger_transfer
for each row when (new.reason in ('approval', 'grant', 'redemption'))
execute function ledger_transfer_after_closing();
