-- What one connection of PostgreSQL can do at most with a batch of 512: claims, stock, serial, nothing else.
-- The bench makes the sequence.
with batch as (select nextval('bench_batch') * 512 as base)
insert into claim (id, round_id, pack_id, person_id, account_id, request_key, pack_named, limit_key, state, answered,
                   serial, claimed_at)
select lpad((base + i)::text, 26, '0'), 'r1', 'pack', lpad((base + i)::text, 26, '0'), lpad((base + i)::text, 26, '0'),
       'b-' || (base + i), 0, '', 'granted', 'granted', base + i, 1587520800000
from batch, generate_series(1, 512) i
on conflict do nothing;
