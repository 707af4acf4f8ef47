-- Those who work here: cashiers at a till, staff at the console; their sessions and their wrong tries.

create table staff (
    login          text not null primary key check (length(login) between 3 and 64),
    role           text not null check (role in
                       ('cashier', 'operator', 'approver', 'auditor', 'administrator')),
    -- argon2id with its parameters and salt.
    password_hash  text not null,
    -- The secret of the one-time passwords, sealed with a key that is not in the database.
    totp_secret    bytea,
    -- The last step whose one-time password was used; none up to it is taken again.
    totp_step      bigint not null check (totp_step >= 0),
    till_id        text references till (id),
    created_at     bigint not null,
    -- Since when nobody signs in with it.
    ended_at       bigint,
    check ((role = 'cashier') = (till_id is not null)),
    check ((role = 'cashier') = (totp_secret is null))
);

create index staff_by_till on staff (till_id);

create table staff_session (
    token_hash  bytea not null primary key check (length(token_hash) = 32),
    login       text not null references staff (login),
    created_at  bigint not null,
    expires_at  bigint not null,
    seen_at     bigint not null
);

create index staff_session_by_expires_at on staff_session (expires_at);
create index staff_session_by_login on staff_session (login);

-- Wrong tries, by the hash of login and device: also of logins that there are not, so that a lock does not say
-- which there are.
create table sign_in_try (
    key_hash      bytea not null primary key check (length(key_hash) = 32),
    failed        bigint not null check (failed >= 0),
    locked_until  bigint not null,
    tried_at      bigint not null
);

create index sign_in_try_by_tried_at on sign_in_try (tried_at);
