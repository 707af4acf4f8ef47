-- Natural persons (R1), by the keyed hash of their identity number; the number itself is stored
-- nowhere.

create table person (
    id           text not null primary key check (length(id) = 26),
    masked_name  text not null,
    division     text not null,
    created_at   integer not null
) strict;

create table person_identity (
    key_version  integer not null,
    hash         blob not null check (length(hash) = 32),
    person_id    text not null references person (id),
    primary key (key_version, hash)
) strict;

create index person_identity_by_person on person_identity (person_id);

create table account (
    id               text not null primary key check (length(id) = 26),
    person_id        text not null references person (id),
    entrance         text not null,
    subject          text not null,
    real_name_level  integer not null check (real_name_level between 0 and 255),
    created_at       integer not null,
    unique (entrance, subject)
) strict;

create index account_by_person on account (person_id);

create table consent (
    account_id  text not null references account (id),
    purpose     text not null,
    version     integer not null,
    given_at    integer not null,
    primary key (account_id, purpose, version)
) strict;

create trigger consent_is_not_changed before update on consent
begin
    select raise(abort, 'a consent is written once');
end;

create trigger consent_is_not_deleted before delete on consent
begin
    select raise(abort, 'a consent is written once');
end;

create table session (
    token_hash  blob not null primary key check (length(token_hash) = 32),
    account_id  text not null references account (id),
    created_at  integer not null,
    expires_at  integer not null,
    seen_at     integer not null
) strict;

create index session_by_expires_at on session (expires_at);
create index session_by_account on session (account_id);
