-- The same as one statement: a way to the database and back for each would cost more than what it does. Each part
-- changes a table of its own. It says how many rows were written.

with claims as (
    insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key, state,
                       answered, serial, claimed_at)
    select t.id, $1, t.pack, t.person, t.account, t.request_key, t.named, t.limit_key, 'granted', 'granted', t.serial, $7
    -- Taken apart row by row; a function in `from` would keep every column of all rows first.
    from (select unnest($20::text[]) as id, unnest($21::text[]) as pack, unnest($22::text[]) as person,
                 unnest($23::text[]) as account, unnest($24::text[]) as request_key, unnest($25::bigint[]) as named,
                 unnest($26::text[]) as limit_key, unnest($27::bigint[]) as serial) as t
    returning 1
), packs as (
    update pack set issued = t.issued, held = t.held, remaining = t.remaining
    from json_to_recordset($14::json) as t(pack text, issued bigint, held bigint, remaining bigint)
    where pack.round_id = $1 and pack.id = t.pack
    returning 1
), rounds as (
    update round set last_serial = $2, chain_sequence = $5, chain_hash = $10
    where id = $1 and last_serial = $2 - $3 and chain_sequence = $5 - 1 and chain_hash = $9
    returning 1
), transfers as (
    -- Only where the round has moved on.
    insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
    select $4, $5, $6, $7, $8, $9, $10::bytea from rounds
    returning 1
), postings as (
    insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
    select $4, $5, 0, $11, $12, $13 from transfers
    returning 1
), accounts as (
    update ledger_account set balance_fen = balance_fen + case when name = $11 then -$13 else $13 end
    where name in ($11, $12)
    returning 1
), seen as (
    insert into risk_batch (id, at, configuration, acts, content)
    select $15, $16::bigint, $17::bigint, $18::bigint, $19 where $18::bigint > 0
    returning 1
)
select (select count(*) from claims) + (select count(*) from packs) + (select count(*) from rounds)
     + (select count(*) from transfers) + (select count(*) from postings) + (select count(*) from accounts)
     + (select count(*) from seen)
