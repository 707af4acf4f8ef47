-- Verification asks for the payment that a transfer moved.

create index settlement_by_transfer on settlement (sequence);
