-- Columns that stores of an earlier release do not have yet; existing rows have no value in them.
alter table household add column if not exists place_fp ubigint;
alter table household add column if not exists card_fp ubigint;
alter table visit add column if not exists started_at timestamp;
alter table visit add column if not exists sent_on date;
alter table visit add column if not exists place_fp ubigint;
