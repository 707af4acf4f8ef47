-- R1, one claim for each person and limit, in an order that also finds a person's claims: one index to write instead of
-- two. A refused claim stands beside the others under its own identifier.

drop index claim_limit;
drop index claim_by_person;
create unique index claim_limit on claim (
    person_id, round_id, limit_key, (case when state = 'refused' then id else '' end)
);
