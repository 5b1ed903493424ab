-- Whom a call rings is state, not an event of the log: it changes when somebody silences a call for themselves. So
-- that every node hears of it, a number beside the log's head rises then.
alter table directory.log_heads add column offers_version bigint not null default 0;
