-- The city's past: what earlier programmes issued, redeemed and sold, as far as a source states it. What it does not
-- state is null.

create table programme (
    id                      text not null primary key,
    position                bigint not null unique check (position >= 0),
    name                    text not null,
    first_day               bigint not null,
    last_day                bigint not null,
    issued_fen              bigint check (issued_fen >= 0),
    redeemed_fen            bigint check (redeemed_fen >= 0),
    sales_fen               bigint check (sales_fen >= redeemed_fen),
    -- A single day in the beginning, and the highest one: stated without a date.
    beginning_redeemed_fen  bigint check (beginning_redeemed_fen >= 0),
    beginning_sales_fen     bigint check (beginning_sales_fen >= beginning_redeemed_fen),
    peak_redeemed_fen       bigint check (peak_redeemed_fen >= 0),
    peak_sales_fen          bigint check (peak_sales_fen >= peak_redeemed_fen),
    source                  text not null,
    check (last_day >= first_day),
    check (redeemed_fen <= issued_fen)
);

create table programme_day (
    programme_id  text not null references programme (id),
    day           bigint not null,
    redeemed_fen  bigint check (redeemed_fen >= 0),
    sales_fen     bigint check (sales_fen >= redeemed_fen),
    primary key (programme_id, day)
);
