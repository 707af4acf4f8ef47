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
    latitude           bigint check (latitude between -90000000 and 90000000),
    longitude          bigint check (longitude between -180000000 and 180000000),
    contact_name       text not null,
    contact_phone      text not null,
    -- References to documents, a JSON array of texts.
    documents          text not null,
    sells_goods        bigint not null check (sells_goods in (0, 1)),
    -- Registered and trading in the city.
    in_city            bigint not null check (in_city in (0, 1)),
    -- Name and address, folded for the search.
    search             text not null,
    state              text not null
                       check (state in ('applied', 'approved', 'refused', 'suspended')),
    -- Who, when and why of the present state.
    state_who          text not null,
    state_at           bigint not null,
    state_why          text not null,
    -- When each state began last.
    applied_at         bigint not null,
    approved_at        bigint,
    refused_at         bigint,
    suspended_at       bigint,
    version            bigint not null check (version > 0),
    check ((latitude is null) = (longitude is null)),
    check (state <> 'approved' or (sells_goods = 1 and in_city = 1 and approved_at is not null)),
    check (state <> 'refused' or refused_at is not null),
    check (state <> 'suspended' or (approved_at is not null and suspended_at is not null))
);

-- A business takes part once; one that was refused is in nobody's way.
create unique index merchant_by_credit_code on merchant (credit_code) where state <> 'refused';
-- A person manages one merchant.
create unique index merchant_by_manager on merchant (manager_id);
create index merchant_by_state on merchant (state, category, district, id);

create table merchant_act (
    merchant_id  text not null references merchant (id),
    sequence     bigint not null check (sequence > 0),
    act          text not null,
    who          text not null,
    at           bigint not null,
    why          text not null,
    primary key (merchant_id, sequence)
);

create table till (
    id           text not null primary key check (length(id) = 26),
    merchant_id  text not null references merchant (id),
    name         text not null,
    latitude     bigint check (latitude between -90000000 and 90000000),
    longitude    bigint check (longitude between -180000000 and 180000000),
    created_at   bigint not null,
    closed_at    bigint,
    check ((latitude is null) = (longitude is null)),
    unique (merchant_id, id)
);

-- Keys of machines; only the hash is stored. A key without a till is the whole merchant's.
create table till_key (
    key_hash     bytea not null primary key check (length(key_hash) = 32),
    id           text not null unique check (length(id) = 26),
    merchant_id  text not null references merchant (id),
    till_id      text,
    name         text not null,
    -- Its last four characters, to tell one from another.
    hint         text not null check (length(hint) = 4),
    scopes       text not null,
    created_at   bigint not null,
    -- It works until then: after a rotation for the time of grace, after a revocation not at all.
    ends_at      bigint,
    foreign key (merchant_id, till_id) references till (merchant_id, id)
);

create index till_key_by_merchant on till_key (merchant_id);

-- The list of dishonest subjects (失信名單) as it was imported last, and who was on it before.
create table dishonest_subject (
    credit_code  text not null primary key check (length(credit_code) = 18),
    name         text not null,
    reason       text not null,
    listed_at    bigint not null,
    delisted_at  bigint,
    -- The last import that named it.
    import       bigint not null
);

create table dishonest_import (
    sequence     bigint not null primary key check (sequence > 0),
    checksum     text not null,
    who          text not null,
    at           bigint not null,
    subjects     bigint not null check (subjects >= 0),
    listed       bigint not null check (listed >= 0),
    delisted     bigint not null check (delisted >= 0),
    suspended    bigint not null check (suspended >= 0)
);

create trigger merchant_act_is_not_changed before update or delete on merchant_act
for each row execute function refuse('what was done to a merchant is written once');

create trigger merchant_act_is_not_emptied before truncate on merchant_act
for each statement execute function refuse('what was done to a merchant is written once');

create trigger merchant_stays before delete on merchant
for each row execute function refuse('a merchant is never deleted');

create trigger till_stays before delete on till
for each row execute function refuse('a till is never deleted');

create trigger dishonest_import_is_not_changed before update or delete on dishonest_import
for each row execute function refuse('an import of the list is written once');

create trigger dishonest_import_is_not_emptied before truncate on dishonest_import
for each statement execute function refuse('an import of the list is written once');
