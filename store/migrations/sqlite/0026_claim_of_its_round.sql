-- SQLite looks for a claim's pack by a foreign key, which costs little: only PostgreSQL has something to change here.

select 1;
