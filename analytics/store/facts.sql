-- Which store is this, up to which day does it have visits, and of how many imports is it made?
-- Grain: one row.
select
    meta.store_id,
    meta.area_code,
    meta.area_name,
    (select max(visited_on) from desa_day) as data_through,
    (select count(*) from batch) as imports,
    (select count(*) from batch where not simulated) as real_imports
from meta;
