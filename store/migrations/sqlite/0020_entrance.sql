-- What an entrance was given once: the states of ways out and back, and what a provider told by itself. Each counts
-- once, on whichever server it arrives, and is kept as long as it could arrive again.

create table entrance_used (
    hash        blob not null primary key check (length(hash) = 32),
    expires_at  integer not null
) strict;

create index entrance_used_by_expires_at on entrance_used (expires_at);
