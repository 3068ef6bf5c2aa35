-- between_rows: how many rows would a copy of a version hold?
-- Grain: one row.
select
    (select count(*) from household)
    + (select count(*) from visit)
    + (select count(*) from target)
    + (select count(*) from barrier) as rows;
