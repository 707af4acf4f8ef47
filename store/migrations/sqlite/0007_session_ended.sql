-- Sessions that were ended before their time: every server reads this list and forgets them. A row is
-- of use for a few seconds.

create table session_ended (
    token_hash  blob not null primary key check (length(token_hash) = 32),
    ended_at    integer not null
) strict;

create index session_ended_by_ended_at on session_ended (ended_at);
