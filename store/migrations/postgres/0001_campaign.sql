-- The campaign of this database (R21: one) and the keys of the demonstration.

create table campaign (
    id                 bigint not null primary key check (id = 1),
    slug               text not null,
    checksum           text not null,
    -- domain::campaign::Campaign as JSON.
    document           text not null,
    appropriation_fen  bigint not null check (appropriation_fen >= 0),
    imported_at        bigint not null,
    -- By how much the demonstration moved the rounds; written once.
    shift_ms           bigint
);

create table demo_key (
    version  bigint not null primary key,
    secret   bytea not null check (length(secret) = 32)
);

-- What a trigger runs when a law is broken; its argument says which.
create function refuse() returns trigger language plpgsql as $law$
begin
    raise exception '%', tg_argv[0] using errcode = 'check_violation';
end
$law$;
