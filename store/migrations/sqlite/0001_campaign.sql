-- The campaign of this database (R21: one) and the keys of the demonstration.

create table campaign (
    id                 integer not null primary key check (id = 1),
    slug               text not null,
    checksum           text not null,
    -- domain::campaign::Campaign as JSON.
    document           text not null,
    appropriation_fen  integer not null check (appropriation_fen >= 0),
    imported_at        integer not null,
    -- By how much the demonstration moved the rounds; written once.
    shift_ms           integer
) strict;

create table demo_key (
    version  integer not null primary key,
    secret   blob not null check (length(secret) = 32)
) strict;
