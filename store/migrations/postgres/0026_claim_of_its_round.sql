-- That a claim's pack is there was looked at once for each statement, for which every claim was copied: an eighth of
-- what writing it costs. Whoever writes claims has locked their round, names packs of that round alone and counts that
-- every one of them was written, so there is nothing left to look for.

drop trigger claim_has_pack on claim;
drop function claim_has_pack();
