-- Risk (R19): what is configured, what was assessed, and how many were refused without the desk.

create table risk_configuration (
    version   integer not null primary key check (version > 0),
    -- The round it is for; empty for every round without one of its own.
    scope     text not null,
    -- domain::risk::Configuration as JSON.
    content   text not null,
    who       text not null,
    at        integer not null,
    why       text not null check (length(why) > 0)
) strict;

create index risk_configuration_by_scope on risk_configuration (scope, version);

-- Everything that was assessed, a row for each batch: what was seen of each act, and its verdict with the reasons. From
-- here the windows are filled at the start, and another configuration is tried on the past.
create table risk_batch (
    -- The identifier of its first act.
    id             text not null primary key check (length(id) = 26),
    at             integer not null,
    -- 0 is the shipped configuration.
    configuration  integer not null check (configuration >= 0),
    acts           integer not null check (acts > 0),
    -- A line for each act: domain::risk::record.
    content        text not null
) strict;

create index risk_batch_by_at on risk_batch (at, id);

-- What the risk desk has to look at, or would have had to: every assessment that is no plain yes.
create table risk_assessment (
    -- The identifier of the claim, redemption or application that it is about.
    id             text not null primary key check (length(id) = 26),
    act            text not null check (act in ('sign_in', 'application', 'claim', 'redemption')),
    person_id      text check (length(person_id) = 26),
    account_id     text check (length(account_id) = 26),
    merchant_id    text check (length(merchant_id) = 26),
    till_id        text check (length(till_id) = 26),
    round_id       text,
    at             integer not null,
    verdict        text not null check (verdict in ('hold', 'refuse')),
    -- What was done: the verdict, or nothing in shadow.
    enforced       text not null check (enforced in ('allow', verdict)),
    score          integer not null check (score > 0),
    -- domain::risk::Finding::text.
    findings       text not null check (length(findings) > 0),
    configuration  integer not null check (configuration >= 0)
) strict;

create index risk_assessment_by_at on risk_assessment (at, id);
create index risk_assessment_by_person on risk_assessment (person_id, at);
create index risk_assessment_by_merchant on risk_assessment (merchant_id, at);

-- Claims that were refused without the desk, by round, code and second.
create table refusal_count (
    round_id  text not null,
    code      text not null,
    -- The second of the campaign clock, counted from 1970.
    second    integer not null,
    refused   integer not null check (refused > 0),
    primary key (round_id, code, second)
) strict;

create trigger risk_configuration_is_not_changed before update on risk_configuration
begin
    select raise(abort, 'a configuration is written once');
end;

create trigger risk_configuration_is_not_deleted before delete on risk_configuration
begin
    select raise(abort, 'a configuration is written once');
end;

create trigger risk_batch_is_not_changed before update on risk_batch
begin
    select raise(abort, 'an assessment is written once');
end;

create trigger risk_batch_is_not_deleted before delete on risk_batch
begin
    select raise(abort, 'an assessment is written once');
end;

create trigger risk_assessment_is_not_changed before update on risk_assessment
begin
    select raise(abort, 'an assessment is written once');
end;

create trigger risk_assessment_is_not_deleted before delete on risk_assessment
begin
    select raise(abort, 'an assessment is written once');
end;
