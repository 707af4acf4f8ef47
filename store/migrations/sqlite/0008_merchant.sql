-- Merchants, their tills and keys, and the list of dishonest subjects (R16, R17).

create table merchant (
    id                 text not null primary key check (length(id) = 26),
    -- Who applied and manages it; none for one that the city registered itself.
    manager_id         text references person (id),
    name               text not null,
    credit_code        text not null check (length(credit_code) = 18),
    category           text not null,
    district           text not null,
    address            text not null,
    -- Micro-degrees, WGS-84.
    latitude           integer check (latitude between -90000000 and 90000000),
    longitude          integer check (longitude between -180000000 and 180000000),
    contact_name       text not null,
    contact_phone      text not null,
    -- References to documents, a JSON array of texts.
    documents          text not null,
    sells_goods        integer not null check (sells_goods in (0, 1)),
    -- Registered and trading in the city.
    in_city            integer not null check (in_city in (0, 1)),
    -- Name and address, folded for the search.
    search             text not null,
    state              text not null
                       check (state in ('applied', 'approved', 'refused', 'suspended')),
    -- Who, when and why of the present state.
    state_who          text not null,
    state_at           integer not null,
    state_why          text not null,
    -- When each state began last.
    applied_at         integer not null,
    approved_at        integer,
    refused_at         integer,
    suspended_at       integer,
    version            integer not null check (version > 0),
    check ((latitude is null) = (longitude is null)),
    check (state <> 'approved' or (sells_goods = 1 and in_city = 1 and approved_at is not null)),
    check (state <> 'refused' or refused_at is not null),
    check (state <> 'suspended' or (approved_at is not null and suspended_at is not null))
) strict;

-- A business takes part once; one that was refused is in nobody's way.
create unique index merchant_by_credit_code on merchant (credit_code) where state <> 'refused';
-- A person manages one merchant.
create unique index merchant_by_manager on merchant (manager_id);
create index merchant_by_state on merchant (state, category, district, id);

create table merchant_act (
    merchant_id  text not null references merchant (id),
    sequence     integer not null check (sequence > 0),
    act          text not null,
    who          text not null,
    at           integer not null,
    why          text not null,
    primary key (merchant_id, sequence)
) strict;

create table till (
    id           text not null primary key check (length(id) = 26),
    merchant_id  text not null references merchant (id),
    name         text not null,
    latitude     integer check (latitude between -90000000 and 90000000),
    longitude    integer check (longitude between -180000000 and 180000000),
    created_at   integer not null,
    closed_at    integer,
    check ((latitude is null) = (longitude is null)),
    unique (merchant_id, id)
) strict;

-- Keys of machines; only the hash is stored. A key without a till is the whole merchant's.
create table till_key (
    key_hash     blob not null primary key check (length(key_hash) = 32),
    id           text not null unique check (length(id) = 26),
    merchant_id  text not null references merchant (id),
    till_id      text,
    name         text not null,
    -- Its last four characters, to tell one from another.
    hint         text not null check (length(hint) = 4),
    scopes       text not null,
    created_at   integer not null,
    -- It works until then: after a rotation for the time of grace, after a revocation not at all.
    ends_at      integer,
    foreign key (merchant_id, till_id) references till (merchant_id, id)
) strict;

create index till_key_by_merchant on till_key (merchant_id);

-- The list of dishonest subjects (失信名單) as it was imported last, and who was on it before.
create table dishonest_subject (
    credit_code  text not null primary key check (length(credit_code) = 18),
    name         text not null,
    reason       text not null,
    listed_at    integer not null,
    delisted_at  integer,
    -- The last import that named it.
    import       integer not null
) strict;

create table dishonest_import (
    sequence     integer not null primary key check (sequence > 0),
    checksum     text not null,
    who          text not null,
    at           integer not null,
    subjects     integer not null check (subjects >= 0),
    listed       integer not null check (listed >= 0),
    delisted     integer not null check (delisted >= 0),
    suspended    integer not null check (suspended >= 0)
) strict;

create trigger merchant_act_is_not_changed before update on merchant_act
begin
    select raise(abort, 'what was done to a merchant is written once');
end;

create trigger merchant_act_is_not_deleted before delete on merchant_act
begin
    select raise(abort, 'what was done to a merchant is written once');
end;

create trigger merchant_stays before delete on merchant
begin
    select raise(abort, 'a merchant is never deleted');
end;

create trigger till_stays before delete on till
begin
    select raise(abort, 'a till is never deleted');
end;

create trigger dishonest_import_is_not_changed before update on dishonest_import
begin
    select raise(abort, 'an import of the list is written once');
end;

create trigger dishonest_import_is_not_deleted before delete on dishonest_import
begin
    select raise(abort, 'an import of the list is written once');
end;
