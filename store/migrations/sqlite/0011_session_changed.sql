-- What a server keeps in memory of a session it forgets when it is told here: because the session ended, and now also
-- because something else is known of its account or person.

alter table session_ended rename to session_changed;
alter table session_changed rename column ended_at to changed_at;
drop index session_ended_by_ended_at;
create index session_changed_by_changed_at on session_changed (changed_at);

-- Servers read sessions into memory page by page, in this order.
drop index session_by_expires_at;
create index session_by_expires_at on session (expires_at, token_hash);
