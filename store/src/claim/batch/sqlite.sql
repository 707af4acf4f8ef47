-- One batch of grants, one statement after another. $1 round, $2 serial of the last grant, $3 grants, $4 chain,
-- $5 its sequence, $6 reason, $7 instant, $8 digest, $9 hash before, $10 hash, $11 source, $12 target, $13 amount,
-- $14 packs, $15 to $19 a row of what risk control said, $20 claims.

insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key, state, answered,
                   serial, claimed_at)
select value ->> 0, $1, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5, value ->> 6, 'granted',
       'granted', value ->> 7, $7
from json_each($20);

update pack set issued = t.issued, held = t.held, remaining = t.remaining
from (select value ->> 'pack' as pack, value ->> 'issued' as issued, value ->> 'held' as held,
             value ->> 'remaining' as remaining
      from json_each($14)) as t
where pack.round_id = $1 and pack.id = t.pack;

update round set last_serial = $2, chain_sequence = $5, chain_hash = $10
where id = $1 and last_serial = $2 - $3 and chain_sequence = $5 - 1 and chain_hash = $9;

-- Only where the statement before has done its part.
insert into ledger_transfer (chain, sequence, reason, at, digest, previous, hash)
select $4, $5, $6, $7, $8, $9, $10 where changes() = 1;

insert into ledger_posting (chain, sequence, position, source, target, amount_fen)
select $4, $5, 0, $11, $12, $13 where changes() = 1;

update ledger_account set balance_fen = balance_fen + case when name = $11 then -$13 else $13 end
where name in ($11, $12);

insert into risk_batch (id, at, configuration, acts, content)
select $15, $16, $17, $18, $19 where $18 > 0;
