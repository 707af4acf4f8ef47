-- Until when a password that was handed over lets its owner in; none once the owner has renewed it.
alter table staff add column renew_by integer;

-- The app and the system on which a session began, in a few words of our own, so that its owner tells it apart.
alter table staff_session add column device text not null default '';
