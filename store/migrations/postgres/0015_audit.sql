-- The audit record (R17, R20): what those who work here did, in one chain that is written once.

create table audit_record (
    sequence  bigint not null primary key check (sequence > 0),
    -- By the campaign clock.
    at        bigint not null,
    -- domain::audit::Who: staff:LOGIN, command or product.
    who       text not null,
    -- domain::audit::Act.
    act       text not null,
    subject   text not null,
    detail    text not null,
    previous  bytea not null check (length(previous) = 32),
    hash      bytea not null check (length(hash) = 32)
);

create index audit_record_by_act on audit_record (act, sequence);
create index audit_record_by_who on audit_record (who, sequence);
create index audit_record_by_at on audit_record (at, sequence);

-- The end of the record: whoever appends locks this row, the last of all locks.
create table audit_head (
    id        bigint not null primary key check (id = 1),
    sequence  bigint not null check (sequence >= 0),
    hash      bytea not null check (length(hash) = 32)
);

insert into audit_head (id, sequence, hash) values (1, 0, decode(repeat('00', 32), 'hex'));

create trigger audit_record_is_not_changed before update or delete on audit_record
for each row execute function refuse('what was done is written once');

create trigger audit_record_is_not_emptied before truncate on audit_record
for each statement execute function refuse('what was done is written once');

create trigger audit_head_stays before delete on audit_head
for each row execute function refuse('the end of the audit record is never deleted');

create trigger audit_head_is_not_emptied before truncate on audit_head
for each statement execute function refuse('the end of the audit record is never deleted');

create function audit_record_follows() returns trigger language plpgsql as $law$
begin
    if not exists (
        select 1 from audit_head
        where sequence = new.sequence - 1 and hash = new.previous
    ) then
        raise exception 'a record carries the hash of the one before'
            using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger audit_record_follows before insert on audit_record
for each row execute function audit_record_follows();

create function audit_head_goes_on() returns trigger language plpgsql as $law$
begin
    if not exists (
        select 1 from audit_record
        where sequence = new.sequence and hash = new.hash and previous = old.hash
    ) then
        raise exception 'the end of the audit record is its last record'
            using errcode = 'check_violation';
    end if;
    return new;
end
$law$;

create trigger audit_head_goes_on before update on audit_head
for each row execute function audit_head_goes_on();
