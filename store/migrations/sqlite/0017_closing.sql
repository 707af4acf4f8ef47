-- The closing of a round (R14, R15): what was left of it went back to the pool, once, after its end.

alter table round add column closed_at integer;

create trigger round_closes_once before update of closes_at, closed_at on round
when (old.closed_at is not null
        and (new.closed_at is distinct from old.closed_at or new.closes_at <> old.closes_at))
    or new.closed_at < new.closes_at
begin
    select raise(abort, 'a round is closed once, after its end');
end;

create unique index ledger_transfer_closing on ledger_transfer (chain) where reason = 'closing';

create trigger ledger_transfer_after_closing before insert on ledger_transfer
when new.reason in ('approval', 'grant', 'redemption') and exists (
    select 1 from ledger_transfer as last
    where last.chain = new.chain and last.reason = 'closing'
)
begin
    select raise(abort, 'a closed round takes and gives nothing');
end;
