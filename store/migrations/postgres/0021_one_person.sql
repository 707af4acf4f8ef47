-- One person through several entrances, what they agreed to, and what stays of somebody who left.

-- Consents are facts: each giving and each taking back is a row, and the last of an account and purpose counts. There is
-- no foreign key: what was agreed to can still be shown when the account is gone.
alter table consent rename to consent_once;

create table consent (
    account_id  text not null check (length(account_id) = 26),
    purpose     text not null,
    -- Counts the facts of an account and purpose from 1.
    number      bigint not null check (number > 0),
    -- Of the text that was shown, and its SHA-256; version 1 of identity_number was not hashed.
    version     bigint not null,
    text_hash   bytea check (length(text_hash) = 32),
    given       bigint not null check (given in (0, 1)),
    -- Through which entrance the account comes.
    entrance    text not null,
    at          bigint not null,
    primary key (account_id, purpose, number)
);

insert into consent (account_id, purpose, number, version, text_hash, given, entrance, at)
select c.account_id, c.purpose,
       row_number() over (partition by c.account_id, c.purpose order by c.version, c.given_at),
       c.version, null, 1, a.entrance, c.given_at
from consent_once c join account a on a.id = c.account_id;

drop table consent_once;

create trigger consent_is_not_changed before update or delete on consent
for each row execute function refuse('a consent is written once');

create trigger consent_is_not_emptied before truncate on consent
for each statement execute function refuse('a consent is written once');

-- R1: a person has one number, and so one hash under each version of the key. An account that comes without a number
-- belongs to a person who has none, until one is found for it.
drop index person_identity_by_person;
create unique index person_identity_by_person on person_identity (person_id, key_version);

-- Somebody who left, by the campaign clock; the hash stays until the retention of the rounds they knew is over.
alter table person add column deleted_at bigint;
create index person_by_deleted_at on person (deleted_at) where deleted_at is not null;

-- Where the session began, in our own few words; and until when it may hand its account to whoever signs in next in the
-- same browser.
alter table session add column device text not null default '';
alter table session add column match_until bigint;
