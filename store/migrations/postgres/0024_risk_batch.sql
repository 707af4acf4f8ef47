-- What was seen of a batch is some ten thousand characters. To compress them, which the database would do by itself,
-- takes as long as writing a third of the batch's claims.

alter table risk_batch alter column content set storage external;
