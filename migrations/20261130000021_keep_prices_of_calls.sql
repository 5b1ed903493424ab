-- What the customer's end of a call cost, in Twilio's digits; it tells a while after the end.
alter table tenant.calls
    add column price numeric,
    add column price_unit text,
    add check (num_nulls(price, price_unit) in (0, 2));
