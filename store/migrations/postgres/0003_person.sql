-- Natural persons (R1), by the keyed hash of their identity number; the number itself is stored
-- nowhere.

create table person (
    id           text not null primary key check (length(id) = 26),
    masked_name  text not null,
    division     text not null,
    created_at   bigint not null
);

create table person_identity (
    key_version  bigint not null,
    hash         bytea not null check (length(hash) = 32),
    person_id    text not null references person (id),
    primary key (key_version, hash)
);

create index person_identity_by_person on person_identity (person_id);

create table account (
    id               text not null primary key check (length(id) = 26),
    person_id        text not null references person (id),
    entrance         text not null,
    subject          text not null,
    real_name_level  bigint not null check (real_name_level between 0 and 255),
    created_at       bigint not null,
    unique (entrance, subject)
);

create index account_by_person on account (person_id);

create table consent (
    account_id  text not null references account (id),
    purpose     text not null,
    version     bigint not null,
    given_at    bigint not null,
    primary key (account_id, purpose, version)
);

create trigger consent_is_not_changed before update or delete on consent
for each row execute function refuse('a consent is written once');

create trigger consent_is_not_emptied before truncate on consent
for each statement execute function refuse('a consent is written once');

create table session (
    token_hash  bytea not null primary key check (length(token_hash) = 32),
    account_id  text not null references account (id),
    created_at  bigint not null,
    expires_at  bigint not null,
    seen_at     bigint not null
);

create index session_by_expires_at on session (expires_at);
create index session_by_account on session (account_id);
