-- The ledger (R14, R20): balances, and the transfers from which they follow.

create table ledger_account (
    name         text not null primary key,
    balance_fen  bigint not null check (balance_fen >= 0)
);

create table ledger_transfer (
    chain     text not null,
    sequence  bigint not null check (sequence > 0),
    reason    text not null,
    at        bigint not null,
    digest    bytea not null check (length(digest) = 32),
    previous  bytea not null check (length(previous) = 32),
    hash      bytea not null check (length(hash) = 32),
    primary key (chain, sequence),
    -- The appropriation comes in once, first of all.
    check ((reason = 'appropriation') = (chain = 'campaign' and sequence = 1))
);

create table ledger_posting (
    chain       text not null,
    sequence    bigint not null,
    position    bigint not null check (position >= 0),
    -- None only where the appropriation comes in: the first transfer of the campaign's chain.
    source      text references ledger_account (name),
    target      text not null references ledger_account (name),
    amount_fen  bigint not null check (amount_fen > 0),
    primary key (chain, sequence, position),
    foreign key (chain, sequence) references ledger_transfer (chain, sequence),
    check (source is not null or (chain = 'campaign' and sequence = 1)),
    check (source <> target)
);

create trigger ledger_transfer_is_not_changed before update or delete on ledger_transfer
for each row execute function refuse('a transfer is written once');

create trigger ledger_transfer_is_not_emptied before truncate on ledger_transfer
for each statement execute function refuse('a transfer is written once');

create trigger ledger_posting_is_not_changed before update or delete on ledger_posting
for each row execute function refuse('a posting is written once');

create trigger ledger_posting_is_not_emptied before truncate on ledger_posting
for each statement execute function refuse('a posting is written once');

create trigger ledger_account_stays before delete on ledger_account
for each row
execute function refuse('an account is never deleted');

create function ledger_transfer_follows() returns trigger language plpgsql as $law$
begin
    if (new.sequence = 1 and new.previous <> decode(repeat('00', 32), 'hex'))
        or (new.sequence > 1 and not exists (
            select 1 from ledger_transfer as last
            where last.chain = new.chain and last.sequence = new.sequence - 1
                and last.hash = new.previous
        )) then
        raise exception 'a transfer carries the hash of the one before'
            using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger ledger_transfer_follows before insert on ledger_transfer
for each row execute function ledger_transfer_follows();
