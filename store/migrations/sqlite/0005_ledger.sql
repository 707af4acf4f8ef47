-- The ledger (R14, R20): balances, and the transfers from which they follow.

create table ledger_account (
    name         text not null primary key,
    balance_fen  integer not null check (balance_fen >= 0)
) strict;

create table ledger_transfer (
    chain     text not null,
    sequence  integer not null check (sequence > 0),
    reason    text not null,
    at        integer not null,
    digest    blob not null check (length(digest) = 32),
    previous  blob not null check (length(previous) = 32),
    hash      blob not null check (length(hash) = 32),
    primary key (chain, sequence),
    -- The appropriation comes in once, first of all.
    check ((reason = 'appropriation') = (chain = 'campaign' and sequence = 1))
) strict;

create table ledger_posting (
    chain       text not null,
    sequence    integer not null,
    position    integer not null check (position >= 0),
    -- None only where the appropriation comes in: the first transfer of the campaign's chain.
    source      text references ledger_account (name),
    target      text not null references ledger_account (name),
    amount_fen  integer not null check (amount_fen > 0),
    primary key (chain, sequence, position),
    foreign key (chain, sequence) references ledger_transfer (chain, sequence),
    check (source is not null or (chain = 'campaign' and sequence = 1)),
    check (source <> target)
) strict;

create trigger ledger_transfer_is_not_changed before update on ledger_transfer
begin
    select raise(abort, 'a transfer is written once');
end;

create trigger ledger_transfer_is_not_deleted before delete on ledger_transfer
begin
    select raise(abort, 'a transfer is written once');
end;

create trigger ledger_posting_is_not_changed before update on ledger_posting
begin
    select raise(abort, 'a posting is written once');
end;

create trigger ledger_posting_is_not_deleted before delete on ledger_posting
begin
    select raise(abort, 'a posting is written once');
end;

create trigger ledger_account_stays before delete on ledger_account
begin
    select raise(abort, 'an account is never deleted');
end;

create trigger ledger_transfer_follows before insert on ledger_transfer
when (new.sequence = 1 and new.previous <> zeroblob(32))
    or (new.sequence > 1 and not exists (
        select 1 from ledger_transfer as last
        where last.chain = new.chain and last.sequence = new.sequence - 1
            and last.hash = new.previous
    ))
begin
    select raise(abort, 'a transfer carries the hash of the one before');
end;
