-- Which store is this, and up to which day does it have visits?
-- Grain: one row.
select
    meta.store_id,
    meta.area_code,
    meta.area_name,
    (select max(visited_on) from desa_day) as data_through
from meta;
