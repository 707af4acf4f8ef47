-- SQLite compresses nothing: only PostgreSQL has something to change here.

select 1;
