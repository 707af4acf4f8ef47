-- R1, one claim for each person and limit, in an order that also finds a person's claims: one index to write instead of
-- two. A refused claim stands beside the others under its own identifier.

drop index claim_limit;
drop index claim_by_person;
create unique index claim_limit on claim (
    person_id, round_id, limit_key, (case when state = 'refused' then id else '' end)
);

-- That a claim's pack is there is looked at once for each statement: the foreign key looked, and locked the pack's row,
-- once for each claim. Packs are never deleted or renamed.
alter table claim drop constraint claim_round_id_pack_id_fkey;

create function claim_has_pack() returns trigger language plpgsql as $$
begin
    if exists (
        select 1 from fresh
        where not exists (
            select 1 from pack where pack.round_id = fresh.round_id and pack.id = fresh.pack_id
        )
    ) then
        raise exception 'a claim is for a pack that is there' using errcode = 'foreign_key_violation';
    end if;
    return null;
end $$;

create trigger claim_has_pack after insert on claim
referencing new table as fresh
for each statement execute function claim_has_pack();
