-- The audit record (R17, R20): what those who work here did, in one chain that is written once.

create table audit_record (
    sequence  integer not null primary key check (sequence > 0),
    -- By the campaign clock.
    at        integer not null,
    -- domain::audit::Who: staff:LOGIN, command or product.
    who       text not null,
    -- domain::audit::Act.
    act       text not null,
    subject   text not null,
    detail    text not null,
    previous  blob not null check (length(previous) = 32),
    hash      blob not null check (length(hash) = 32)
) strict;

create index audit_record_by_act on audit_record (act, sequence);
create index audit_record_by_who on audit_record (who, sequence);
create index audit_record_by_at on audit_record (at, sequence);

-- The end of the record: whoever appends locks this row, the last of all locks.
create table audit_head (
    id        integer not null primary key check (id = 1),
    sequence  integer not null check (sequence >= 0),
    hash      blob not null check (length(hash) = 32)
) strict;

insert into audit_head (id, sequence, hash) values (1, 0, zeroblob(32));

create trigger audit_record_is_not_changed before update on audit_record
begin
    select raise(abort, 'what was done is written once');
end;

create trigger audit_record_is_not_deleted before delete on audit_record
begin
    select raise(abort, 'what was done is written once');
end;

create trigger audit_head_stays before delete on audit_head
begin
    select raise(abort, 'the end of the audit record is never deleted');
end;

create trigger audit_record_follows before insert on audit_record
when not exists (
    select 1 from audit_head
    where sequence = new.sequence - 1 and hash = new.previous
)
begin
    select raise(abort, 'a record carries the hash of the one before');
end;

create trigger audit_head_goes_on before update on audit_head
when not exists (
    select 1 from audit_record
    where sequence = new.sequence and hash = new.hash and previous = old.hash
)
begin
    select raise(abort, 'the end of the audit record is its last record');
end;
