-- The usual script of a rush sale: the key, the person, the stock, in one atomic step.
-- KEYS: the stock, the persons, the request's key. ARGV: the person.
local before = redis.call('GET', KEYS[3])
if before then return tonumber(before) end
if redis.call('SISMEMBER', KEYS[2], ARGV[1]) == 1 then return -1 end
local left = redis.call('DECR', KEYS[1])
if left < 0 then redis.call('INCR', KEYS[1]) return -2 end
redis.call('SADD', KEYS[2], ARGV[1])
redis.call('SET', KEYS[3], left)
return left
